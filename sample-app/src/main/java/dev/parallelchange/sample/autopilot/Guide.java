package dev.parallelchange.sample.autopilot;

import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;

/**
 * Tells a person at the console where to look and what to type next.
 */
public class Guide {

	private final MigrationRunner runner;

	private final Environment environment;

	public Guide(MigrationRunner runner, Environment environment) {
		this.runner = runner;
		this.environment = environment;
	}

	@EventListener(ApplicationReadyEvent.class)
	void ready() {
		System.out.printf("%nLook at the plans, in a browser or by:  curl -s %s%n", baseUrl() + "/actuator/migrations");
		System.out.printf("Troubles to plant and to heal:  curl -s %s%n", baseUrl() + "/troubles");
		this.runner.list().forEach((status) -> say(status.id(), status.phase()));
	}

	@EventListener
	void phaseChanged(MigrationEvent.PhaseChanged event) {
		say(event.planId(), event.to());
	}

	@EventListener
	void backfillPaused(MigrationEvent.BackfillPaused event) {
		System.out.printf("%n%s: the copy pauses, %s%n", event.planId(), event.reason());
	}

	@EventListener
	void backfillResumed(MigrationEvent.BackfillResumed event) {
		System.out.printf("%n%s: the copy goes on%n", event.planId());
	}

	private void say(String planId, MigrationPhase phase) {
		System.out.printf("%n%s is in %s%n%s", planId, phase,
				planId.equals("order-state") ? orders(phase) : settings(phase));
	}

	private String settings(MigrationPhase phase) {
		return switch (phase) {
			case OFF -> post("user-settings", "'phase': 'DUAL_WRITE'", "write both sides");
			case EXPAND, CONTRACT -> "";
			case DUAL_WRITE -> post("user-settings", "'phase': 'BACKFILL'", "copy what is there");
			case BACKFILL -> look("user-settings")
					+ "  The table refuses the settings of some users. To correct them, as support would:\n"
					+ call("/support/corrections") + "  Then:\n"
					+ post("user-settings", "'phase': 'DUAL_READ'", "try the table");
			case DUAL_READ -> post("user-settings", "'reads': 10", "some reads, then 50, then 100")
					+ post("user-settings", "'phase': 'CUTOVER'", "the table leads");
			case CUTOVER -> post("user-settings", "'approve': 'CONTRACT'", "no way back is needed")
					+ post("user-settings", "'phase': 'COMPLETED'", "done");
			case COMPLETED ->
				"  Done: what was moved out of users.profile is not read there any more; the plan keeps the column.\n";
		};
	}

	private String orders(MigrationPhase phase) {
		return switch (phase) {
			case OFF -> post("order-state", "'phase': 'BACKFILL'", "both columns, then copy");
			case EXPAND, DUAL_WRITE -> "";
			case CONTRACT -> "  The column orders.status is hidden. Somebody misses it? It is back in a second:\n"
					+ post("order-state", "'source': 'shown'", "somebody misses it")
					+ post("order-state", "'source': 'hidden'", "nobody does") + "  To drop it:\n"
					+ post("order-state", "'approve': 'COMPLETED'", "nobody missed it");
			case BACKFILL ->
				usesTarget() ? "  This release uses the target, and waits for the copy.\n" : look("order-state") + """
						  When it is ready, deploy the next release beside this one, in a second terminal:
						  mvn -q spring-boot:run -Dspring-boot.run.arguments="--sample.jdbc-url=%s \
						--server.port=8081 --migration.plans.order-state.uses=target"
						""".formatted(this.environment.getProperty("spring.datasource.url"));
			case DUAL_READ ->
				"  End the release that uses the source; its database goes on:\n" + call("/actuator/shutdown");
			case CUTOVER -> post("order-state", "'approve': 'CONTRACT'", "no way back is needed")
					+ post("order-state", "'phase': 'COMPLETED'", "done");
			case COMPLETED -> "  Done: the column orders.status is gone.\n";
		};
	}

	private boolean usesTarget() {
		return "target".equals(this.environment.getProperty("migration.plans.order-state.uses"));
	}

	private String look(String planId) {
		return "  curl -s " + PlanEndpoint.address(baseUrl(), planId) + "\n";
	}

	private String call(String path) {
		return "  curl -X POST " + baseUrl() + path + "\n";
	}

	private String post(String planId, String change, String reason) {
		return "  curl -X POST %s -H 'Content-Type: application/json' -d '{%s, \"reason\": \"%s\"}'%n"
			.formatted(PlanEndpoint.address(baseUrl(), planId), change.replace('\'', '"'), reason);
	}

	private String baseUrl() {
		return "http://127.0.0.1:" + this.environment.getProperty("local.server.port", "8080");
	}

}
