package dev.parallelchange.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * One server of a cluster, with its own data, log and port.
 */
final class PostgresServer {

	static final String DEFAULT_DATABASE = "postgres";

	// The library switches synchronous_commit off, which makes positions in the log lie.
	// Without fsync a crash of the machine loses the data, which nobody misses here.
	static final Map<String, String> DEFAULT_PARAMETERS = Map.of("synchronous_commit", "on", "fsync", "off",
			"full_page_writes", "off", "wal_level", "replica", "wal_keep_size", "256MB", "max_wal_senders", "10",
			"wal_receiver_status_interval", "1s", "wal_retrieve_retry_interval", "200ms", "max_connections", "200");

	private static final String USER = "postgres";

	private static final int LOG_LINES_IN_ERRORS = 15;

	private final String name;

	private final Path data;

	private final Path log;

	private final int port;

	private final Map<String, String> parameters;

	private final PostgresBinaries binaries;

	private final Duration startupTimeout;

	private @Nullable EmbeddedPostgres running;

	PostgresServer(ClusterDirectory directory, String name, int port, EmbeddedClusterBuilder settings) {
		this.name = name;
		this.data = directory.resolve(name);
		this.log = directory.resolve(name + ".log");
		this.port = (port != 0) ? port : freePort();
		this.parameters = Map.copyOf(settings.parameters);
		this.binaries = settings.binaries;
		this.startupTimeout = settings.startupTimeout;
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Path data() {
		return this.data;
	}

	int port() {
		return this.port;
	}

	void stopLeftover() {
		LeftoverServer.stop(this.data);
	}

	void seed(Path primaryData, int primaryPort) {
		ClusterDirectory.delete(this.data);
		ClusterDirectory.copy(primaryData, this.data);
		String settings = "primary_conninfo = 'host=localhost port=%d user=%s application_name=%s'%n"
			.formatted(primaryPort, USER, this.name);
		try {
			Files.createFile(this.data.resolve("standby.signal"));
			Files.writeString(this.data.resolve("postgresql.auto.conf"), settings, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void start() {
		start((data) -> {
		});
	}

	/**
	 * Starts the server.
	 * @param beforeStart is given the initialized data directory while nothing uses it
	 */
	void start(Consumer<Path> beforeStart) {
		try {
			EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
				.setPgBinaryResolver(this.binaries.resolver())
				.setDataDirectory(this.data)
				.setDataDirectoryCustomizer((data) -> beforeStart.accept(data.toPath()))
				.setCleanDataDirectory(false)
				.setRegisterShutdownHook(false)
				.setPort(this.port)
				.setPGStartupWait(this.startupTimeout)
				.setOutputRedirector(Redirect.appendTo(this.log.toFile()));
			this.parameters.forEach((key, value) -> builder.setServerConfig(key, quoted(value)));
			this.running = builder.start();
		}
		catch (IOException | RuntimeException ex) {
			stopLeftover();
			throw new IllegalStateException("PostgreSQL (%s) did not start on port %d. The end of its log:%n%s"
				.formatted(this.name, this.port, endOfLog()), ex);
		}
	}

	// The parameters pass through a shell.
	private static String quoted(String value) {
		return value.matches("\\S+") ? value : "\"" + value + "\"";
	}

	private String endOfLog() {
		try {
			List<String> lines = Files.readAllLines(this.log, StandardCharsets.UTF_8);
			return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_IN_ERRORS), lines.size()));
		}
		catch (IOException ex) {
			return "(unreadable: %s)".formatted(ex);
		}
	}

	void stop() {
		EmbeddedPostgres server = this.running;
		this.running = null;
		if (server == null) {
			return;
		}
		try {
			server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void crash() {
		LeftoverServer.quit(this.data);
		stop();
	}

	DataSource dataSource(String database) {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(jdbcUrl(database));
		return dataSource;
	}

	String jdbcUrl(String database) {
		return "jdbc:postgresql://localhost:%d/%s?user=%s".formatted(this.port, database, USER);
	}

	void execute(String sql) {
		try (Connection connection = dataSource(DEFAULT_DATABASE).getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Failed on %s: %s".formatted(this.name, sql), ex);
		}
	}

	void createDatabase(String database) {
		if (!exists(database)) {
			execute("create database \"%s\"".formatted(database.replace("\"", "\"\"")));
		}
	}

	private boolean exists(String database) {
		try (Connection connection = dataSource(DEFAULT_DATABASE).getConnection();
				PreparedStatement query = connection.prepareStatement("select from pg_database where datname = ?")) {
			query.setString(1, database);
			return query.executeQuery().next();
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Failed to look for database '%s'".formatted(database), ex);
		}
	}

}
