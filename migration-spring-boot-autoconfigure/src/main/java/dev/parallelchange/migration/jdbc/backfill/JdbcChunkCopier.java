package dev.parallelchange.migration.jdbc.backfill;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.backfill.Chunk;
import dev.parallelchange.migration.backfill.ChunkFailedException;
import dev.parallelchange.migration.backfill.CopyStep;
import dev.parallelchange.migration.backfill.CopyStep.Kind;
import dev.parallelchange.migration.jdbc.CopyTransaction;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.RunningStatements;
import dev.parallelchange.migration.jdbc.SqlStates;
import dev.parallelchange.migration.jdbc.TablesHash;
import org.jspecify.annotations.Nullable;

/**
 * Copies one chunk in one transaction, which holds the chunk's row locked: it is the
 * claim, and it records the progress together with the rows.
 */
final class JdbcChunkCopier {

	// Released with the transaction; one for each chunk that may be copied at a time.
	private static final String TAKE_SLOT = """
			select count(*) from (
				select from generate_series(0, :slots - 1) as slot
				where pg_try_advisory_xact_lock(hashtextextended(
					cast(cast(to_regclass('%PREFIX%chunk') as oid) as text) || cast(:plan as text), slot))
				limit 1
			) as taken""";

	private static final String CLAIM = """
			select c.plan_id, c.number, cast(c.lower_key as text) as lower_key, cast(c.upper_key as text) as upper_key,
				c.row_count, c.attempts, set_config('%s', c.plan_id, true) as copying
			from %%PREFIX%%chunk c
			join %%PREFIX%%backfill b on b.plan_id = c.plan_id
			join %%PREFIX%%plan p on p.id = c.plan_id
			where c.plan_id = :plan and not c.done and c.next_attempt_at <= statement_timestamp()
				and (b.fingerprint = :fingerprint or not :definitionMatters) and p.phase = 'BACKFILL' and p.pause_reason is null
			order by c.next_attempt_at, c.number
			limit 1
			for update of c skip locked"""
		.formatted(CopyTransaction.COPYING);

	private static final String DONE = """
			update %PREFIX%chunk
			set done = true, rows_done = row_count, rows_written = :written, started_at = now(),
				finished_at = clock_timestamp()
			where plan_id = :plan and number = :number""";

	private final MigrationDatabase database;

	private final AcrossCopier across;

	private final JdbcChunkPurge purge;

	private final TablesHash tablesHash;

	private final RunningStatements statements;

	private final boolean definitionMatters;

	JdbcChunkCopier(PlanDatabases databases, boolean definitionMatters, RunningStatements statements) {
		this.database = databases.main();
		this.definitionMatters = definitionMatters;
		this.statements = statements;
		this.tablesHash = new TablesHash(databases);
		this.purge = new JdbcChunkPurge(this.database, statements);
		this.across = new AcrossCopier(databases, this.tablesHash, this.statements);
	}

	/**
	 * Where a mirror was faster with a row, the next attempt takes notice of rows that
	 * come meanwhile. To look out for them is dear, so it is not done before.
	 */
	CopyStep copyNext(DerivedPlan plan, Runnable claimed) {
		try {
			return attempt(plan, new Attempt(false, claimed));
		}
		catch (ChunkFailedException ex) {
			if (!SqlStates.isUniqueViolation(ex)) {
				throw ex;
			}
			return attempt(plan, new Attempt(true, claimed));
		}
	}

	private CopyStep attempt(DerivedPlan plan, Attempt attempt) {
		try {
			return this.database.inTransaction(() -> copyNext(plan, attempt));
		}
		catch (TablesChangedException ex) {
			return CopyStep.of(Kind.STANDING);
		}
		catch (RuntimeException ex) {
			throw attempt.failed(ex);
		}
	}

	private CopyStep copyNext(DerivedPlan plan, Attempt attempt) {
		new CopyTransaction(this.database).configureRepeatable(plan);
		if (!takeSlot(plan)) {
			return CopyStep.of(Kind.BUSY);
		}
		Chunk chunk = claim(plan);
		if (chunk == null) {
			return CopyStep.of(Kind.IDLE);
		}
		attempt.chunk = chunk;
		attempt.claimed.run();
		int written = copy(plan, attempt, chunk);
		// The tables are locked against changes from here to the commit.
		if (!this.tablesHash.isUnchanged(plan)) {
			throw new TablesChangedException();
		}
		this.database.sql(DONE)
			.param("plan", plan.id())
			.param("number", chunk.number())
			.param("written", written)
			.update();
		if (plan.isPurge() && !this.purge.holdPermission(plan)) {
			throw new TablesChangedException();
		}
		return new CopyStep(Kind.COPIED, chunk.rowCount(), written, Duration.ZERO);
	}

	private boolean takeSlot(DerivedPlan plan) {
		return this.database.sql(TAKE_SLOT)
			.param("plan", plan.id())
			.param("slots", Math.max(1, plan.plan().backfill().maxConcurrency()))
			.query(Integer.class)
			.single() > 0;
	}

	private @Nullable Chunk claim(DerivedPlan plan) {
		return this.database.sql(CLAIM)
			.param("plan", plan.id())
			.param("fingerprint", plan.fingerprint())
			.param("definitionMatters", this.definitionMatters)
			.query(Chunk.class)
			.optional()
			.orElse(null);
	}

	private int copy(DerivedPlan plan, Attempt attempt, Chunk chunk) {
		try {
			if (plan.isPurge()) {
				return this.purge.delete(plan, chunk);
			}
			return plan.rowsTravel() ? this.across.copy(plan, chunk, attempt.alongsideWriters)
					: write(plan, chunk, attempt.alongsideWriters);
		}
		catch (RuntimeException ex) {
			attempt.failure = ex;
			throw ex;
		}
	}

	private int write(DerivedPlan plan, Chunk chunk, boolean alongsideWriters) {
		Map<String, @Nullable Object> parameters = new HashMap<>();
		parameters.put("lower", chunk.lowerKey());
		parameters.put("upper", chunk.upperKey());
		return this.statements.update(this.database, plan.id(), statement(plan, chunk, parameters, alongsideWriters),
				parameters);
	}

	private String statement(DerivedPlan plan, Chunk chunk, Map<String, @Nullable Object> parameters,
			boolean alongsideWriters) {
		BackfillSql sql = new BackfillSql(plan);
		if (alongsideWriters) {
			return sql.copyAlongsideWriters(chunk.lowerKey());
		}
		boolean present = plan.shape() != PlanShape.COLUMN
				&& this.database.sql(sql.present(chunk.lowerKey())).params(parameters).query(Boolean.class).single();
		return present ? sql.copyMissing(chunk.lowerKey()) : sql.copy(chunk.lowerKey());
	}

	/**
	 * What is known of an attempt when it fails. Its own failure counts, not the one of
	 * the rollback on a connection that is lost.
	 */
	private static final class Attempt {

		private final boolean alongsideWriters;

		private final Runnable claimed;

		private @Nullable Chunk chunk;

		private @Nullable RuntimeException failure;

		Attempt(boolean alongsideWriters, Runnable claimed) {
			this.alongsideWriters = alongsideWriters;
			this.claimed = claimed;
		}

		RuntimeException failed(RuntimeException ex) {
			if (this.chunk == null) {
				return ex;
			}
			return new ChunkFailedException(this.chunk, (this.failure != null) ? this.failure : ex);
		}

	}

}
