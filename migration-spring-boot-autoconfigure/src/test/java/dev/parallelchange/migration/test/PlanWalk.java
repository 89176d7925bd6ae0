package dev.parallelchange.migration.test;

import java.time.Duration;
import java.util.List;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import org.awaitility.Awaitility;

import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Moves a plan of an application as an operator does, and waits until it is there.
 */
public final class PlanWalk {

	private static final Duration PATIENCE = Duration.ofSeconds(120);

	private final MigrationRunner runner;

	private final String planId;

	public PlanWalk(ApplicationContext application, String planId) {
		this.runner = application.getBean(MigrationRunner.class);
		this.planId = planId;
	}

	public MigrationStatus status() {
		return this.runner.status(this.planId);
	}

	/**
	 * Asks until the request is not refused.
	 */
	public void to(MigrationPhase phase) {
		Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).ignoreExceptions().until(() -> {
			this.runner.change(this.planId, ChangeRequest.phase(phase, "test", "walk"));
			return true;
		});
		Awaitility.await()
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(100))
			.untilAsserted(() -> assertThat(status()).extracting(MigrationStatus::phase)
				.as(() -> String.valueOf(status().next()))
				.isEqualTo(phase));
	}

	public void approve(MigrationPhase phase) {
		this.runner.change(this.planId, ChangeRequest.approve(phase, "test", "all is well"));
	}

	/**
	 * Returns the names of the next step's gates that are closed.
	 */
	public List<String> closed() {
		return status().next().gates().stream().filter((gate) -> !gate.open()).map(Gate::name).toList();
	}

	public void awaitNothingPendingToSource() {
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(status().mirror().pendingToSource()).isZero());
	}

}
