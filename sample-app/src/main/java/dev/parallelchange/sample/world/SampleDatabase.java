package dev.parallelchange.sample.world;

import java.nio.file.Path;

import dev.parallelchange.postgres.EmbeddedCluster;
import dev.parallelchange.postgres.EmbeddedClusterBuilder;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A PostgreSQL primary and its replica: embedded ones, or others.
 */
public final class SampleDatabase implements AutoCloseable {

	private final @Nullable EmbeddedCluster cluster;

	private final String jdbcUrl;

	private final @Nullable String replicaJdbcUrl;

	private SampleDatabase(@Nullable EmbeddedCluster cluster, String jdbcUrl, @Nullable String replicaJdbcUrl) {
		this.cluster = cluster;
		this.jdbcUrl = jdbcUrl;
		this.replicaJdbcUrl = replicaJdbcUrl;
	}

	/**
	 * Use a running database.
	 * @param jdbcUrl where the primary is
	 * @param replicaJdbcUrl where its replica is, if there is one
	 * @return the database
	 */
	public static SampleDatabase at(String jdbcUrl, @Nullable String replicaJdbcUrl) {
		return new SampleDatabase(null, jdbcUrl, replicaJdbcUrl);
	}

	/**
	 * Start a primary and a streaming replica.
	 * @param dataDirectory where data is kept; {@code null} for a temporary folder
	 * @return the database
	 */
	public static SampleDatabase start(@Nullable Path dataDirectory) {
		EmbeddedClusterBuilder builder = EmbeddedCluster.builder().replicas(1).shutdownHook(false);
		EmbeddedCluster cluster = ((dataDirectory != null) ? builder.dataDirectory(dataDirectory) : builder).start();
		return new SampleDatabase(cluster, cluster.jdbcUrl("postgres"), cluster.replicaJdbcUrl(0, "postgres"));
	}

	/**
	 * Return whether it ends with this process.
	 * @return whether it has been started here
	 */
	public boolean isEmbedded() {
		return this.cluster != null;
	}

	/**
	 * Return where the primary is.
	 * @return a JDBC URL
	 */
	public String jdbcUrl() {
		return this.jdbcUrl;
	}

	/**
	 * Return where the replica is.
	 * @return a JDBC URL; {@code null} if there is no replica
	 */
	public @Nullable String replicaJdbcUrl() {
		return this.replicaJdbcUrl;
	}

	/**
	 * Return the primary, apart from the pools of the service.
	 * @return a data source without a pool
	 */
	public DriverManagerDataSource dataSource() {
		return new DriverManagerDataSource(this.jdbcUrl);
	}

	/**
	 * Return a client of the primary, apart from the pools of the service.
	 * @return a client
	 */
	public JdbcClient client() {
		return JdbcClient.create(dataSource());
	}

	@Override
	public void close() {
		if (this.cluster != null) {
			this.cluster.close();
		}
	}

}
