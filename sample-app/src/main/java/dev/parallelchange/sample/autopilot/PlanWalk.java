package dev.parallelchange.sample.autopilot;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.parallelchange.migration.MigrationPhase;

/**
 * Walks one plan, the way a person does: asks, looks, waits.
 */
final class PlanWalk {

	private static final Duration LOOK_EVERY = Duration.ofMillis(250);

	private static final Duration SAY_EVERY = Duration.ofSeconds(5);

	private final PlanEndpoint endpoint;

	private final String planId;

	private final Duration timeout;

	private final PrintStream console;

	private final Instant started = Instant.now();

	private int rollbacks;

	PlanWalk(String planId, String baseUrl, Duration timeout, PrintStream console) {
		this.planId = planId;
		this.endpoint = new PlanEndpoint(planId, baseUrl);
		this.timeout = timeout;
		this.console = console;
	}

	void moveTo(String baseUrl) {
		this.endpoint.moveTo(baseUrl);
	}

	/**
	 * Ask for a phase, again while gates refuse it, and wait until it is reached.
	 */
	void to(MigrationPhase phase, String reason) {
		Map<String, Object> change = body("phase", phase.name(), reason);
		boolean[] asked = { post(change) };
		await("phase " + phase, (view) -> {
			if (view.phase() != phase && !asked[0]) {
				asked[0] = this.endpoint.post(change);
			}
			return view.phase() == phase;
		});
	}

	/**
	 * Go back to a phase; the plan may be on its way already, since a release has ended.
	 */
	void backTo(MigrationPhase phase, String reason) {
		this.rollbacks++;
		to(phase, reason);
	}

	void change(String name, Object value, String reason) {
		post(body(name, value, reason));
	}

	PlanView await(String what, Predicate<PlanView> reached) {
		Instant deadline = Instant.now().plus(this.timeout);
		Instant silentUntil = Instant.now().plus(SAY_EVERY);
		String said = "";
		while (true) {
			PlanView view = this.endpoint.get();
			if (reached.test(view)) {
				say("%s, after %d s".formatted(what, elapsed().toSeconds()));
				return view;
			}
			if (Instant.now().isAfter(deadline)) {
				throw new StepFailedException("%s: no %s within %d s; %s".formatted(this.planId, what,
						this.timeout.toSeconds(), view.progress()));
			}
			if (Instant.now().isAfter(silentUntil) && !said.equals(view.progress())) {
				said = view.progress();
				say("  waits for %s: %s".formatted(what, said));
				silentUntil = Instant.now().plus(SAY_EVERY);
			}
			LockSupport.parkNanos(LOOK_EVERY.toNanos());
		}
	}

	void awaitTraffic(String what, BooleanSupplier reached) {
		long deadline = System.nanoTime() + this.timeout.toNanos();
		while (!reached.getAsBoolean()) {
			if (System.nanoTime() > deadline) {
				throw new StepFailedException("%s: no %s within %d s".formatted(this.planId, what,
						TimeUnit.NANOSECONDS.toSeconds(this.timeout.toNanos())));
			}
			LockSupport.parkNanos(LOOK_EVERY.toNanos());
		}
	}

	PlanView look() {
		return this.endpoint.get();
	}

	Duration elapsed() {
		return Duration.between(this.started, Instant.now());
	}

	/**
	 * How often it has gone back.
	 */
	int rollbacks() {
		return this.rollbacks;
	}

	void say(String text) {
		this.console.printf("[%s] %s%n", this.planId, text);
	}

	private static Map<String, Object> body(String name, Object value, String reason) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put(name, value);
		body.put("reason", reason);
		return body;
	}

	private boolean post(Map<String, ?> change) {
		say("POST {%s}".formatted(change.entrySet()
			.stream()
			.map((part) -> "\"%s\": \"%s\"".formatted(part.getKey(), part.getValue()))
			.collect(Collectors.joining(", "))));
		return this.endpoint.post(change);
	}

}
