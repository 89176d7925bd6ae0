package dev.parallelchange.migration.phase;

import dev.parallelchange.migration.MigrationStatus.Approval;
import dev.parallelchange.migration.SourceRemoval;
import dev.parallelchange.migration.ContractSettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MigrationStatus.HistoryEntry;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.test.OwnThread;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class PhaseMachineTests {

	private final TestCluster cluster = new TestCluster();

	@AfterEach
	void close() {
		this.cluster.close();
	}

	@Test
	void planWalksToCutoverOneStepAPollAndBack() {
		TestCluster.Instance instance = this.cluster.instance();
		instance.poll();
		instance.ask(MigrationPhase.CUTOVER);
		for (MigrationPhase phase : List.of(MigrationPhase.EXPAND, MigrationPhase.DUAL_WRITE, MigrationPhase.BACKFILL,
				MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER)) {
			assertThat(instance.poll().phase()).isEqualTo(phase);
		}
		assertThat(instance.status().epoch()).isEqualTo(5);
		assertThat(instance.status().requested()).isNull();
		instance.ask(MigrationPhase.OFF);
		assertThat(instance.poll(5).phase()).isEqualTo(MigrationPhase.OFF);
		assertThat(instance.poll(3).status().epoch()).isEqualTo(10);
	}

	@Test
	void planWalksToCompletedWhenApprovedAndTheReverseWindowIsOver() {
		TestCluster.Instance instance = this.cluster.instance(TestCluster.plan()
			.safety(new SafetySettings(SafetySettings.DEFAULTS.lockTimeout(),
					SafetySettings.DEFAULTS.statementTimeout(), java.time.Duration.ZERO,
					SafetySettings.DEFAULTS.maxWritePause())));
		instance.poll();
		instance.ask(MigrationPhase.COMPLETED);
		assertThat(instance.poll(8).phase()).isEqualTo(MigrationPhase.CUTOVER);
		assertThat(closed(instance.status())).containsExactly("approval");
		instance.approve(MigrationPhase.CONTRACT);
		assertThat(instance.poll(2).phase()).isEqualTo(MigrationPhase.CONTRACT);
		assertThat(closed(instance.status())).containsExactly("approval");
		instance.approve(MigrationPhase.COMPLETED);
		assertThat(instance.poll().phase()).isEqualTo(MigrationPhase.COMPLETED);
		assertThat(instance.status().next()).isNull();
		assertThat(instance.status().approvals()).extracting(Approval::phase, Approval::actor, Approval::reason)
			.containsExactly(tuple(MigrationPhase.COMPLETED, "bob", "seen and agreed"),
					tuple(MigrationPhase.CONTRACT, "bob", "seen and agreed"));
	}

	@Test
	void planThatKeepsItsSourceNeedsNoApprovalForCompleted() {
		TestCluster.Instance instance = this.cluster.instance(TestCluster.plan()
			.contract(new ContractSettings(SourceRemoval.KEEP, List.of(), java.time.Duration.ZERO,
					java.time.Duration.ZERO)));
		this.cluster.put(MigrationPhase.CONTRACT);
		instance.poll().ask(MigrationPhase.COMPLETED);
		assertThat(instance.poll().phase()).isEqualTo(MigrationPhase.COMPLETED);
	}

	@Test
	void planStaysInCutoverForTheReverseWindow() {
		TestCluster.Instance instance = this.cluster.instance();
		this.cluster.put(MigrationPhase.CUTOVER);
		instance.poll().approve(MigrationPhase.CONTRACT);
		this.cluster.database.execute("update migration_plan set requested = 'CONTRACT'");
		assertThat(instance.poll(2).phase()).isEqualTo(MigrationPhase.CUTOVER);
		assertThat(closed(instance.status())).containsExactly("reverse-window");
		this.cluster.database.execute("update migration_plan set since = now() - interval '24 hours'");
		assertThat(instance.poll().phase()).isEqualTo(MigrationPhase.CONTRACT);
	}

	@Test
	void closedGateKeepsThePlanWhereItIs() {
		TestCluster.Instance instance = this.cluster.instance();
		instance.engine.close(MigrationPhase.DUAL_WRITE, "target-empty");
		instance.poll().ask(MigrationPhase.BACKFILL);
		assertThat(instance.poll(3).phase()).isEqualTo(MigrationPhase.EXPAND);
		instance.engine.open(MigrationPhase.DUAL_WRITE);
		assertThat(instance.poll(2).phase()).isEqualTo(MigrationPhase.BACKFILL);
	}

	@Test
	void gateThatCannotBeMeasuredIsClosed() {
		TestCluster.Instance instance = this.cluster.instance();
		instance.poll().ask(MigrationPhase.EXPAND);
		instance.engine.whenMeasured = () -> {
			throw new IllegalStateException("no answer");
		};
		assertThat(instance.poll(2).phase()).isEqualTo(MigrationPhase.OFF);
		assertThat(closed(instance.status())).containsExactly("measurement");
	}

	@Test
	void historySaysWhoWhyAndWithWhichNumbers() {
		TestCluster.Instance instance = this.cluster.instance();
		instance.poll().ask(MigrationPhase.EXPAND);
		List<HistoryEntry> history = instance.poll().status().history();
		assertThat(history).extracting(HistoryEntry::action).containsExactly("transition", "request");
		HistoryEntry transition = history.get(0);
		assertThat(transition.actor()).isEqualTo("alice");
		assertThat(transition.reason()).isEqualTo("because");
		assertThat(transition.from()).isEqualTo(MigrationPhase.OFF);
		assertThat(transition.to()).isEqualTo(MigrationPhase.EXPAND);
		assertThat(transition.gates()).contains("\"acknowledgements\"", "\"1 of 1\"", "\"parity\"", "\"99.99\"");
		assertThat(this.cluster.events).containsExactly(
				new MigrationEvent.ChangeRequested(TestCluster.PLAN, "alice", "because", Map.of("phase", "EXPAND"),
						null),
				new MigrationEvent.PhaseChanged(TestCluster.PLAN, MigrationPhase.OFF, MigrationPhase.EXPAND, 1, "alice",
						"because"));
	}

	@Test
	void twoCoordinatorsMakeExactlyOneTransition() throws Exception {
		TestCluster.Instance one = this.cluster.instance().poll();
		TestCluster.Instance two = this.cluster.instance().poll();
		for (int round = 0; round < 4; round++) {
			MigrationPhase next = MigrationPhase.values()[round + 1];
			long epoch = one.status().epoch();
			one.ask(next);
			CyclicBarrier bothHaveMeasured = new CyclicBarrier(2);
			one.engine.whenMeasured = () -> await(bothHaveMeasured);
			two.engine.whenMeasured = () -> await(bothHaveMeasured);
			CompletableFuture.allOf(OwnThread.run(one::poll), OwnThread.run(two::poll)).get(20, TimeUnit.SECONDS);
			one.engine.whenMeasured = () -> {
			};
			two.engine.whenMeasured = one.engine.whenMeasured;
			assertThat(one.phase()).isEqualTo(next);
			assertThat(one.status().epoch()).isEqualTo(epoch + 1);
			one.poll();
			two.poll();
		}
		assertThat(this.cluster.events).filteredOn(MigrationEvent.PhaseChanged.class::isInstance).hasSize(4);
		assertThat(one.status().history().stream().filter((entry) -> entry.action().equals("transition"))).hasSize(4);
	}

	@Test
	@Schedule("C38")
	void coordinatorThatDiesInTheMiddleOfATransitionLeavesTheOldPhaseAndAnotherInstanceGoesOn() {
		TestCluster.Instance dying = this.cluster.instance().poll();
		dying.ask(MigrationPhase.EXPAND);
		endConnectionWhenTheHistoryIsWritten();
		assertThat(dying.poll(2).phase()).isEqualTo(MigrationPhase.OFF);
		assertThat(dying.status().epoch()).isZero();
		assertThat(dying.status().history()).extracting(HistoryEntry::action).containsExactly("request");
		this.cluster.database.execute("drop trigger die on migration_history");
		TestCluster.Instance other = this.cluster.instance();
		assertThat(other.poll().phase()).isEqualTo(MigrationPhase.EXPAND);
		assertThat(other.status().epoch()).isEqualTo(1);
		assertThat(other.status().history()).extracting(HistoryEntry::action).containsExactly("transition", "request");
	}

	@Test
	@ScheduleProof("C38")
	void transitionInSeveralTransactionsIsHalfDoneWhenItsCoordinatorDies() {
		this.cluster.splitTransitions = true;
		TestCluster.Instance dying = this.cluster.instance().poll();
		dying.ask(MigrationPhase.EXPAND);
		endConnectionWhenTheHistoryIsWritten();
		assertThat(dying.poll(2).phase()).isEqualTo(MigrationPhase.EXPAND);
		assertThat(dying.status().requested()).isEqualTo(MigrationPhase.EXPAND);
		assertThat(dying.status().history()).extracting(HistoryEntry::action).containsExactly("request");
	}

	private void endConnectionWhenTheHistoryIsWritten() {
		this.cluster.database.execute("""
				create function die() returns trigger language plpgsql as
				$$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$""", """
				create trigger die before insert on migration_history for each row
				when (new.action = 'transition') execute function die()""");
	}

	@Test
	void holdThatIsSetWhileGatesAreMeasuredStopsTheStep() {
		TestCluster.Instance instance = this.cluster.instance();
		this.cluster.put(MigrationPhase.DUAL_READ);
		instance.poll().ask(MigrationPhase.CUTOVER);
		instance.engine.whenMeasured = () -> this.cluster.database
			.execute("update migration_plan set hold = 'DUAL_READ', hold_by = 'carol'");
		assertThat(instance.poll().phase()).isEqualTo(MigrationPhase.DUAL_READ);
	}

	@Test
	void coordinatorThatSleptPastItsLeaseDoesNotActOnOldNumbers() {
		TestCluster.Instance instance = this.cluster.instance().poll();
		instance.ask(MigrationPhase.EXPAND);
		instance.engine.whenMeasured = () -> this.cluster.database
			.execute("update migration_instance set lease_until = clock_timestamp() - interval '1 second'");
		assertThat(instance.poll().phase()).isEqualTo(MigrationPhase.OFF);
		instance.engine.whenMeasured = () -> {
		};
		assertThat(instance.poll().phase()).isEqualTo(MigrationPhase.EXPAND);
	}

	@Test
	void forceSkipsGatesOfEnginesForOneStepAndIsAudited() {
		TestCluster.Instance instance = this.cluster.instance();
		this.cluster.put(MigrationPhase.CUTOVER);
		instance.poll();
		instance.engine.close(MigrationPhase.DUAL_READ, "source-complete");
		instance.engine.close(MigrationPhase.BACKFILL, "other");
		instance.force(MigrationPhase.DUAL_READ);
		assertThat(instance.poll(3).phase()).isEqualTo(MigrationPhase.DUAL_READ);
		assertThat(instance.status().history()).extracting(HistoryEntry::action)
			.containsExactly("forced-transition", "forced-request");
		assertThat(instance.status().history().get(0).gates()).contains("source-complete");
		this.cluster.database.execute("update migration_plan set requested = 'BACKFILL'");
		assertThat(instance.poll(2).phase()).isEqualTo(MigrationPhase.DUAL_READ);
	}

	@Test
	void forceNeverSkipsAcknowledgements() {
		TestCluster.Instance instance = this.cluster.instance();
		this.cluster.put(MigrationPhase.CUTOVER);
		instance.engine.drained = false;
		instance.poll().force(MigrationPhase.DUAL_READ);
		assertThat(instance.poll(3).phase()).isEqualTo(MigrationPhase.CUTOVER);
	}

	@Test
	void dryRunShowsGatesAndWritesNothing() {
		TestCluster.Instance instance = this.cluster.instance().poll();
		instance.engine.close(MigrationPhase.EXPAND, "target-exists");
		MigrationStatus status = instance.runner.change(TestCluster.PLAN,
				new ChangeRequest(MigrationPhase.EXPAND, null, null, null, null, null, "alice", null, true, false));
		assertThat(closed(status)).containsExactly("target-exists");
		assertThat(instance.status().requested()).isNull();
		assertThat(instance.status().history()).isEmpty();
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await(10, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static List<String> closed(MigrationStatus status) {
		return status.next().gates().stream().filter((gate) -> !gate.open()).map((gate) -> gate.name()).toList();
	}

}
