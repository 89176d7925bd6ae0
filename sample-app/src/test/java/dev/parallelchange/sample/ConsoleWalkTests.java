package dev.parallelchange.sample;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.parallelchange.sample.autopilot.Guide;
import dev.parallelchange.sample.world.Releases;
import dev.parallelchange.sample.world.Releases.Release;
import dev.parallelchange.sample.world.SampleData;
import dev.parallelchange.sample.world.SampleDatabase;
import dev.parallelchange.sample.world.WorldConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A person moves the sample's plans by nothing but the commands that the console prints,
 * pasted as they are. Plans move on from test to test.
 */
@EnabledIf(value = "hasShell", disabledReason = "Skipped: the console's commands need sh and curl")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleWalkTests {

	private static final String[] ARGUMENTS = { "--sample.users=3000", "--server.port=0",
			"--migration.instance.poll=200ms", "--migration.defaults.verification.min-compared-reads=30" };

	private static final Pattern DEPLOYMENT = Pattern
		.compile("mvn -q spring-boot:run -Dspring-boot.run.arguments=\"(.*)\"");

	private static final ByteArrayOutputStream console = new ByteArrayOutputStream();

	private static final PrintStream before = System.out;

	private static final List<Release> deployed = new ArrayList<>();

	private static ConfigurableApplicationContext world;

	private static String block = "";

	private static int read;

	static boolean hasShell() {
		return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
			.anyMatch((folder) -> Files.isExecutable(Path.of(folder, "curl")));
	}

	@BeforeAll
	static void start() {
		System.setOut(new PrintStream(console, true, StandardCharsets.UTF_8));
		world = new SpringApplicationBuilder(WorldConfiguration.class).web(WebApplicationType.NONE).run(ARGUMENTS);
		world.getBean(SampleData.class).generate();
		deployed.add(new Releases(world, ARGUMENTS).start(Guide.class));
	}

	@AfterAll
	static void stop() {
		System.setOut(before);
		deployed.forEach(Release::close);
		if (world != null) {
			world.close();
		}
	}

	@Test
	@Order(1)
	void theSettingsAreCopiedAndCorrected() {
		paste("user-settings is in OFF", "'phase': 'DUAL_WRITE'");
		paste("user-settings is in DUAL_WRITE", "'phase': 'BACKFILL'");
		paste("The table refuses the settings of some users", "/support/corrections");
	}

	@Test
	@Order(2)
	void theOrdersFollowTheirDeploymentsToTheEndWithAWayBackOnTheWay() {
		read = 0;
		paste("order-state is in OFF", "'phase': 'BACKFILL'");
		paste("Every row is copied, and both columns are equal", "uses=target");
		paste("To go on, end this one", "/actuator/shutdown");
		paste("orders.state leads", "uses=source");
		paste("To go on, end this one", "/actuator/shutdown");
		paste("From the next step there is none", "'approve': 'CONTRACT', 'phase': 'COMPLETED'");
		paste("The column orders.status is hidden", "'source': 'shown'");
		pasteAlso("'source': 'hidden'");
		pasteAlso("'approve': 'COMPLETED', 'phase': 'COMPLETED'");
		await("Done: the column orders.status is gone", "");
		assertThat(columnsOfOrders()).contains("state").doesNotContain("status");
	}

	@Test
	@Order(3)
	void theSettingsReachTheEndWithAWayBackOnTheWay() {
		read = 0;
		paste("Every row is copied, and both sides are equal", "'phase': 'DUAL_READ'");
		paste("Enough reads have been equal", "'reads': 10");
		pasteAlso("'phase': 'CUTOVER'");
		paste("The table leads", "'phase': 'DUAL_READ'");
		paste("Enough reads have been equal", "'phase': 'CUTOVER'");
		paste("The table leads", "'approve': 'CONTRACT', 'phase': 'COMPLETED'");
		await("Done: what was moved out of users.profile", "");
	}

	private static List<String> columnsOfOrders() {
		return world.getBean(SampleDatabase.class)
			.client()
			.sql("select attname from pg_attribute where attrelid = 'orders'::regclass and not attisdropped")
			.query(String.class)
			.list();
	}

	/** Waits until the console says something new, and does what it shows below that. */
	private static void paste(String said, String command) {
		block = await(said, command);
		pasteAlso(command);
	}

	private static void pasteAlso(String command) {
		String line = line(block, command).orElseThrow();
		read = console.size();
		Matcher deployment = DEPLOYMENT.matcher(line);
		if (deployment.matches()) {
			deploy(deployment.group(1));
		}
		else {
			assertThat(run(line)).as(line).startsWith("{").doesNotContain("\"gates\":[]}", "are closed");
		}
	}

	private static String await(String said, String command) {
		AtomicReference<String> found = new AtomicReference<>();
		Awaitility.await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
			Optional<String> text = Arrays.stream(newText().split("\n\n"))
				.filter((one) -> one.contains(said) && line(one, command).isPresent())
				.findFirst();
			assertThat(text).as("'%s' with '%s' in: %s", said, command, newText()).isPresent();
			found.set(text.get());
		});
		return found.get();
	}

	private static String newText() {
		byte[] all = console.toByteArray();
		return new String(all, read, all.length - read, StandardCharsets.UTF_8);
	}

	/** The line with a command, unless it is for a release that has ended. */
	private static Optional<String> line(String text, String command) {
		return text.lines()
			.map(String::strip)
			.filter((line) -> line.contains(command.replace('\'', '"')))
			.filter((line) -> !line.startsWith("curl") || deployed.stream()
				.anyMatch((release) -> release.context().isActive() && line.contains(release.url() + "/")))
			.findFirst();
	}

	/** As Maven and the sample's main method do it, in this process. */
	private static void deploy(String arguments) {
		assertThat(arguments).contains("--sample.jdbc-url=" + world.getBean(SampleDatabase.class).jdbcUrl() + " ");
		Stream<String> printed = Arrays.stream(arguments.split(" ")).filter((one) -> !one.startsWith("--server.port="));
		String[] all = Stream.concat(Arrays.stream(ARGUMENTS), printed).toArray(String[]::new);
		deployed.add(new Releases(world, all).start(Guide.class));
	}

	private static String run(String command) {
		try {
			Process process = new ProcessBuilder("sh", "-c", command).redirectError(ProcessBuilder.Redirect.DISCARD)
				.start();
			return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
