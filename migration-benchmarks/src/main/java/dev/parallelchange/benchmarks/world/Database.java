package dev.parallelchange.benchmarks.world;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.postgres.EmbeddedCluster;
import dev.parallelchange.postgres.EmbeddedClusterBuilder;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A PostgreSQL server that writes as carefully as one in production does: it waits for
 * the disk. No checkpoint comes by itself, so that none hits one contender and not the
 * other.
 */
public final class Database implements AutoCloseable {

	/**
	 * The schema of the library's own tables, which is dropped with all that it knows.
	 */
	public static final String STATE = "migration_state";

	/** The other database. */
	public static final String OTHER = "elsewhere";

	private static final Map<String, String> PARAMETERS = Map.of("fsync", "on", "synchronous_commit", "on",
			"full_page_writes", "on", "shared_buffers", "512MB", "max_wal_size", "16GB", "min_wal_size", "2GB",
			"checkpoint_timeout", "1h", "shared_preload_libraries", "pg_stat_statements");

	private static final boolean PROFILED = Boolean.getBoolean("benchmark.profile");

	private static final String STATEMENTS = """
			select format('    %s ms %s calls %s rows %s WAL bytes  %s', lpad(cast(round(total_exec_time) as text), 8),
				lpad(cast(calls as text), 7), lpad(cast(rows as text), 9), lpad(cast(wal_bytes as text), 12),
				left(regexp_replace(query, '\\s+', ' ', 'g'), 160))
			from pg_stat_statements where calls > 0 order by total_exec_time desc limit 15""";

	private final EmbeddedCluster cluster;

	private final HikariDataSource dataSource;

	private final JdbcClient client;

	private Database(EmbeddedCluster cluster) {
		this.cluster = cluster;
		this.dataSource = new HikariDataSource();
		this.dataSource.setJdbcUrl(url());
		this.dataSource.setMaximumPoolSize(4);
		this.client = JdbcClient.create(this.dataSource);
	}

	/**
	 * Start a server with the usual parameters.
	 * @return the server's database
	 */
	public static Database start() {
		return start(Map.of(), 0);
	}

	/**
	 * Start a server.
	 * @param parameters what is different from usual
	 * @param replicas the number of replicas
	 * @return the server's database
	 */
	public static Database start(Map<String, String> parameters, int replicas) {
		EmbeddedClusterBuilder builder = EmbeddedCluster.builder().replicas(replicas).database(OTHER);
		Map<String, String> all = new LinkedHashMap<>(PARAMETERS);
		all.putAll(parameters);
		if (PROFILED) {
			all.put("pg_stat_statements.track", "all");
		}
		all.forEach(builder::parameter);
		return new Database(builder.start());
	}

	/**
	 * Run statements.
	 * @param statements the statements
	 */
	public void execute(String... statements) {
		for (String statement : statements) {
			this.client.sql(statement).update();
		}
	}

	/**
	 * Ask for a number.
	 * @param query the query
	 * @return its only value
	 */
	public long number(String query) {
		return this.client.sql(query).query(Long.class).single();
	}

	/**
	 * Ask for a number in a session of its own.
	 * @param setting the name of what is set for the session
	 * @param value its value
	 * @param query the query
	 * @return its only value
	 */
	public long number(String setting, String value, String query) {
		DataSource session = new DriverManagerDataSource(url() + "&options=-c%20" + setting + "=" + value);
		return JdbcClient.create(session).sql(query).query(Long.class).single();
	}

	/**
	 * Ask for a text.
	 * @param query the query
	 * @return its only value
	 */
	public String text(String query) {
		return this.client.sql(query).query(String.class).single();
	}

	/**
	 * Forget what the library knows of its plans, and write all pages to the disk.
	 */
	public void forgetPlans() {
		execute("drop schema if exists %s cascade".formatted(STATE), "create schema " + STATE);
	}

	/**
	 * Return the position at which the write-ahead log is written.
	 * @return the position in bytes
	 */
	public long walPosition() {
		return number("select cast(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as bigint)");
	}

	/**
	 * Do something, and print which statements took the server's time if the property
	 * {@code benchmark.profile} is set.
	 * @param name what is done
	 * @param work what to do
	 * @param <T> the result's type
	 * @return the work's result
	 */
	public <T> T profiled(String name, Supplier<T> work) {
		if (!PROFILED) {
			return work.get();
		}
		execute("create extension if not exists pg_stat_statements");
		this.client.sql("select pg_stat_statements_reset()").query((rows) -> {
		});
		T result = work.get();
		System.out.println("    statements of " + name);
		this.client.sql(STATEMENTS).query(String.class).list().forEach(System.out::println);
		return result;
	}

	/**
	 * Return a small pool of connections.
	 * @return the pool, which is closed with this object
	 */
	public DataSource dataSource() {
		return this.dataSource;
	}

	/**
	 * Return the server.
	 * @return the server with its replicas
	 */
	public EmbeddedCluster cluster() {
		return this.cluster;
	}

	/**
	 * Return the URL of the database.
	 * @return a URL that includes the user
	 */
	public String url() {
		return this.cluster.jdbcUrl("postgres");
	}

	@Override
	public void close() {
		this.dataSource.close();
		this.cluster.close();
	}

}
