package dev.parallelchange.migration.jdbc.mirror;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import javax.sql.DataSource;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.EpochLock;
import dev.parallelchange.migration.jdbc.EpochLock.Standing;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.SqlStates;
import dev.parallelchange.migration.mirror.MirroredRows;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;

/**
 * Derives rows behind a savepoint of the thread's transaction. All statements go to the
 * database in one text, and so in one round trip; after one that fails the database runs
 * none of those behind it.
 */
public final class JdbcMirroredRows implements MirroredRows {

	/**
	 * How long the transaction waits for a lock is limited from here on; what the
	 * business does after the mirror, such as checking deferred constraints, has its own
	 * limit again.
	 */
	private static final String BEGIN = """
			savepoint migration_mirror;
			with before as materialized (select current_setting('lock_timeout') as value)
			select set_config('migration.lock_timeout', value, true), set_config('lock_timeout', '{timeout}ms', true)
			from before""";

	private static final String END = """
			select set_config('lock_timeout', current_setting('migration.lock_timeout'), true);
			release savepoint migration_mirror""";

	private static final String END_SESSION = "select pg_terminate_backend(pg_backend_pid())";

	private static final String UNDO = """
			rollback to savepoint migration_mirror;
			release savepoint migration_mirror""";

	private final DataSource dataSource;

	private final KeyDerivation derivation;

	private final NamedParameterJdbcTemplate template;

	private final PlanDatabases databases;

	private final Map<String, Prepared> prepared = new ConcurrentHashMap<>();

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
		this.template = new NamedParameterJdbcTemplate(this.dataSource);
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
		derive(plan, written, keys, null);
	}

	/**
	 * Keep the plan's leading side until the thread's transaction has ended, and make
	 * rows equal or change nothing at all. The lock is had before the savepoint, so that
	 * it stays when the rows cannot be written.
	 * @param plan the plan
	 * @param written the side that is made equal
	 * @param keys the keys of the rows
	 * @param lock the lock of the leading side
	 * @return where the plan stands, if it is known
	 */
	public Optional<Standing> deriveOrNothing(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys,
			EpochLock lock) {
		return derive(plan, written, keys, lock);
	}

	private Optional<Standing> derive(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys,
			@Nullable EpochLock lock) {
		Assert.state(isBoundToTransaction(this.dataSource), "There is no transaction on the plans' DataSource");
		String first = (lock != null) ? lock.sharing(plan.id()) + ";\n" : "";
		try {
			Optional<Standing> found = this.template.execute(first + statements(plan, written, keys.size() == 1),
					Map.of("keys", RowKey.toJsonArray(keys)), (statement) -> run(plan, statement, lock));
			return (found != null) ? found : Optional.empty();
		}
		catch (RuntimeException ex) {
			undo(ex);
			if (keys.size() == 1 || !SqlStates.isCollision(ex)) {
				throw ex;
			}
			deriveExchanged(plan, written, keys);
			return (lock != null) ? lock.share(plan.id()) : Optional.empty();
		}
	}

	private static Optional<Standing> run(DerivedPlan plan, PreparedStatement statement, @Nullable EpochLock lock)
			throws SQLException {
		boolean rows = statement.execute();
		Optional<Standing> found = (lock != null) ? lock.found(plan.id(), statement, rows) : Optional.empty();
		while (statement.getMoreResults() || statement.getUpdateCount() >= 0) {
			// A driver may tell of a failure only with its statement's result.
		}
		return found;
	}

	/**
	 * The same text each time, so that the driver has it prepared by the database.
	 */
	private String statements(DerivedPlan plan, MigrationSide written, boolean single) {
		String kind = "%s %s %s".formatted(plan.id(), written, single);
		Prepared known = this.prepared.get(kind);
		if (known == null || known.plan() != plan) {
			String derivation = this.derivation.statements(plan, written, single);
			known = new Prepared(plan, String.join(";\n", begin(plan), derivation, END));
			this.prepared.put(kind, known);
		}
		return known.statements();
	}

	private static String begin(DerivedPlan plan) {
		return BEGIN.replace("{timeout}", String.valueOf(plan.plan().safety().lockTimeout().toMillis()));
	}

	/**
	 * Rows that collide may do so only on their way, which takes more than one round
	 * trip.
	 */
	private void deriveExchanged(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
		try {
			this.template.getJdbcOperations().execute(begin(plan));
			this.derivation.derive(plan, written, keys);
			this.template.getJdbcOperations().execute(END);
		}
		catch (RuntimeException ex) {
			undo(ex);
			throw ex;
		}
	}

	/**
	 * A driver that saves by itself before each statement ({@code autosave}) has undone
	 * all of them already, and the savepoint with them.
	 */
	private void undo(RuntimeException cause) {
		if (isUsable()) {
			return;
		}
		try {
			this.template.getJdbcOperations().execute(UNDO);
		}
		catch (DataAccessException ex) {
			cause.addSuppressed(ex);
		}
	}

	private boolean isUsable() {
		try {
			this.template.getJdbcOperations().execute("select 1");
			return true;
		}
		catch (DataAccessException ex) {
			return false;
		}
	}

	private record Prepared(DerivedPlan plan, String statements) {

	}

}
