package dev.parallelchange.migration.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A PostgreSQL server in a container, and its own {@code pgbench}, which does not know of
 * any migration.
 */
final class Pgbench implements AutoCloseable {

	private static final Pattern DONE = Pattern.compile("number of transactions actually processed: (\\d+)");

	private static final Pattern FAILED = Pattern.compile("number of failed transactions: (\\d+)");

	/** The host's name in a container, on engines of all kinds. */
	private static final String HOST = "host.docker.internal";

	private static final String FIND = "PATH=$PATH:$(echo /usr/lib/postgresql/*/bin | tr ' ' ':'); ";

	private final PostgreSQLContainer container;

	private volatile boolean ending;

	@SuppressWarnings("resource") // closed with this object
	Pgbench() {
		String image = Objects.requireNonNullElse(System.getenv("MIGRATION_TEST_POSTGRES_IMAGE"), "postgres:15");
		this.container = new PostgreSQLContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("postgres"));
		this.container.withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=100")
			.withExtraHost(HOST, "host-gateway");
		this.container.start();
		run("pgbench -i -q -s 2 " + server("localhost", PostgreSQLContainer.POSTGRESQL_PORT));
	}

	PostgreSQLContainer container() {
		return this.container;
	}

	String url() {
		return url(this.container.getHost(), port());
	}

	int port() {
		return this.container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT);
	}

	String url(String host, int port) {
		return "jdbc:postgresql://%s:%d/%s?user=%s&password=%s".formatted(host, port, this.container.getDatabaseName(),
				this.container.getUsername(), this.container.getPassword());
	}

	/**
	 * Run one round of TPC-B after the other until told to end.
	 * @return the number of transactions; fails if one has failed
	 */
	CompletableFuture<Long> start() {
		return start("localhost", PostgreSQLContainer.POSTGRESQL_PORT, "prepared");
	}

	/**
	 * Run through a port of the host.
	 */
	CompletableFuture<Long> startThroughHost(int port) {
		return start(HOST, port, "extended");
	}

	private CompletableFuture<Long> start(String host, int port, String protocol) {
		String command = "pgbench -n -c 6 -j 2 -T 5 -M " + protocol + " " + server(host, port);
		return CompletableFuture.supplyAsync(() -> {
			long transactions = 0;
			while (!this.ending) {
				String report = run(command);
				assertThat(number(FAILED, report)).as(report).isZero();
				transactions += number(DONE, report);
			}
			return transactions;
		}, (work) -> new Thread(work, "pgbench").start());
	}

	/**
	 * Let the round that runs be the last one.
	 */
	long end(CompletableFuture<Long> load) {
		this.ending = true;
		try {
			return load.join();
		}
		catch (CompletionException ex) {
			throw new AssertionError("pgbench failed", ex.getCause());
		}
	}

	private String server(String host, int port) {
		return "-h %s -p %d -U %s %s".formatted(host, port, this.container.getUsername(),
				this.container.getDatabaseName());
	}

	private String run(String command) {
		try {
			String environment = FIND + "PGPASSWORD='" + this.container.getPassword() + "' ";
			ExecResult result = this.container.execInContainer("sh", "-c", environment + command);
			assertThat(result.getExitCode()).as("%s%s", result.getStdout(), result.getStderr()).isZero();
			return result.getStdout();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static long number(Pattern pattern, String report) {
		Matcher matcher = pattern.matcher(report);
		assertThat(matcher.find()).as(report).isTrue();
		return Long.parseLong(matcher.group(1));
	}

	@Override
	public void close() {
		this.ending = true;
		this.container.stop();
	}

}
