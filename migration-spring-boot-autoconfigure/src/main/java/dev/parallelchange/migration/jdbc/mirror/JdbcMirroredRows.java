package dev.parallelchange.migration.jdbc.mirror;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;

import javax.sql.DataSource;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.mirror.MirroredRows;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;

/**
 * Derives rows behind a savepoint of the thread's transaction.
 */
public final class JdbcMirroredRows implements MirroredRows {

	/**
	 * In one round trip. How long the transaction waits for a lock is limited from here
	 * on; what the business does after the mirror, such as checking deferred constraints,
	 * has its own limit again.
	 */
	private static final String BEGIN = """
			savepoint migration_mirror;
			with before as materialized (select current_setting('lock_timeout') as value)
			select set_config('migration.lock_timeout', value, true), set_config('lock_timeout', '%dms', true)
			from before""";

	private static final String END = """
			select set_config('lock_timeout', current_setting('migration.lock_timeout'), true);
			release savepoint migration_mirror""";

	private static final String END_SESSION = "select pg_terminate_backend(pg_backend_pid())";

	private static final String UNDO = "rollback to savepoint migration_mirror";

	private final DataSource dataSource;

	private final KeyDerivation derivation;

	private final JdbcTemplate template;

	private final PlanDatabases databases;

	public JdbcMirroredRows(MigrationDatabase database) {
		this(PlanDatabases.within(database));
	}

	/**
	 * Create the writer.
	 * @param databases the databases of the plans' sides
	 */
	public JdbcMirroredRows(PlanDatabases databases) {
		this.databases = databases;
		this.dataSource = MigrationDatabase.withoutProxy(databases.main().dataSource());
		this.derivation = new KeyDerivation(databases.main());
		this.template = new JdbcTemplate(this.dataSource);
	}

	/**
	 * Managers for JDBC and JPA mark their connection in different ways, and a mere
	 * synchronization binds one too; only one with an open transaction does not commit by
	 * itself.
	 */
	@Override
	public boolean isBoundToTransaction(DerivedPlan plan, MigrationSide written) {
		return isBoundToTransaction(MigrationDatabase.withoutProxy(this.databases.of(plan, written).dataSource()));
	}

	private static boolean isBoundToTransaction(DataSource dataSource) {
		try {
			return TransactionSynchronizationManager.getResource(dataSource) instanceof ConnectionHolder holder
					&& holder.getConnectionHandle() != null && !holder.getConnection().getAutoCommit();
		}
		catch (SQLException ex) {
			return false;
		}
	}

	@Override
	public boolean hasOpenWrites(DerivedPlan plan, MigrationSide written) {
		return isBoundToTransaction(plan, written) && this.databases.of(plan, written)
			.sql("select pg_current_xact_id_if_assigned() is not null")
			.query(Boolean.class)
			.single();
	}

	/**
	 * A failed statement is not enough: the driver does not tell a commit that the server
	 * has answered with a rollback.
	 */
	@Override
	public void preventCommit(DerivedPlan plan, MigrationSide written) {
		try {
			this.databases.of(plan, written).sql(END_SESSION).query().singleRow();
		}
		catch (DataAccessException ex) {
			// The session has ended.
		}
	}

	@Override
	public void deriveOrNothing(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
		Assert.state(isBoundToTransaction(this.dataSource), "There is no transaction on the plans' DataSource");
		this.template.execute((Connection connection) -> {
			run(connection, BEGIN.formatted(plan.plan().safety().lockTimeout().toMillis()));
			try {
				this.derivation.derive(plan, written, keys);
				run(connection, END);
			}
			catch (RuntimeException | SQLException ex) {
				undo(connection, ex);
				throw ex;
			}
			return true;
		});
	}

	private static void run(Connection connection, String statements) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(statements);
		}
	}

	private static void undo(Connection connection, Exception cause) {
		try {
			run(connection, UNDO);
		}
		catch (SQLException ex) {
			cause.addSuppressed(ex);
		}
	}

}
