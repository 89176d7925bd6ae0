package dev.parallelchange.chaos.world;

import javax.sql.DataSource;

import dev.parallelchange.chaos.load.Database;
import dev.parallelchange.postgres.EmbeddedCluster;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * A database server that can be stopped.
 */
public final class Server implements AutoCloseable {

	private static final String NAME = "postgres";

	private final Database database;

	private final EmbeddedCluster cluster;

	private boolean runs = true;

	Server(Database database, int replicas) {
		this.database = database;
		this.cluster = EmbeddedCluster.builder().replicas(replicas).parameter("max_connections", "200").start();
		run("chaos-journal.sql", "chaos-%s.sql".formatted(database));
	}

	void run(String... scripts) {
		ResourceDatabasePopulator populator = new ResourceDatabasePopulator();
		for (String script : scripts) {
			populator.addScript(new ClassPathResource(script));
		}
		populator.execute(dataSource());
	}

	/**
	 * Return the primary, without a proxy.
	 * @return a data source that opens a connection for each request
	 */
	public DataSource dataSource() {
		return this.cluster.primary();
	}

	/**
	 * Return a client of the primary, without a proxy.
	 * @return a client that opens a connection for each request
	 */
	public JdbcClient client() {
		return JdbcClient.create(dataSource());
	}

	/**
	 * Return the servers' processes.
	 * @return the cluster
	 */
	public EmbeddedCluster cluster() {
		return this.cluster;
	}

	String url() {
		return this.cluster.jdbcUrl(NAME);
	}

	String replicaUrl() {
		return this.cluster.replicaJdbcUrl(0, NAME);
	}

	int port() {
		return Integer.parseInt(url().replaceAll(".*:(\\d+)/.*", "$1"));
	}

	/**
	 * Stop the primary.
	 * @param crash whether it is not told
	 */
	public synchronized void stop(boolean crash) {
		if (crash) {
			this.cluster.crashPrimary();
		}
		else {
			this.cluster.stopPrimary();
		}
		this.runs = false;
	}

	/**
	 * Start the primary if it does not run.
	 */
	public synchronized void start() {
		if (!this.runs) {
			this.cluster.startPrimary();
			this.runs = true;
		}
	}

	@Override
	public String toString() {
		return "the %s database".formatted(this.database);
	}

	@Override
	public void close() {
		this.cluster.close();
	}

}
