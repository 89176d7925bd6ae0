package dev.parallelchange.migration.phase;

import java.util.List;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.GateClosedException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.SafetySettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An instance in dry run looks, and keeps the plan where it is.
 */
class DryRunTests {

	private final TestCluster cluster = new TestCluster();

	private final TestCluster.Instance dry = this.cluster
		.instance(TestCluster.plan().safety(SafetySettings.DEFAULTS.withDryRun()));

	@AfterEach
	void close() {
		this.cluster.close();
	}

	@Test
	void requestShowsItsGatesAndWhatItWouldDoAndIsNotRecorded() {
		this.dry.engine.close(MigrationPhase.DUAL_WRITE, "target-rows");
		this.dry.poll();
		assertThatExceptionOfType(GateClosedException.class).isThrownBy(() -> this.dry.ask(MigrationPhase.BACKFILL))
			.satisfies((refused) -> {
				assertThat(refused.getGates()).extracting(Gate::name).containsExactly("dry-run", "target-rows");
				assertThat(refused.getGates().get(0).toString()).contains("nothing has been recorded or done",
						"remove migration.plans.user-settings.safety.dry-run",
						"EXPAND: run the expand scripts, if there are any; DUAL_WRITE: create triggers on public.users; BACKFILL: copy the rows");
			});
		assertThatExceptionOfType(GateClosedException.class).isThrownBy(() -> this.dry.approve(MigrationPhase.CONTRACT))
			.withMessageContaining("dry-run");
		MigrationStatus status = this.dry.poll(3).status();
		assertThat(status.dryRun()).isTrue();
		assertThat(status.phase()).isEqualTo(MigrationPhase.OFF);
		assertThat(status.requested()).isNull();
		assertThat(status.history()).isEmpty();
		assertThat(status.approvals()).isEmpty();
		assertThat(closed(status)).containsExactly("dry-run");
	}

	@Test
	void nothingIsDone() {
		this.dry.poll(3);
		assertThat(this.dry.engine.ticks).isEmpty();
	}

	@Test
	void whatAPlanHasLeftOnItsWayBackIsClearedAway() {
		this.cluster.put(MigrationPhase.OFF);
		this.dry.poll();
		assertThat(this.dry.engine.ticks).isNotEmpty();
	}

	@Test
	void othersWaitForTheInstanceThatOnlyLooks() {
		TestCluster.Instance other = this.cluster.instance();
		this.dry.poll();
		other.poll();
		assertThatExceptionOfType(GateClosedException.class).isThrownBy(() -> other.force(MigrationPhase.EXPAND))
			.withMessageContaining("dry-run is closed: instances in dry run: ");
		other.ask(MigrationPhase.DUAL_WRITE);
		assertThat(other.poll(3).phase()).isEqualTo(MigrationPhase.OFF);
		assertThat(other.status().dryRun()).isTrue();
		this.dry.endLease();
		assertThat(other.poll(3).phase()).isEqualTo(MigrationPhase.DUAL_WRITE);
	}

	@Test
	void instanceThatJoinsBetweenTheLookAndTheStepIsWaitedFor() {
		TestCluster.Instance other = this.cluster.instance();
		other.poll().ask(MigrationPhase.EXPAND);
		other.engine.whenMeasured = this.dry::poll;
		assertThat(other.poll().phase()).isEqualTo(MigrationPhase.OFF);
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE", "DUAL_READ", "CUTOVER" })
	void planThatIsUnderWayGoesOnToBeMirroredButNoFurther(MigrationPhase phase) {
		this.cluster.put(phase);
		this.dry.poll();
		assertThat(this.dry.engine.ticks).extracting(PlanState::phase).contains(phase);
		assertThat(this.dry.status().instances()).singleElement()
			.satisfies((self) -> assertThat(self.acknowledgedEpoch()).isEqualTo(this.dry.status().epoch()));
		MigrationPhase next = phase.stepToward(MigrationPhase.COMPLETED);
		assertThatExceptionOfType(GateClosedException.class)
			.isThrownBy(() -> this.dry.runner.change(TestCluster.PLAN, ChangeRequest.phase(next, "alice", "because")))
			.withMessageContaining("dry-run");
		this.cluster.database.execute("update migration_plan set requested = '%s'".formatted(next));
		assertThat(this.dry.poll(3).phase()).isEqualTo(phase);
		MigrationPhase before = phase.stepToward(MigrationPhase.OFF);
		this.dry.ask(before);
		assertThat(this.dry.poll(3).phase()).as("the way back stays open").isEqualTo(before);
	}

	@Test
	void jobInDryRunMakesNoStepForOthers() {
		TestCluster.Instance other = this.cluster.instance();
		TestCluster.Instance job = this.cluster.process(TestCluster.plan().safety(SafetySettings.DEFAULTS.withDryRun()),
				RunnerSettings.Role.JOB);
		other.poll().ask(MigrationPhase.EXPAND);
		assertThat(job.poll(2).phase()).isEqualTo(MigrationPhase.OFF);
	}

	private static List<String> closed(MigrationStatus status) {
		return status.next().gates().stream().filter((gate) -> !gate.open()).map(Gate::name).toList();
	}

}
