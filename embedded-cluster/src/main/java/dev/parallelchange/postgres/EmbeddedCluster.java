package dev.parallelchange.postgres;

import java.util.List;
import java.util.stream.IntStream;

import javax.sql.DataSource;

/**
 * A PostgreSQL primary with streaming replicas, for tests and samples.
 * <p>
 * The user is {@code postgres}, without a password. Replicas are numbered from 0 and
 * copied afresh from the primary at each start.
 */
public final class EmbeddedCluster implements AutoCloseable {

	private static final String PAUSE_REPLAY = """
			do $$ begin
				perform pg_wal_replay_pause();
				while pg_get_wal_replay_pause_state() <> 'paused' loop
					perform pg_sleep(0.01);
				end loop;
			end $$
			""";

	private static final String RESUME_REPLAY = "select pg_wal_replay_resume()";

	private final ClusterDirectory directory;

	private final PostgresServer primary;

	private final List<PostgresServer> replicas;

	private final Thread shutdownHook = new Thread(this::stop, "embedded-cluster-shutdown");

	EmbeddedCluster(EmbeddedClusterBuilder builder, ClusterDirectory directory) {
		this.directory = directory;
		this.primary = new PostgresServer(directory, "primary", builder.port, builder);
		this.replicas = IntStream.rangeClosed(1, builder.replicas)
			.mapToObj((number) -> new PostgresServer(directory, "replica" + number, 0, builder))
			.toList();
	}

	/**
	 * Returns a builder of a cluster without replicas in a temporary folder.
	 * @return a builder
	 */
	public static EmbeddedClusterBuilder builder() {
		return new EmbeddedClusterBuilder();
	}

	void start(EmbeddedClusterBuilder builder) {
		try {
			this.replicas.forEach(PostgresServer::stopLeftover);
			this.primary.stopLeftover();
			this.directory.discardUnfinished(this.primary.data());
			this.primary.start((data) -> this.replicas.forEach((replica) -> replica.seed(data, this.primary.port())));
			this.directory.markFinished();
			builder.databases.forEach(this.primary::createDatabase);
			this.replicas.forEach(PostgresServer::start);
		}
		catch (RuntimeException ex) {
			stop();
			throw ex;
		}
		if (builder.shutdownHook) {
			Runtime.getRuntime().addShutdownHook(this.shutdownHook);
		}
	}

	/**
	 * Returns the primary's {@code postgres} database.
	 * @return a data source that opens a connection for each request
	 */
	public DataSource primary() {
		return primary(PostgresServer.DEFAULT_DATABASE);
	}

	/**
	 * Returns a database of the primary.
	 * @param database the name of an existing database
	 * @return a data source that opens a connection for each request
	 */
	public DataSource primary(String database) {
		return this.primary.dataSource(database);
	}

	/**
	 * Returns the {@code postgres} database of a replica.
	 * @param number the replica's number, from 0
	 * @return a data source that opens a connection for each request
	 */
	public DataSource replica(int number) {
		return replica(number, PostgresServer.DEFAULT_DATABASE);
	}

	/**
	 * Returns a database of a replica.
	 * @param number the replica's number, from 0
	 * @param database the name of an existing database
	 * @return a data source that opens a connection for each request
	 */
	public DataSource replica(int number, String database) {
		return this.replicas.get(number).dataSource(database);
	}

	/**
	 * Returns the JDBC URL of a database of the primary.
	 * @param database the name of a database
	 * @return a URL that includes the user
	 */
	public String jdbcUrl(String database) {
		return this.primary.jdbcUrl(database);
	}

	/**
	 * Returns the JDBC URL of a database of a replica.
	 * @param number the replica's number, from 0
	 * @param database the name of a database
	 * @return a URL that includes the user
	 */
	public String replicaJdbcUrl(int number, String database) {
		return this.replicas.get(number).jdbcUrl(database);
	}

	/**
	 * Holds back what a replica receives, and returns when nothing more is replayed.
	 * @param number the replica's number, from 0
	 */
	public void pauseReplay(int number) {
		this.replicas.get(number).execute(PAUSE_REPLAY);
	}

	/**
	 * Lets a replica replay what was held back.
	 * @param number the replica's number, from 0
	 */
	public void resumeReplay(int number) {
		this.replicas.get(number).execute(RESUME_REPLAY);
	}

	/**
	 * Stops a replica, which can be started again.
	 * @param number the replica's number, from 0
	 */
	public void stopReplica(int number) {
		this.replicas.get(number).stop();
	}

	/**
	 * Starts a stopped replica on its old port; it catches up by itself.
	 * @param number the replica's number, from 0
	 */
	public void startReplica(int number) {
		this.replicas.get(number).start();
	}

	/**
	 * Restarts the primary on its port; all of its connections break.
	 */
	public void restartPrimary() {
		this.primary.stop();
		this.primary.start();
	}

	/**
	 * Stops the primary; all of its connections break.
	 */
	public void stopPrimary() {
		this.primary.stop();
	}

	/**
	 * Ends the primary as a crash does: nothing is flushed, nobody is told, and the next
	 * start recovers from the log. Needs the program {@code kill}.
	 */
	public void crashPrimary() {
		this.primary.crash();
	}

	/**
	 * Starts a stopped primary on its port and data.
	 */
	public void startPrimary() {
		this.primary.start();
	}

	/**
	 * Stops all servers and removes what is temporary.
	 */
	@Override
	public void close() {
		try {
			Runtime.getRuntime().removeShutdownHook(this.shutdownHook);
		}
		catch (IllegalStateException ex) {
			// The JVM is shutting down already.
		}
		stop();
	}

	private synchronized void stop() {
		this.replicas.forEach(PostgresServer::stop);
		this.primary.stop();
		this.directory.close();
	}

}
