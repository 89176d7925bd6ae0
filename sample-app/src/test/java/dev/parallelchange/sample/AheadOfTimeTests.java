package dev.parallelchange.sample;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import dev.parallelchange.postgres.EmbeddedCluster;
import dev.parallelchange.sample.service.ServiceApplication;
import dev.parallelchange.sample.world.SampleData;
import dev.parallelchange.sample.world.SampleDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplicationAotProcessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Spring Boot processes the service ahead of time as its build plugins do, without a
 * database; the generated code is compiled, and starts the service in a JVM of its own.
 */
class AheadOfTimeTests {

	private static final Path LOG = Path.of("target", "ahead-of-time.log");

	private static final String PLAN = "/actuator/migrations/user-settings";

	private static final Pattern PORT = Pattern.compile("started on port (\\d+)");

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@TempDir
	private static Path directory;

	private static CompletableFuture<EmbeddedCluster> cluster;

	private static SampleProcess service;

	private static String url;

	private final HttpClient client = HttpClient.newHttpClient();

	@BeforeAll
	static void start() throws Exception {
		cluster = CompletableFuture.supplyAsync(AheadOfTimeTests::database);
		process();
		compile();
		Files.deleteIfExists(LOG);
		service = SampleProcess.start(LOG,
				List.of("-Dspring.aot.enabled=true", "-cp",
						String.join(File.pathSeparator, path("classes"), path("resources"), classPath()),
						ServiceApplication.class.getName()),
				"--spring.datasource.url=" + cluster.join().jdbcUrl("postgres"), "--server.port=0",
				"--migration.instance.poll=100ms", "--migration.defaults.verification.min-compared-reads=5",
				"--spring.main.log-startup-info=true", "--logging.level.org.springframework.boot.tomcat=info",
				"--logging.level.dev.parallelchange.sample=info");
		await().atMost(PATIENCE).until(() -> !service.isAlive() || PORT.matcher(service.output()).find());
		Matcher port = PORT.matcher(service.output());
		assertThat(port.find()).as(service.output()).isTrue();
		url = "http://127.0.0.1:" + port.group(1);
	}

	@AfterAll
	static void stop() {
		if (service != null) {
			service.close();
		}
		if (cluster != null) {
			cluster.join().close();
		}
	}

	@Test
	void theServiceStartsFromGeneratedCode() {
		assertThat(service.output()).contains("Starting AOT-processed ServiceApplication");
	}

	@Test
	void theServiceMovesItsSettings() throws Exception {
		to("BACKFILL");
		String blue = """
				{"userId":7,"theme":"dark","notifications":true,"locale":"en","timeZone":"UTC","itemsPerPage":33,"signature":"7"}""";
		send(request("/users/7/settings").header("Content-Type", "application/json")
			.PUT(BodyPublishers.ofString(blue)));
		to("DUAL_READ");
		await().atMost(PATIENCE).untilAsserted(() -> {
			get("/users/7/settings");
			assertThat(get(PLAN)).contains("\"name\":\"compared-reads\",\"open\":true");
		});
		to("CUTOVER");
		assertThat(get("/users/7/settings")).isEqualTo(blue);
	}

	@Test
	void whatANativeImageNeedsIsNamed() throws IOException {
		assertThat(hints())
			.contains("\"dev.parallelchange.sample.service.Settings\"",
					"\"dev.parallelchange.migration.BackfillStatus\"",
					"\"dev.parallelchange.migration.actuate.MigrationsEndpointWebExtension$Refusal\"",
					"\"dev.parallelchange.migration.jdbc.plan.JdbcCatalog$Table\"",
					"\"org.springframework.jdbc.support.JdbcTransactionManager\"", "\"java.sql.Connection\"",
					"schema-postgresql.sql", "actuate/page/*", "db/migrations/**")
			.containsPattern("\"proxy\": *\\[\\s*\"dev.parallelchange.sample.service.SettingsRepository\"");
	}

	@Test
	void thePageAndTheListAreThere() throws Exception {
		String page = send(request("/actuator/migrations").header("Accept", "text/html").GET());
		assertThat(page).contains("<html");
		assertThat(get("/actuator/migrations")).contains("\"user-settings\"", "\"order-state\"");
	}

	private void to(String phase) throws Exception {
		send(request(PLAN).header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"phase\": \"%s\", \"reason\": \"to see it move\"}".formatted(phase))));
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(get(PLAN)).as(service.output())
				.startsWith("{\"id\":\"user-settings\",\"phase\":\"" + phase + "\""));
	}

	private String get(String path) throws Exception {
		return send(request(path).GET());
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(url + path));
	}

	private String send(HttpRequest.Builder request) throws Exception {
		var response = this.client.send(request.build(), BodyHandlers.ofString());
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return response.body();
	}

	/**
	 * Without the users whose settings the target refuses.
	 */
	private static EmbeddedCluster database() {
		EmbeddedCluster started = EmbeddedCluster.builder().start();
		SampleDatabase database = SampleDatabase.at(started.jdbcUrl("postgres"), null);
		new SampleData(database, 300, 42).generate();
		database.client().sql("""
				update users set profile = '{}'
				where char_length(profile ->> 'locale') > 35 or char_length(profile ->> 'signature') > 200
					or profile ->> 'itemsPerPage' = '5000'""").update();
		return started;
	}

	private static String hints() throws IOException {
		try (Stream<Path> files = Files.walk(directory.resolve("resources"))) {
			StringBuilder hints = new StringBuilder();
			for (Path file : files.filter((path) -> path.endsWith("reachability-metadata.json")).toList()) {
				hints.append(Files.readString(file));
			}
			return hints.toString().replace("\\/", "/");
		}
	}

	private static void process() throws Exception {
		SpringApplicationAotProcessor.main(new String[] { ServiceApplication.class.getName(), path("sources"),
				path("resources"), path("classes"), "dev.parallelchange", "sample-app" });
	}

	private static void compile() throws IOException {
		List<String> options = new ArrayList<>(List.of("-proc:none", "-nowarn", "-XDsuppressNotes", "-parameters", "-d",
				path("classes"), "-classpath", path("classes") + File.pathSeparator + classPath()));
		try (Stream<Path> sources = Files.walk(directory.resolve("sources"))) {
			sources.map(Path::toString).filter((file) -> file.endsWith(".java")).forEach(options::add);
		}
		assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new))).isZero();
	}

	private static String classPath() {
		return System.getProperty("java.class.path");
	}

	private static String path(String name) {
		return directory.resolve(name).toString();
	}

}
