package dev.parallelchange.migration.phase;

import java.math.BigDecimal;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.GateClosedException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MigrationStatus.HistoryEntry;
import dev.parallelchange.migration.Reconciliation;
import dev.parallelchange.migration.SourceState;
import dev.parallelchange.migration.UnknownPlanException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ChangeRequestTests {

	private final TestCluster cluster = new TestCluster();

	private final TestCluster.Instance instance = this.cluster.instance();

	@AfterEach
	void close() {
		this.cluster.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "user-settings", "UserSettings", "user_settings", "USERSETTINGS" })
	void planIsFoundInEveryRelaxedForm(String id) {
		assertThat(this.instance.runner.status(id).id()).isEqualTo("user-settings");
	}

	@Test
	void unknownPlanIsNamedWithTheKnownOnes() {
		assertThatExceptionOfType(UnknownPlanException.class).isThrownBy(() -> this.instance.runner.status("orders"))
			.withMessageContaining("'orders'")
			.withMessageContaining("user-settings");
	}

	@Test
	void requestForAnAdjacentPhaseWithAClosedGateIsRefusedAndNotRecorded() {
		this.instance.engine.close(MigrationPhase.EXPAND, "target-exists");
		assertThatExceptionOfType(GateClosedException.class)
			.isThrownBy(() -> this.instance.poll().ask(MigrationPhase.EXPAND))
			.withMessageContaining("target-exists is closed")
			.satisfies((ex) -> assertThat(ex.getGates()).hasSize(1));
		assertThat(this.instance.status().requested()).isNull();
		assertThat(this.instance.status().history()).isEmpty();
	}

	@Test
	void requestForALaterPhaseIsRecordedWhateverTheGates() {
		this.instance.engine.close(MigrationPhase.EXPAND, "target-exists");
		assertThat(this.instance.poll().ask(MigrationPhase.DUAL_WRITE).requested())
			.isEqualTo(MigrationPhase.DUAL_WRITE);
	}

	@Test
	void requestForAnAdjacentPhaseThatOnlyWorkUnderWayKeepsShutIsRecorded() {
		this.cluster.put(MigrationPhase.BACKFILL);
		this.instance.engine.closeWaiting(MigrationPhase.DUAL_READ, "backfill");
		MigrationStatus status = this.instance.poll().ask(MigrationPhase.DUAL_READ);
		assertThat(status.requested()).isEqualTo(MigrationPhase.DUAL_READ);
		assertThat(status.requestedBy()).isEqualTo("alice");
		assertThat(status.next().open()).isFalse();
	}

	@Test
	void askingForTheCurrentPhaseWithdrawsTheRequest() {
		this.instance.engine.close(MigrationPhase.EXPAND, "target-exists");
		this.instance.poll().ask(MigrationPhase.DUAL_WRITE);
		assertThat(this.instance.ask(MigrationPhase.OFF).requested()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "CONTRACT", "COMPLETED" })
	void nothingGoesBackFromContract(String phase) {
		this.cluster.put(MigrationPhase.valueOf(phase));
		assertThatExceptionOfType(GateClosedException.class)
			.isThrownBy(() -> this.instance.poll().ask(MigrationPhase.CUTOVER))
			.withMessageContaining("the mirror has stopped in CONTRACT");
		assertThatExceptionOfType(GateClosedException.class)
			.isThrownBy(() -> this.instance.force(MigrationPhase.CUTOVER));
		assertThatExceptionOfType(GateClosedException.class)
			.isThrownBy(() -> this.instance.hold(MigrationPhase.BACKFILL));
		assertThat(this.instance.poll(2).phase()).isEqualTo(MigrationPhase.valueOf(phase));
	}

	@Test
	void planWithoutAWayBackNeedsAnApprovalForCutoverThatHoldsForOneWay() {
		TestCluster.Instance oneWay = this.cluster.instance(TestCluster.plan(), "there is no 'reverse'");
		this.cluster.put(MigrationPhase.DUAL_READ);
		oneWay.poll();
		assertThatExceptionOfType(GateClosedException.class).isThrownBy(() -> oneWay.ask(MigrationPhase.CUTOVER))
			.withMessageContaining("approval is closed: none")
			.withMessageContaining("there is no 'reverse'");
		oneWay.approve(MigrationPhase.CUTOVER);
		oneWay.ask(MigrationPhase.CUTOVER);
		assertThat(oneWay.poll().phase()).isEqualTo(MigrationPhase.CUTOVER);
		oneWay.poll().ask(MigrationPhase.DUAL_READ);
		assertThat(oneWay.poll(2).phase()).isEqualTo(MigrationPhase.DUAL_READ);
		assertThatExceptionOfType(GateClosedException.class).isThrownBy(() -> oneWay.ask(MigrationPhase.CUTOVER));
	}

	@Test
	void everyChangeIsRecordedWithItsValueAndReason() {
		this.instance.poll();
		change(ChangeRequest.reads(new BigDecimal("25"), "alice", "ramp up"));
		change(ChangeRequest.backfill(false, "bob", "busy hour"));
		assertThat(this.instance.poll().states.current(TestCluster.PLAN).pauseReason())
			.isEqualTo("paused by bob: busy hour");
		assertThat(this.instance.states.current(TestCluster.PLAN).reads()).isEqualByComparingTo("25");
		change(ChangeRequest.backfill(true, "bob", "quiet"));
		change(ChangeRequest.reconcile(Reconciliation.REPAIR, "carol", "after restore"));
		change(ChangeRequest.reads(new BigDecimal("-1"), "alice", "flag decides"));
		this.instance.approve(MigrationPhase.CONTRACT);
		this.instance.hold(MigrationPhase.DUAL_READ);
		this.instance.hold(MigrationPhase.COMPLETED);
		this.instance.poll();
		assertThat(this.instance.states.current(TestCluster.PLAN).isPaused()).isFalse();
		assertThat(this.instance.states.current(TestCluster.PLAN).reads()).isNull();
		assertThat(this.instance.states.current(TestCluster.PLAN).reconcile()).isEqualTo(Reconciliation.REPAIR);
		assertThat(this.instance.status().history()).extracting(HistoryEntry::action)
			.containsExactly("lift-hold", "hold", "approve", "reads", "reconcile", "resume", "pause", "reads");
		assertThat(this.instance.status().history()).extracting(HistoryEntry::reason)
			.contains("25 %: ramp up", "left to the flag: flag decides", "REPAIR: after restore", "busy hour");
	}

	@Test
	void valuesThatMakeNoSenseAreRefusedInWords() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> change(ChangeRequest.reads(new BigDecimal("101"), "alice", "")))
			.withMessageContaining("'reads' is 101");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> change(ChangeRequest.approve(MigrationPhase.CONTRACT, "alice", " ")))
			.withMessageContaining("'reason' must not be empty");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> change(ChangeRequest.phase(MigrationPhase.CONTRACT, "alice", "")))
			.withMessageContaining("'reason' must not be empty");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> change(ChangeRequest.approve(MigrationPhase.OFF, "alice", "yes")))
			.withMessageContaining("only phases that are entered forward");
		assertThatIllegalArgumentException().isThrownBy(() -> this.instance.poll().force(MigrationPhase.BACKFILL))
			.withMessageContaining("one step at a time");
		assertThatIllegalArgumentException()
			.isThrownBy(
					() -> change(new ChangeRequest(null, null, null, null, null, null, "alice", null, false, false)))
			.withMessageContaining("Nothing is asked for");
	}

	@Test
	void theSourceIsShownAndHiddenInContractWithAReason() {
		this.instance.poll();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> change(ChangeRequest.source(SourceState.SHOWN, "alice", "3 a.m.")))
			.withMessageContaining("in CONTRACT only, and plan 'user-settings' is in OFF");
		this.cluster.put(MigrationPhase.CONTRACT);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> change(ChangeRequest.source(SourceState.SHOWN, "alice", "")))
			.withMessageContaining("'reason' must not be empty");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> change(ChangeRequest.source(SourceState.DROPPED, "alice", "away")))
			.withMessageContaining("can only be SHOWN or HIDDEN");
		change(ChangeRequest.source(SourceState.SHOWN, "alice", "3 a.m."));
		assertThat(this.instance.status().history().get(0)).extracting(HistoryEntry::action, HistoryEntry::reason)
			.containsExactly("source", "SHOWN: 3 a.m.");
		this.cluster.put(MigrationPhase.COMPLETED);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> change(ChangeRequest.source(SourceState.SHOWN, "alice", "too late")))
			.withMessageContaining("in the database's backups");
	}

	private void change(ChangeRequest request) {
		this.instance.runner.change(TestCluster.PLAN, request);
	}

}
