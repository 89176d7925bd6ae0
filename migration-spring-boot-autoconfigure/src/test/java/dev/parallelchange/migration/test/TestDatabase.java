package dev.parallelchange.migration.test;

import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A database of its own for a test, empty at first, on a server that all tests share.
 */
public final class TestDatabase implements AutoCloseable {

	private static final int MAX_POOL_SIZE = 10;

	private static final AtomicInteger COUNTER = new AtomicInteger();

	private final PostgresVersion version;

	private final String name = "test" + COUNTER.incrementAndGet();

	private final HikariDataSource dataSource = new HikariDataSource();

	private TestDatabase(PostgresVersion version) {
		this.version = version;
		maintain("create database " + this.name);
		this.dataSource.setJdbcUrl(jdbcUrl());
		this.dataSource.setMaximumPoolSize(MAX_POOL_SIZE);
		this.dataSource.setMinimumIdle(0);
		this.dataSource.setPoolName(this.name);
	}

	/**
	 * Creates a database on the newest PostgreSQL.
	 * @return an empty database
	 */
	public static TestDatabase create() {
		return create(PostgresVersion.NEWEST);
	}

	/**
	 * Creates a database on a version of PostgreSQL.
	 * @param version the server to use
	 * @return an empty database
	 */
	public static TestDatabase create(PostgresVersion version) {
		return new TestDatabase(version);
	}

	/**
	 * Returns a small connection pool.
	 * @return the pool, closed with this database
	 */
	public HikariDataSource dataSource() {
		return this.dataSource;
	}

	/**
	 * Returns a client on the pool.
	 * @return a new client
	 */
	public JdbcClient jdbcClient() {
		return JdbcClient.create(this.dataSource);
	}

	/**
	 * Returns the URL, which includes user and password.
	 * @return the JDBC URL
	 */
	public String jdbcUrl() {
		return PostgresServers.jdbcUrl(this.version, this.name);
	}

	/**
	 * Runs statements, each in a transaction of its own.
	 * @param sql the statements
	 */
	public void execute(String... sql) {
		JdbcClient client = jdbcClient();
		for (String statement : sql) {
			client.sql(statement).update();
		}
	}

	/**
	 * Closes the pool and drops the database, whoever is connected to it.
	 */
	@Override
	public void close() {
		this.dataSource.close();
		maintain("drop database if exists %s with (force)".formatted(this.name));
	}

	private void maintain(String sql) {
		PGSimpleDataSource server = new PGSimpleDataSource();
		server.setUrl(PostgresServers.jdbcUrl(this.version, "postgres"));
		JdbcClient.create(server).sql(sql).update();
	}

}
