package dev.parallelchange.migration.health;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.ContractStatus;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.Leftover;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.SourceRemoval;
import dev.parallelchange.migration.SourceState;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MigrationsHealthIndicator}.
 */
class MigrationsHealthIndicatorTests {

	private final AtomicInteger questions = new AtomicInteger();

	@Test
	void aPlanThatStandsSaysWhatItWaitsFor() {
		MigrationStatus status = new MigrationStatus.Builder(PlanState.initial("user-settings"))
			.requested(MigrationPhase.DUAL_READ, "ada")
			.next(new MigrationStatus.NextStep(MigrationPhase.EXPAND,
					List.of(Gate.of("target", false, "missing", "there", "create it"),
							Gate.of("parity", true, "100 %", "99.99 %", ""))))
			.build();
		Health health = new MigrationsHealthIndicator(runner(status)).health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails().get("user-settings"))
			.isEqualTo(Map.of("phase", MigrationPhase.OFF, "waitsFor", List.of("target")));
	}

	@Test
	void aPlanInDryRunSaysSo() {
		MigrationStatus status = new MigrationStatus.Builder(PlanState.initial("user-settings")).dryRun(true).build();
		assertThat(new MigrationsHealthIndicator(runner(status)).health().getDetails().get("user-settings"))
			.isEqualTo(Map.of("phase", MigrationPhase.OFF, "dryRun", true));
	}

	@Test
	void aPlanThatIsOverCountsWhatIsLeft() {
		MigrationStatus status = new MigrationStatus.Builder(PlanState.initial("user-settings"))
			.contract(new ContractStatus(SourceRemoval.DROP, SourceState.DROPPED, null, Instant.EPOCH, Map.of(), null))
			.leftovers(List.of(new Leftover(Leftover.Kind.ROWS, "rows", "delete them")))
			.build();
		assertThat(new MigrationsHealthIndicator(runner(status)).health().getDetails().get("user-settings"))
			.isEqualTo(Map.of("phase", MigrationPhase.OFF, "source", SourceState.DROPPED, "leftovers", 1));
	}

	@Test
	void aDatabaseThatDoesNotAnswerIsNoReasonToTakeAnInstanceOut() {
		Health health = new MigrationsHealthIndicator(runner(null)).health();
		assertThat(health.getStatus()).isEqualTo(Status.UNKNOWN);
		assertThat(health.getDetails()).containsKey("error");
	}

	@Test
	void frequentProbesCostNothing() {
		MigrationsHealthIndicator indicator = new MigrationsHealthIndicator(runner(null));
		for (int i = 0; i < 100; i++) {
			indicator.health();
		}
		assertThat(this.questions).hasValueLessThan(3);
	}

	private MigrationRunner runner(MigrationStatus status) {
		return new MigrationRunner() {

			@Override
			public List<MigrationStatus> list() {
				MigrationsHealthIndicatorTests.this.questions.incrementAndGet();
				if (status == null) {
					throw new IllegalStateException("no connection");
				}
				return List.of(status);
			}

			@Override
			public MigrationStatus status(String planId) {
				throw new IllegalStateException(planId);
			}

			@Override
			public MigrationStatus change(String planId, ChangeRequest request) {
				throw new IllegalStateException(planId);
			}

		};
	}

}
