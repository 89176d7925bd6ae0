package dev.parallelchange.migration.jdbc;

import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.Assert;

/**
 * The database that holds a plan's tables and the library's own.
 */
public final class MigrationDatabase {

	private final DataSource dataSource;

	private final DataSource connections;

	private final MigrationTables tables;

	private final JdbcClient client;

	private final JdbcTransactionManager transactionManager;

	/**
	 * Create the database.
	 * @param dataSource where the plans' tables are
	 * @param tables the names of the library's own tables
	 */
	public MigrationDatabase(DataSource dataSource, MigrationTables tables) {
		this(dataSource, tables, dataSource);
	}

	/**
	 * Create the database for a library that takes a share of the application's
	 * connections.
	 * @param dataSource where the plans' tables are
	 * @param tables the names of the library's own tables
	 * @param share how many of the library's threads may hold connections
	 * @param workers the library's own connections; {@code null} to take those of the
	 * application
	 */
	public MigrationDatabase(DataSource dataSource, MigrationTables tables, ConnectionShare share,
			@Nullable WorkerPool workers) {
		this(dataSource, tables, new SharedDataSource(withoutProxy(dataSource), share, workers));
	}

	private MigrationDatabase(DataSource dataSource, MigrationTables tables, DataSource connections) {
		this.dataSource = dataSource;
		this.tables = tables;
		this.connections = connections;
		this.client = JdbcClient.create(connections);
		this.transactionManager = new JdbcTransactionManager(connections);
	}

	/**
	 * Return the {@code DataSource} under which transactions keep their connection.
	 * @param dataSource as the application knows it
	 * @return the same without a proxy that takes part in transactions
	 */
	public static DataSource withoutProxy(DataSource dataSource) {
		if (dataSource instanceof TransactionAwareDataSourceProxy proxy) {
			DataSource target = proxy.getTargetDataSource();
			return (target != null) ? target : dataSource;
		}
		return dataSource;
	}

	/**
	 * Return the {@code DataSource} as the application knows it.
	 * @return where the plans' tables are
	 */
	public DataSource dataSource() {
		return this.dataSource;
	}

	/**
	 * Return where the library takes its connections from; it takes part in the thread's
	 * transaction.
	 * @return the connections
	 */
	public DataSource connections() {
		return this.connections;
	}

	/**
	 * Prepare a statement in which {@code %PREFIX%} stands for the prefix of the
	 * library's own tables; it takes part in the thread's transaction.
	 * @param statement the statement
	 * @return the statement to bind and run
	 */
	public JdbcClient.StatementSpec sql(String statement) {
		return this.client.sql(this.tables.in(statement));
	}

	/**
	 * Ask the database whether it is one that plans can be carried out on.
	 * @return {@code true} for PostgreSQL
	 */
	public boolean isSupported() {
		String product = new JdbcTemplate(this.connections)
			.execute((ConnectionCallback<String>) (connection) -> connection.getMetaData().getDatabaseProductName());
		return "PostgreSQL".equals(product);
	}

	/**
	 * Return the names of the library's own tables.
	 * @return the names
	 */
	public MigrationTables tables() {
		return this.tables;
	}

	/**
	 * Run work in a transaction of its own at {@code READ COMMITTED}.
	 * @param <T> the type of the result
	 * @param work the work
	 * @return its result
	 */
	public <T> T inTransaction(Supplier<T> work) {
		return inTransaction(TransactionDefinition.ISOLATION_READ_COMMITTED, work);
	}

	/**
	 * Run work in a transaction of its own.
	 * @param <T> the type of the result
	 * @param isolationLevel {@code READ COMMITTED} or {@code REPEATABLE READ}, a constant
	 * of {@link TransactionDefinition}
	 * @param work the work
	 * @return its result
	 */
	@SuppressWarnings("NullAway")
	public <T> T inTransaction(int isolationLevel, Supplier<T> work) {
		return ownTransaction().execute((status) -> {
			isolate(isolationLevel);
			return work.get();
		});
	}

	/**
	 * Run work with one connection for all statements that belong to no transaction:
	 * where many wait for a connection, it waits once.
	 * @param <T> the type of the result
	 * @param work the work
	 * @return its result
	 */
	@SuppressWarnings("NullAway")
	public <T> T withOneConnection(Supplier<T> work) {
		TransactionTemplate template = new TransactionTemplate(this.transactionManager);
		template.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);
		return template.execute((status) -> work.get());
	}

	/**
	 * Run work that may fail within the thread's transaction, which goes on in any case.
	 * @param work the work
	 */
	public void nested(Runnable work) {
		TransactionTemplate template = new TransactionTemplate(this.transactionManager);
		template.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		template.executeWithoutResult((status) -> work.run());
	}

	/**
	 * Run work in a transaction of its own, and undo it.
	 * @param <T> the type of the result
	 * @param isolationLevel {@code READ COMMITTED} or {@code REPEATABLE READ}, a constant
	 * of {@link TransactionDefinition}
	 * @param work the work
	 * @return its result
	 */
	@SuppressWarnings("NullAway")
	public <T> T rolledBack(int isolationLevel, Supplier<T> work) {
		return ownTransaction().execute((status) -> {
			status.setRollbackOnly();
			isolate(isolationLevel);
			return work.get();
		});
	}

	private TransactionTemplate ownTransaction() {
		TransactionTemplate template = new TransactionTemplate(this.transactionManager);
		template.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		return template;
	}

	/**
	 * JDBC would set the level for the session, outside of the transaction. Behind a
	 * pooler in transaction mode that may be anybody's session, and not the one in which
	 * the transaction runs.
	 */
	public void isolate(int level) {
		boolean snapshot = level == TransactionDefinition.ISOLATION_REPEATABLE_READ;
		Assert.isTrue(snapshot || level == TransactionDefinition.ISOLATION_READ_COMMITTED,
				() -> "Isolation level %d is neither READ COMMITTED nor REPEATABLE READ".formatted(level));
		sql("set transaction isolation level " + (snapshot ? "repeatable read" : "read committed")).update();
	}

}
