package dev.parallelchange.migration.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.testcontainers.postgresql.PostgreSQLContainer;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A PgBouncer in transaction mode in front of a database, as a process. It listens on all
 * addresses, since clients in containers use it too; they need the password.
 */
final class PgBouncer implements AutoCloseable {

	private static final String INI = """
			[databases]
			%s = host=%s port=%d
			[pgbouncer]
			listen_addr = *
			listen_port = %d
			unix_socket_dir =
			auth_type = scram-sha-256
			auth_file = %s
			pool_mode = transaction
			default_pool_size = 8
			max_client_conn = 200
			ignore_startup_parameters = extra_float_digits
			""";

	private final Path directory;

	private final Process process;

	private final int port;

	private PgBouncer(Path directory, Process process, int port) {
		this.directory = directory;
		this.process = process;
		this.port = port;
	}

	/**
	 * Find the program where Debian and others install it.
	 */
	static Optional<Path> program() {
		String path = String.valueOf(System.getenv("PATH")) + ":/usr/sbin:/usr/local/sbin";
		return Stream.of(path.split(":"))
			.map((folder) -> Path.of(folder, "pgbouncer"))
			.filter(Files::isExecutable)
			.findFirst();
	}

	static PgBouncer inFrontOf(PostgreSQLContainer server) {
		try {
			Path directory = Files.createTempDirectory("pgbouncer");
			Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
			int ownPort = freePort();
			Path users = Files.writeString(directory.resolve("users.txt"),
					"\"%s\" \"%s\"\n".formatted(server.getUsername(), server.getPassword()));
			Path ini = Files.writeString(directory.resolve("pgbouncer.ini"), INI.formatted(server.getDatabaseName(),
					server.getHost(), server.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT), ownPort, users));
			List<String> command = new ArrayList<>(List.of(program().orElseThrow().toString()));
			if (System.getProperty("user.name").equals("root")) {
				command.addAll(List.of("-u", "nobody"));
			}
			command.add(ini.toString());
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(directory.resolve("log").toFile())
				.start();
			PgBouncer started = new PgBouncer(directory, process, ownPort);
			started.awaitPort();
			return started;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	int port() {
		return this.port;
	}

	private void awaitPort() {
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.failFast(() -> assertThat(this.process.isAlive()).as(log()).isTrue())
			.until(this::accepts);
	}

	private boolean accepts() {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress("localhost", this.port), 1000);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private String log() {
		try {
			return "PgBouncer has ended: " + Files.readString(this.directory.resolve("log"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	@Override
	public void close() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(5, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
