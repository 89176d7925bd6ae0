package dev.parallelchange.migration.jdbc.phase;

import java.sql.Types;
import java.util.List;

import dev.parallelchange.migration.PlanDefinition;
import dev.parallelchange.migration.jdbc.BoundedStatements;
import dev.parallelchange.migration.jdbc.JdbcHistory;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.phase.Audit;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Keeps the definitions of plans that the cluster has accepted.
 */
final class JdbcDefinitions {

	private static final String DEFINE = """
			update %PREFIX%plan set fingerprint = :fingerprint, definition = cast(:definition as text[]),
				lookups_seen = null, lookups_written_at = null
			where id = :plan""";

	private static final String FORGET_COPY = """
			delete from %PREFIX%backfill where plan_id = :plan and fingerprint <> :fingerprint""";

	private static final String REDEFINE = """
			update %PREFIX%plan set fingerprint = :fingerprint, definition = cast(:definition as text[])
			where id = :plan and fingerprint is not distinct from :before""";

	private static final String WIDEN_COPY = """
			update %PREFIX%backfill set fingerprint = :fingerprint where plan_id = :plan and fingerprint = :before""";

	private static final String WIDEN_PASSES = """
			update %PREFIX%pass set fingerprint = :fingerprint where plan_id = :plan and fingerprint = :before""";

	private final MigrationDatabase database;

	private final JdbcHistory history;

	JdbcDefinitions(MigrationDatabase database, JdbcHistory history) {
		this.database = database;
		this.history = history;
	}

	/**
	 * Record the definition that is accepted; a copy by another one is forgotten.
	 */
	void define(String planId, @Nullable PlanDefinition definition) {
		define(DEFINE, planId, definition).update();
		if (definition != null) {
			this.database.sql(FORGET_COPY)
				.param("plan", planId)
				.param("fingerprint", definition.fingerprint())
				.update();
		}
	}

	/**
	 * Replace the accepted definition by one that means the same.
	 */
	boolean redefine(String planId, @Nullable PlanDefinition before, PlanDefinition definition, Audit audit) {
		String fingerprint = (before != null) ? before.fingerprint() : null;
		return this.database.inTransaction(() -> {
			BoundedStatements.apply(this.database);
			if (define(REDEFINE, planId, definition).param("before", fingerprint, Types.VARCHAR).update() == 0) {
				return false;
			}
			for (String widened : List.of(WIDEN_COPY, WIDEN_PASSES)) {
				this.database.sql(widened)
					.param("plan", planId)
					.param("fingerprint", definition.fingerprint())
					.param("before", fingerprint, Types.VARCHAR)
					.update();
			}
			if (before != null) {
				this.history.add(planId, "definition", null, audit);
			}
			return true;
		});
	}

	private JdbcClient.StatementSpec define(String statement, String planId, @Nullable PlanDefinition definition) {
		return this.database.sql(statement)
			.param("plan", planId)
			.param("fingerprint", (definition != null) ? definition.fingerprint() : null, Types.VARCHAR)
			.param("definition", DefinitionColumn.of(definition));
	}

}
