package dev.parallelchange.migration.test;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

import dev.parallelchange.postgres.EmbeddedCluster;
import dev.parallelchange.postgres.PostgresBinaries;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Starts each server once in a JVM, when it is first used.
 */
final class PostgresServers {

	private static final String MAX_CONNECTIONS = "200";

	private static final Path OLDEST = Path.of("target", "postgres-oldest", "binaries.jar");

	// From the name of a database to its URL, for each server that runs.
	private static final Map<PostgresVersion, UnaryOperator<String>> RUNNING = new EnumMap<>(PostgresVersion.class);

	private PostgresServers() {
	}

	static synchronized String jdbcUrl(PostgresVersion version, String database) {
		return RUNNING.computeIfAbsent(version, PostgresServers::start).apply(database);
	}

	private static UnaryOperator<String> start(PostgresVersion version) {
		return switch (version) {
			case NEWEST -> startEmbedded(PostgresBinaries.newest());
			case OLDEST -> startEmbedded(PostgresBinaries.fromJar(OLDEST));
			case CONTAINER -> startContainer();
		};
	}

	@SuppressWarnings("resource") // its shutdown hook closes it
	private static UnaryOperator<String> startEmbedded(PostgresBinaries binaries) {
		return EmbeddedCluster.builder()
			.binaries(binaries)
			.parameter("max_connections", MAX_CONNECTIONS)
			.parameter("shared_preload_libraries", "pg_stat_statements")
			.start()::jdbcUrl;
	}

	private static UnaryOperator<String> startContainer() {
		String image = Objects.requireNonNullElse(System.getenv("MIGRATION_TEST_POSTGRES_IMAGE"), "postgres:15");
		PostgreSQLContainer container = new PostgreSQLContainer(
				DockerImageName.parse(image).asCompatibleSubstituteFor("postgres"));
		container.withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=" + MAX_CONNECTIONS);
		container.start();
		// Testcontainers' own watchdog may be switched off.
		Runtime.getRuntime().addShutdownHook(new Thread(container::stop, "postgres-container-shutdown"));
		return (database) -> "jdbc:postgresql://%s:%d/%s?user=%s&password=%s".formatted(container.getHost(),
				container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT), database, container.getUsername(),
				container.getPassword());
	}

}
