package dev.parallelchange.migration.jdbc.backfill;

import java.util.HashMap;
import java.util.Map;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.backfill.Chunk;
import dev.parallelchange.migration.jdbc.AcceptedDefinition;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.RunningStatements;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the rows of a chunk that match a purge's condition, in the thread's
 * transaction.
 */
final class JdbcChunkPurge {

	private static final String HOLD = """
			select plan.phase = 'BACKFILL' and %s from %%PREFIX%%plan as plan where plan.id = :plan for share"""
		.formatted(AcceptedDefinition.FITS);

	private final MigrationDatabase database;

	private final RunningStatements statements;

	JdbcChunkPurge(MigrationDatabase database, RunningStatements statements) {
		this.database = database;
		this.statements = statements;
	}

	/**
	 * Delete rows.
	 * @return how many have been deleted
	 */
	int delete(DerivedPlan plan, Chunk chunk) {
		Map<String, @Nullable Object> parameters = new HashMap<>();
		parameters.put("lower", chunk.lowerKey());
		parameters.put("upper", chunk.upperKey());
		String statement = PurgeMoment.of(this.database, plan).sql(plan).delete(chunk.lowerKey());
		return this.statements.update(this.database, plan.id(), statement, parameters);
	}

	/**
	 * Check that rows may still be deleted, and let nobody move the plan before the
	 * thread's transaction has ended. What this JVM believed when it took the chunk may
	 * be long ago. The lock is for the last statement: so it lasts as long as the commit.
	 * @return {@code false} if the transaction must be rolled back
	 */
	boolean holdPermission(DerivedPlan plan) {
		return this.database.sql(HOLD)
			.param("plan", plan.id())
			.param("fingerprint", plan.fingerprint())
			.query(Boolean.class)
			.optional()
			.orElse(false);
	}

}
