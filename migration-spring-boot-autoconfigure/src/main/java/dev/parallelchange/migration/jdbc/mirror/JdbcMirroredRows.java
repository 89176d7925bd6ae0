package dev.parallelchange.migration.jdbc.mirror;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Collection;

import javax.sql.DataSource;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.mirror.MirroredRows;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;

/**
 * Derives rows behind a savepoint of the thread's transaction.
 */
public final class JdbcMirroredRows implements MirroredRows {

	private static final String LIMIT = """
			with before as materialized (select current_setting('lock_timeout') as value)
			select value, set_config('lock_timeout', ?, true) from before""";

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
	public void deriveOrNothing(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
		Assert.state(isBoundToTransaction(this.dataSource), "There is no transaction on the plans' DataSource");
		this.template.execute((Connection connection) -> {
			Savepoint savepoint = connection.setSavepoint();
			try {
				String before = limitWaits(connection, plan.plan().safety().lockTimeout().toMillis() + "ms");
				this.derivation.derive(plan, written, keys);
				limitWaits(connection, before);
			}
			catch (RuntimeException | SQLException ex) {
				rollback(connection, savepoint, ex);
				throw ex;
			}
			connection.releaseSavepoint(savepoint);
			return true;
		});
	}

	/**
	 * Limit how long the transaction waits for a lock from now on. What the business does
	 * after the mirror, such as checking deferred constraints, has its own limit again.
	 * @return the limit until now
	 */
	private static String limitWaits(Connection connection, String limit) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(LIMIT)) {
			statement.setString(1, limit);
			try (ResultSet rs = statement.executeQuery()) {
				rs.next();
				return rs.getString(1);
			}
		}
	}

	private static void rollback(Connection connection, Savepoint savepoint, Exception cause) {
		try {
			connection.rollback(savepoint);
		}
		catch (SQLException ex) {
			cause.addSuppressed(ex);
		}
	}

}
