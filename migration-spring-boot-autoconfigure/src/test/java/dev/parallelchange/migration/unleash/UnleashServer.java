package dev.parallelchange.migration.unleash;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/**
 * A real Unleash server on Node, from the npm registry; installed once below
 * {@code target}.
 */
final class UnleashServer implements AutoCloseable {

	private static final Path FOLDER = Path.of("target", "unleash-server");

	private static final String ADMIN_TOKEN = "*:*.admin-token";

	static final String CLIENT_TOKEN = "default:development.client-token";

	private final HttpClient http = HttpClient.newHttpClient();

	private final Process process;

	private final int port;

	private UnleashServer(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Start the server on an empty database; the calling test is skipped where there is
	 * no Node.
	 */
	static UnleashServer start(TestDatabase database) throws IOException, InterruptedException {
		Assumptions.assumeTrue(install(),
				"Skipped: the Unleash server needs Node 20 or newer and npm with access to a registry");
		int port = freePort();
		ProcessBuilder builder = new ProcessBuilder("node", "node_modules/unleash-server/dist/server.js")
			.directory(FOLDER.toFile())
			.redirectErrorStream(true)
			.redirectOutput(new File("target", "unleash-server.log"));
		builder.environment()
			.putAll(Map.of("DATABASE_URL", databaseUrl(database), "DATABASE_SSL", "false", "HTTP_HOST", "127.0.0.1",
					"PORT", String.valueOf(port), "LOG_LEVEL", "warn", "CHECK_VERSION", "false", "SEND_TELEMETRY",
					"false", "AUTH_TYPE", "open-source", "INIT_ADMIN_API_TOKENS", ADMIN_TOKEN,
					"INIT_BACKEND_API_TOKENS", CLIENT_TOKEN));
		UnleashServer server = new UnleashServer(builder.start(), port);
		Runtime.getRuntime().addShutdownHook(new Thread(server.process::destroyForcibly));
		Awaitility.await("health of the Unleash server, see target/unleash-server.log")
			.atMost(Duration.ofSeconds(90))
			.pollInterval(Duration.ofMillis(250))
			.ignoreExceptions()
			.until(() -> server.send("GET", "/health", null) == 200);
		return server;
	}

	private static boolean install() throws IOException, InterruptedException {
		if (!runs("node", "--version") || !runs("npm", "--version")) {
			return false;
		}
		if (Files.exists(FOLDER.resolve("node_modules/unleash-server/dist/server.js"))) {
			return true;
		}
		Files.createDirectories(FOLDER);
		Files.writeString(FOLDER.resolve("package.json"), "{\"private\":true}");
		return runs("npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "unleash-server@7.5.1");
	}

	private static boolean runs(String... command) throws InterruptedException {
		try {
			Process process = new ProcessBuilder(command).directory(Files.exists(FOLDER) ? FOLDER.toFile() : null)
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(new File("target", "unleash-server-install.log")))
				.start();
			boolean ended = process.waitFor(4, TimeUnit.MINUTES);
			process.destroyForcibly();
			return ended && process.exitValue() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	/**
	 * The JDBC URL without its prefix, with the user where other clients expect it.
	 */
	private static String databaseUrl(TestDatabase database) {
		URI url = URI.create(database.jdbcUrl().substring("jdbc:".length()));
		return "postgres://%s:%s@%s:%d%s".formatted("postgres", "postgres", url.getHost(), url.getPort(),
				url.getPath());
	}

	String url() {
		return "http://127.0.0.1:%d/api".formatted(this.port);
	}

	/**
	 * Create a flag that is on for a share, sticky to a field of the context.
	 */
	void create(String flag, int percent, String stickiness) {
		expect("POST", "/api/admin/projects/default/features",
				"{\"name\":\"%s\",\"type\":\"release\"}".formatted(flag));
		expect("POST", strategies(flag), strategy(flag, percent, stickiness));
		switchTo(flag, true);
	}

	void switchTo(String flag, boolean on) {
		expect("POST", "/api/admin/projects/default/features/%s/environments/development/%s".formatted(flag,
				on ? "on" : "off"), "");
	}

	private static String strategies(String flag) {
		return "/api/admin/projects/default/features/%s/environments/development/strategies".formatted(flag);
	}

	private static String strategy(String flag, int percent, String stickiness) {
		return """
				{"name":"flexibleRollout","constraints":[],
				"parameters":{"rollout":"%d","stickiness":"%s","groupId":"%s"}}""".formatted(percent, stickiness, flag);
	}

	private void expect(String method, String path, String body) {
		int status = send(method, path, body);
		if (status / 100 != 2) {
			throw new IllegalStateException("%s %s: %d".formatted(method, path, status));
		}
	}

	private int send(String method, String path, String body) {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(this.port, path)))
			.header("Authorization", ADMIN_TOKEN)
			.header("Content-Type", "application/json")
			.method(method,
					(body != null) ? HttpRequest.BodyPublishers.ofString(body) : HttpRequest.BodyPublishers.noBody())
			.build();
		try {
			return this.http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		try {
			this.process.waitFor(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
