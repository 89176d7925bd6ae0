package dev.parallelchange.migration.test;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A database of its own for a test, empty at first, on a server that all tests share. One
 * that has been emptied may serve another test under another name.
 */
public final class TestDatabase implements AutoCloseable {

	private static final int MAX_POOL_SIZE = 10;

	private static final AtomicInteger COUNTER = new AtomicInteger();

	/** Empty databases: to make one costs more than to empty one. */
	private static final Map<PostgresVersion, Queue<String>> EMPTY = new ConcurrentHashMap<>();

	/**
	 * Whether nothing would be left of a test but schemas.
	 */
	private static final String IS_PLAIN = """
			select datacl is null and datallowconn
				and not exists (select from pg_db_role_setting as setting where setting.setdatabase = d.oid)
				and not exists (select from pg_extension where extname <> 'plpgsql')
				and not exists (select from pg_default_acl) and not exists (select from pg_event_trigger)
				and not exists (select from pg_publication) and not exists (select from pg_foreign_server)
				and not exists (select from pg_prepared_xacts where database = d.datname)
				and not exists (select from pg_language where oid >= 16384)
				and not exists (select from pg_cast where oid >= 16384)
			from pg_database as d where datname = current_database()""";

	/** What may be done with the catalogue, which a test may have changed. */
	private static final String RIGHTS = """
			select md5(string_agg(coalesce(cast(acl as text), ''), ' ' order by oid)) from (
				select oid, relacl as acl from pg_class where oid < 16384
				union all select oid, proacl from pg_proc where oid < 16384) as object""";

	private static final Map<PostgresVersion, String> USUAL_RIGHTS = new ConcurrentHashMap<>();

	private static final String END_OTHERS = """
			select bool_and(pg_terminate_backend(pid, 10000)) from pg_stat_activity
			where datname = current_database() and pid <> pg_backend_pid()""";

	private static final String EMPTY_IT = """
			do $$
			declare
				own name;
			begin
				for own in select nspname from pg_namespace
						where nspname !~ '^pg_' and nspname <> 'information_schema' loop
					execute format('drop schema %I cascade', own);
				end loop;
				create schema public authorization pg_database_owner;
				grant usage on schema public to public;
				perform pg_stat_reset();
			end $$""";

	private final PostgresVersion version;

	private final String name = "test" + COUNTER.incrementAndGet();

	private final HikariDataSource dataSource = new HikariDataSource();

	private TestDatabase(PostgresVersion version) {
		this.version = version;
		String empty = EMPTY.computeIfAbsent(version, (key) -> new ConcurrentLinkedQueue<>()).poll();
		maintain((empty != null) ? "alter database %s rename to %s".formatted(empty, this.name)
				: "create database " + this.name);
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
	 * Closes the pool and ends whoever is connected. The database gets another name, so
	 * that nobody who comes too late gets to the next test's.
	 */
	@Override
	public void close() {
		this.dataSource.close();
		if (isEmptied()) {
			String empty = "empty_" + this.name;
			maintain("alter database %s rename to %s".formatted(this.name, empty));
			EMPTY.computeIfAbsent(this.version, (key) -> new ConcurrentLinkedQueue<>()).add(empty);
		}
		else {
			maintain("drop database if exists %s with (force)".formatted(this.name));
		}
	}

	private boolean isEmptied() {
		try {
			JdbcClient client = JdbcClient.create(server(this.name));
			if (!client.sql(IS_PLAIN).query(Boolean.class).single() || !rights(client).equals(usualRights())) {
				return false;
			}
			client.sql(END_OTHERS).query(Boolean.class).optional();
			client.sql(EMPTY_IT).update();
			return true;
		}
		catch (DataAccessException ex) {
			return false;
		}
	}

	private String usualRights() {
		return USUAL_RIGHTS.computeIfAbsent(this.version, (key) -> rights(JdbcClient.create(server("postgres"))));
	}

	private static String rights(JdbcClient client) {
		return client.sql(RIGHTS).query(String.class).single();
	}

	private void maintain(String sql) {
		JdbcClient.create(server("postgres")).sql(sql).update();
	}

	private DataSource server(String database) {
		PGSimpleDataSource server = new PGSimpleDataSource();
		server.setUrl(PostgresServers.jdbcUrl(this.version, database));
		return server;
	}

}
