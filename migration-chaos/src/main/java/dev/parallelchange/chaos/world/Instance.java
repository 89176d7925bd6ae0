package dev.parallelchange.chaos.world;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import dev.parallelchange.chaos.app.ChaosApplication;
import dev.parallelchange.chaos.load.Database;
import dev.parallelchange.migration.MigrationSide;

/**
 * One JVM of the application, and the next one in its place.
 */
public final class Instance implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private static final Duration STARTUP = Duration.ofSeconds(90);

	private final int number;

	private final Settings settings;

	private final Map<Database, TcpProxy> proxies = new EnumMap<>(Database.class);

	private final String replicaUrl;

	private final Map<Long, CompletableFuture<String>> answers = new ConcurrentHashMap<>();

	private final AtomicLong requests = new AtomicLong();

	private int starts;

	private MigrationSide uses = MigrationSide.SOURCE;

	private Process process;

	private CompletableFuture<String> started;

	Instance(int number, Settings settings, Map<Database, Server> servers) {
		this.number = number;
		this.settings = settings;
		servers.forEach((database, server) -> this.proxies.put(database, new TcpProxy(server.port())));
		this.replicaUrl = Objects.requireNonNull(servers.get(Database.MAIN)).replicaUrl();
		this.started = new CompletableFuture<>();
		this.process = launch();
	}

	/**
	 * Return what is between the instance and a database.
	 * @param database the database
	 * @return the proxy
	 */
	public TcpProxy proxy(Database database) {
		return Objects.requireNonNull(this.proxies.get(database));
	}

	void heal() {
		this.proxies.values().forEach(TcpProxy::heal);
	}

	/**
	 * Return the side that its release uses.
	 * @return the side
	 */
	public MigrationSide uses() {
		return this.uses;
	}

	/**
	 * Return whether the process runs.
	 * @return whether it is alive
	 */
	public boolean isAlive() {
		return this.process.isAlive();
	}

	/**
	 * End the process with SIGKILL.
	 */
	public synchronized void kill() {
		this.process.destroyForcibly();
		this.process.onExit().join();
		this.answers.values().forEach((answer) -> answer.complete("failed killed"));
	}

	/**
	 * Stop the process, which does not notice.
	 */
	public void stop() {
		signal("-STOP");
	}

	/**
	 * Let a stopped process go on.
	 */
	public void goOn() {
		signal("-CONT");
	}

	private void signal(String signal) {
		try {
			new ProcessBuilder("kill", signal, String.valueOf(this.process.pid())).inheritIO().start().waitFor();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * End the process as a deployment does, and start a release in its place.
	 * @param side the side that the next release uses
	 */
	public synchronized void deploy(MigrationSide side) {
		if (!ask("exit").startsWith("ok")) {
			kill();
		}
		awaitExit();
		this.uses = side;
		start();
	}

	private void awaitExit() {
		try {
			if (!this.process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
				kill();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Start the process if it does not run.
	 */
	public synchronized void start() {
		if (!this.process.isAlive()) {
			this.started = new CompletableFuture<>();
			this.process = launch();
		}
	}

	/**
	 * Wait until the process answers.
	 */
	public void awaitStarted() {
		try {
			this.started.get(STARTUP.toSeconds(), TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new IllegalStateException("Instance %d did not start; see %s".formatted(this.number, file("out")),
					ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Ask the process for something.
	 * @param command see the application's commands
	 * @return its answer, which begins with {@code ok} if it was done
	 */
	public String ask(String command) {
		long request = this.requests.incrementAndGet();
		CompletableFuture<String> answer = new CompletableFuture<>();
		this.answers.put(request, answer);
		try {
			this.process.outputWriter().write("%d %s%n".formatted(request, command));
			this.process.outputWriter().flush();
			return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (IOException | ExecutionException | TimeoutException ex) {
			return "failed " + ex;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return "failed " + ex;
		}
		finally {
			this.answers.remove(request);
		}
	}

	private Process launch() {
		this.starts++;
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-Xshare:auto", "-Xmx256m", "-Duser.language=en", "-cp",
						System.getProperty("java.class.path"), ChaosApplication.class.getName()));
		command.addAll(arguments());
		try {
			Process launched = new ProcessBuilder(command)
				.redirectError(ProcessBuilder.Redirect.appendTo(file("err").toFile()))
				.start();
			CompletableFuture<String> first = this.started;
			Thread reader = new Thread(() -> readAnswers(launched, first), "instance-" + this.number);
			reader.setDaemon(true);
			reader.start();
			return launched;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private List<String> arguments() {
		return List.of("--spring.datasource.url=" + url(Database.MAIN), "--chaos.other-url=" + url(Database.OTHER),
				"--chaos.replica-url=" + this.replicaUrl, "--chaos.name=i%d.%d".formatted(this.number, this.starts),
				"--chaos.log=" + file("tx"), "--chaos.seed=" + this.settings.seed(),
				"--chaos.hot-keys=" + Settings.HOT_KEYS, "--chaos.all-keys=" + Settings.ALL_KEYS,
				"--chaos.unmirrored=" + this.settings.unmirrored(), "--logging.file.name=" + file("log"),
				"--migration.plans.released.uses=" + this.uses.name().toLowerCase(Locale.ROOT));
	}

	private String url(Database database) {
		return "jdbc:postgresql://localhost:%d/postgres?user=postgres&socketTimeout=6&connectTimeout=2"
			.formatted(proxy(database).port());
	}

	private Path file(String suffix) {
		return this.settings.directory().resolve("instance%d.%s".formatted(this.number, suffix));
	}

	private void readAnswers(Process launched, CompletableFuture<String> first) {
		try (BufferedReader reader = launched.inputReader()) {
			String line = reader.readLine();
			while (line != null) {
				String[] parts = line.split(" ", 2);
				long request = Long.parseLong(parts[0]);
				CompletableFuture<String> answer = (request == 0) ? first : this.answers.get(request);
				if (answer != null) {
					answer.complete(parts[1]);
				}
				line = reader.readLine();
			}
		}
		catch (IOException ex) {
			// The process has ended.
		}
		first.complete("failed ended");
	}

	@Override
	public String toString() {
		return "instance " + this.number;
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		this.proxies.values().forEach(TcpProxy::close);
	}

}
