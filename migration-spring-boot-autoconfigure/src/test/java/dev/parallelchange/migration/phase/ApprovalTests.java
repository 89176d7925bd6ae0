package dev.parallelchange.migration.phase;

import java.time.Duration;
import java.util.Set;

import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.GateClosedException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus.Approval;
import dev.parallelchange.migration.SafetySettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Chosen phases are entered only when somebody has approved them, not too long ago.
 */
class ApprovalTests {

	private final TestCluster cluster = new TestCluster();

	private final TestCluster.Instance instance = this.cluster.instance(TestCluster.plan()
		.safety(SafetySettings.DEFAULTS.withApprovals(Set.of(MigrationPhase.BACKFILL, MigrationPhase.CUTOVER),
				Duration.ofHours(8))));

	@AfterEach
	void close() {
		this.cluster.close();
	}

	@Test
	void planStopsBeforeAPhaseThatNeedsAnApproval() {
		this.instance.poll().ask(MigrationPhase.CUTOVER);
		assertThat(this.instance.poll(5).phase()).isEqualTo(MigrationPhase.DUAL_WRITE);
		assertThat(gate().toString()).isEqualTo(
				"approval is closed: none (needed: an approval with a reason, for 8 h); BACKFILL is named in safety.require-approval: "
						+ Gate.request(TestCluster.PLAN, "\"approve\": \"BACKFILL\""));
		this.instance.approve(MigrationPhase.BACKFILL);
		assertThat(this.instance.poll(5).phase()).as("the next one that needs an approval is CUTOVER")
			.isEqualTo(MigrationPhase.DUAL_READ);
		assertThat(this.instance.status().approvals()).singleElement().satisfies((approval) -> {
			assertThat(approval.actor()).isEqualTo("bob");
			assertThat(approval.reason()).isEqualTo("seen and agreed");
			assertThat(Duration.between(approval.at(), approval.expires())).isEqualTo(Duration.ofHours(8));
			assertThat(approval.expired()).isFalse();
		});
	}

	@Test
	void forceDoesNotReplaceAnApproval() {
		this.cluster.put(MigrationPhase.DUAL_WRITE);
		this.instance.poll();
		assertThatExceptionOfType(GateClosedException.class)
			.isThrownBy(() -> this.instance.force(MigrationPhase.BACKFILL))
			.withMessageContaining("approval is closed: none");
	}

	@Test
	void expiredApprovalShowsAsSuchAndOpensNothing() {
		this.cluster.put(MigrationPhase.DUAL_WRITE);
		this.instance.poll().approve(MigrationPhase.BACKFILL);
		expire();
		assertThatExceptionOfType(GateClosedException.class)
			.isThrownBy(() -> this.instance.ask(MigrationPhase.BACKFILL))
			.withMessageContaining("approval is closed: expired: given by bob at ");
		this.cluster.database.execute("update migration_plan set requested = 'BACKFILL'");
		assertThat(this.instance.poll(3).phase()).isEqualTo(MigrationPhase.DUAL_WRITE);
		assertThat(this.instance.status().approvals()).singleElement().matches(Approval::expired);
		this.instance.approve(MigrationPhase.BACKFILL);
		assertThat(this.instance.poll(2).phase()).isEqualTo(MigrationPhase.BACKFILL);
	}

	@Test
	void approvalThatExpiresBetweenTheLookAndTheStepDoesNotCount() {
		this.cluster.put(MigrationPhase.DUAL_WRITE);
		this.instance.poll().approve(MigrationPhase.BACKFILL);
		this.instance.ask(MigrationPhase.BACKFILL);
		this.instance.engine.whenMeasured = this::expire;
		assertThat(this.instance.poll(3).phase()).isEqualTo(MigrationPhase.DUAL_WRITE);
	}

	@Test
	void approvalHoldsForOneWayForward() {
		this.cluster.put(MigrationPhase.DUAL_WRITE);
		this.instance.poll().approve(MigrationPhase.BACKFILL);
		this.instance.ask(MigrationPhase.BACKFILL);
		assertThat(this.instance.poll(2).phase()).isEqualTo(MigrationPhase.BACKFILL);
		this.instance.ask(MigrationPhase.DUAL_WRITE);
		assertThat(this.instance.poll(2).phase()).as("the way back needs none").isEqualTo(MigrationPhase.DUAL_WRITE);
		assertThat(this.instance.status().approvals()).isEmpty();
	}

	@Test
	void approvalOfAWayWithoutReturnExpiresToo() {
		TestCluster.Instance oneWay = this.cluster.instance(TestCluster.plan(), "nothing computes the source");
		this.instance.runner.stop();
		this.cluster.put(MigrationPhase.DUAL_READ);
		oneWay.poll().approve(MigrationPhase.CUTOVER);
		expire();
		assertThatExceptionOfType(GateClosedException.class).isThrownBy(() -> oneWay.ask(MigrationPhase.CUTOVER))
			.withMessageContaining("approval is closed: expired");
	}

	private void expire() {
		this.cluster.database.execute("update migration_approval set expires_at = clock_timestamp()");
	}

	private Gate gate() {
		return this.instance.status()
			.next()
			.gates()
			.stream()
			.filter((gate) -> gate.name().equals("approval"))
			.findFirst()
			.orElseThrow();
	}

}
