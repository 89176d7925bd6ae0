package dev.parallelchange.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Collects the settings of a cluster.
 */
public final class EmbeddedClusterBuilder {

	final Map<String, String> parameters = new LinkedHashMap<>(PostgresServer.DEFAULT_PARAMETERS);

	final List<String> databases = new ArrayList<>();

	PostgresBinaries binaries = PostgresBinaries.newest();

	Duration startupTimeout = Duration.ofSeconds(60);

	private @Nullable Path dataDirectory;

	int replicas;

	int port;

	boolean shutdownHook = true;

	EmbeddedClusterBuilder() {
	}

	/**
	 * Sets the number of streaming replicas; none by default.
	 * @param replicas how many
	 * @return this builder
	 */
	public EmbeddedClusterBuilder replicas(int replicas) {
		this.replicas = replicas;
		return this;
	}

	/**
	 * Keeps the data in a folder, where a later start finds it again, even after a crash;
	 * by default a temporary folder is used and removed.
	 * @param dataDirectory a folder of its own, created if missing
	 * @return this builder
	 */
	public EmbeddedClusterBuilder dataDirectory(Path dataDirectory) {
		this.dataDirectory = dataDirectory;
		return this;
	}

	/**
	 * Creates a database if it does not exist.
	 * @param database a name
	 * @return this builder
	 */
	public EmbeddedClusterBuilder database(String database) {
		this.databases.add(database);
		return this;
	}

	/**
	 * Sets the primary's port; replicas use free ones.
	 * @param port a port, or 0 for any free one, which is the default
	 * @return this builder
	 */
	public EmbeddedClusterBuilder port(int port) {
		this.port = port;
		return this;
	}

	/**
	 * Sets a server parameter of all servers. With replicas, {@code max_connections} and
	 * the like cannot be lower than PostgreSQL's defaults.
	 * @param name such as {@code max_connections}
	 * @param value as it would stand in {@code postgresql.conf}, without quotes
	 * @return this builder
	 */
	public EmbeddedClusterBuilder parameter(String name, String value) {
		this.parameters.put(name, value);
		return this;
	}

	/**
	 * Sets the version that runs; by default the one on the class path.
	 * @param binaries the programs
	 * @return this builder
	 */
	public EmbeddedClusterBuilder binaries(PostgresBinaries binaries) {
		this.binaries = binaries;
		return this;
	}

	/**
	 * Sets how long a server may take to accept connections, 60 seconds by default.
	 * @param startupTimeout the limit for each server
	 * @return this builder
	 */
	public EmbeddedClusterBuilder startupTimeout(Duration startupTimeout) {
		this.startupTimeout = startupTimeout;
		return this;
	}

	/**
	 * Sets whether the cluster is closed when the JVM exits, which is the default. Switch
	 * it off where something else closes the cluster in the right order.
	 * @param shutdownHook whether to register a shutdown hook
	 * @return this builder
	 */
	public EmbeddedClusterBuilder shutdownHook(boolean shutdownHook) {
		this.shutdownHook = shutdownHook;
		return this;
	}

	/**
	 * Starts the primary, then its replicas.
	 * @return a running cluster, to be closed
	 * @throws IllegalStateException if a server does not start, or the data directory is
	 * used by another program
	 */
	public EmbeddedCluster start() {
		try {
			EmbeddedCluster cluster = new EmbeddedCluster(this, ClusterDirectory.open(this.dataDirectory));
			cluster.start(this);
			return cluster;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
