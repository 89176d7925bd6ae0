package dev.parallelchange.benchmarks.world;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A running application with one plan, steered as an operator steers it.
 */
public final class Application implements AutoCloseable {

	/** The id of the plan. */
	public static final String PLAN = "measured";

	/** How long a benchmark waits for anything. */
	public static final Duration PATIENCE = Duration.ofHours(1);

	private static final Duration GLANCE = Duration.ofMillis(50);

	private static final String ACTOR = "benchmark";

	private final ConfigurableApplicationContext context;

	private final MigrationRunner runner;

	private Application(ConfigurableApplicationContext context) {
		this.context = context;
		this.runner = context.getBean(MigrationRunner.class);
	}

	/**
	 * Start an application without repositories.
	 * @param database where its tables are
	 * @param plan the plan's properties
	 * @return the running application
	 */
	public static Application start(Database database, Map<String, String> plan) {
		return start(PlainApplication.class, database.url(), plan, Map.of());
	}

	/**
	 * Start an application.
	 * @param type its configuration
	 * @param url where its tables are
	 * @param plan the plan's properties
	 * @param others other properties
	 * @return the running application
	 */
	public static Application start(Class<?> type, String url, Map<String, String> plan, Map<String, String> others) {
		List<String> properties = new ArrayList<>(List.of("spring.datasource.url=" + url, "spring.main.banner-mode=off",
				"spring.main.log-startup-info=false", "logging.level.root=warn",
				"migration.table-prefix=" + Database.STATE + ".migration_"));
		plan.forEach((name, value) -> properties.add("migration.plans." + PLAN + "." + name + "=" + value));
		others.forEach((name, value) -> properties.add(name + "=" + value));
		return new Application(new SpringApplicationBuilder(type).web(WebApplicationType.NONE)
			.properties(properties.toArray(String[]::new))
			.run());
	}

	/**
	 * Ask for a phase, and do not wait.
	 * @param phase the phase
	 */
	public void request(MigrationPhase phase) {
		this.runner.change(PLAN, ChangeRequest.phase(phase, ACTOR, "to measure it"));
	}

	/**
	 * Ask for a phase and wait for it.
	 * @param phase the phase
	 */
	public void become(MigrationPhase phase) {
		request(phase);
		await((status) -> status.phase() == phase);
	}

	/**
	 * Ask for anything.
	 * @param request what
	 */
	public void change(ChangeRequest request) {
		this.runner.change(PLAN, request);
	}

	/**
	 * Wait for the plan.
	 * @param condition what to wait for
	 * @return the status that fulfils the condition
	 */
	public MigrationStatus await(Predicate<MigrationStatus> condition) {
		try {
			return Awaitility.await()
				.atMost(PATIENCE)
				.pollDelay(Duration.ZERO)
				.pollInterval(GLANCE)
				.until(this::status, condition);
		}
		catch (ConditionTimeoutException ex) {
			MigrationStatus status = status();
			throw new IllegalStateException("The plan stands in %s: %s".formatted(status.phase(), closedGates(status)),
					ex);
		}
	}

	/**
	 * Wait for something that costs less to look at than the plan's status.
	 * @param condition what to wait for
	 */
	public static void await(BooleanSupplier condition) {
		Awaitility.await()
			.atMost(PATIENCE)
			.pollDelay(Duration.ZERO)
			.pollInterval(GLANCE)
			.until(condition::getAsBoolean);
	}

	/**
	 * Return the plan's status.
	 * @return the status, freshly read
	 */
	public MigrationStatus status() {
		return this.runner.status(PLAN);
	}

	private static String closedGates(MigrationStatus status) {
		MigrationStatus.NextStep next = status.next();
		return (next == null) ? ""
				: next.gates()
					.stream()
					.filter((gate) -> !gate.open())
					.map(Gate::toString)
					.collect(Collectors.joining("; "));
	}

	/**
	 * Return one of the application's beans.
	 * @param type the bean's type
	 * @param <T> the bean's type
	 * @return the bean
	 */
	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
