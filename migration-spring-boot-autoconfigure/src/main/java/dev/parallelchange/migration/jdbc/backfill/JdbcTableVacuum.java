package dev.parallelchange.migration.jdbc.backfill;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.RunningStatements;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Vacuums a table whose rows are rewritten in place, so that it does not double.
 */
final class JdbcTableVacuum {

	private static final Log logger = LogFactory.getLog(JdbcTableVacuum.class);

	/** Less is not worth the look at the indexes. */
	private static final int MIN_ROWS = 10_000;

	private static final int PARTS = 10;

	private static final String DUE = """
			select exists (select from %PREFIX%backfill where plan_id = :plan and rows_estimated <= :rewritten * :parts)""";

	private static final String VACUUM = "vacuum (skip_locked, truncate false) ";

	private final MigrationDatabase database;

	private final RunningStatements statements;

	JdbcTableVacuum(MigrationDatabase database, RunningStatements statements) {
		this.database = database;
		this.statements = statements;
	}

	boolean runIfDue(DerivedPlan plan, long rewritten) {
		if (plan.shape() != PlanShape.COLUMN || !plan.plan().backfill().vacuum() || rewritten < MIN_ROWS
				|| !isDue(plan, rewritten)) {
			return false;
		}
		run(plan);
		return true;
	}

	private boolean isDue(DerivedPlan plan, long rewritten) {
		return this.database.sql(DUE)
			.param("plan", plan.id())
			.param("rewritten", rewritten)
			.param("parts", PARTS)
			.query(Boolean.class)
			.single();
	}

	private void run(DerivedPlan plan) {
		try {
			new JdbcTemplate(this.database.connections()).execute((Connection connection) -> run(connection, plan));
		}
		catch (DataAccessException ex) {
			logger.warn("Plan '%s': %s could not be vacuumed, so it grows while its rows are copied: %s"
				.formatted(plan.id(), plan.source(), ex.getMostSpecificCause().getMessage()));
		}
	}

	/**
	 * A vacuum cannot run in a transaction, and a pool may hand out connections that
	 * begin one.
	 */
	private boolean run(Connection connection, DerivedPlan plan) throws SQLException {
		boolean autoCommit = connection.getAutoCommit();
		connection.setAutoCommit(true);
		try (Statement statement = connection.createStatement()) {
			return this.statements.run(plan.id(), statement::cancel,
					() -> statement.execute(VACUUM + plan.source().sql()));
		}
		finally {
			connection.setAutoCommit(autoCommit);
		}
	}

}
