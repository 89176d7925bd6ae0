package dev.parallelchange.migration.routing;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.PhaseUncertainException;
import dev.parallelchange.migration.WriteFence;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What calls do while the phase changes, or is not known.
 */
class PhaseChangeRoutingTests extends RoutingScene {

	@Test
	void anEpochHasDrainedWhenItsTransactionsHaveEnded() {
		this.plan.enter(MigrationPhase.EXPAND);
		long before = this.plan.state.epoch();
		inTransaction(() -> {
			this.repository.findAll();
			this.plan.enter(MigrationPhase.DUAL_WRITE);
			assertThat(this.engine.hasDrained(TestPlan.ID, before)).isTrue();
			assertThat(this.engine.hasDrained(TestPlan.ID, before + 1)).isFalse();
		}, false);
		assertThat(this.engine.hasDrained(TestPlan.ID, before + 1)).isTrue();
	}

	@Test
	void aTransactionKeepsThePhaseUnderWhichItBegan() {
		this.plan.enter(MigrationPhase.EXPAND);
		inTransaction(() -> {
			this.repository.save(new Settings(1L, "a"));
			this.plan.enter(MigrationPhase.DUAL_WRITE);
			this.repository.save(new Settings(2L, "a"));
		}, false);
		assertThat(this.plan.recorded).isEmpty();
	}

	@Test
	@Schedule("C34")
	void aTransactionOfTheOldPhaseMustNotBeginToWriteAfterTheLeadingSideHasChanged() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		inTransaction(() -> {
			this.repository.findAll();
			this.plan.enter(MigrationPhase.CUTOVER);
			assertThatExceptionOfType(PhaseUncertainException.class)
				.isThrownBy(() -> this.repository.save(new Settings(1L, "a")))
				.withMessageContaining("has moved from DUAL_READ to CUTOVER");
		}, true);
		assertThat(rows("users")).isEmpty();
	}

	@Test
	void aWriterOfTheNewPhaseWaitsForThoseThatHaveWrittenTheOtherSide() throws Exception {
		this.plan.enter(MigrationPhase.DUAL_READ);
		CountDownLatch written = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		CompletableFuture<Void> old = OwnThread.run(() -> inTransaction(() -> {
			this.repository.save(new Settings(1L, "old"));
			written.countDown();
			await(goOn);
		}, false));
		await(written);
		this.plan.enter(MigrationPhase.CUTOVER);
		CompletableFuture<Void> fresh = OwnThread.run(() -> this.repository.save(new Settings(1L, "new")));
		Awaitility.await()
			.pollDelay(java.time.Duration.ofMillis(200))
			.untilAsserted(() -> assertThat(fresh).isNotDone());
		assertThat(rows("user_settings")).isEmpty();
		goOn.countDown();
		old.get(5, TimeUnit.SECONDS);
		fresh.get(5, TimeUnit.SECONDS);
		assertThat(rows("user_settings")).containsExactly("1:new");
	}

	@Test
	void aWriterWaitsBehindAFenceUntilItIsLifted() throws Exception {
		this.plan.enter(MigrationPhase.DUAL_READ);
		fence(Duration.ofMinutes(1));
		CompletableFuture<Void> writer = OwnThread.run(() -> this.repository.save(new Settings(1L, "a")));
		Awaitility.await()
			.pollDelay(java.time.Duration.ofMillis(200))
			.untilAsserted(() -> assertThat(writer).isNotDone());
		assertThat(this.engine.hasWriters(TestPlan.ID)).isFalse();
		assertThat(this.repository.findAll()).isEmpty();
		this.plan.enter(MigrationPhase.CUTOVER);
		this.plan.fence = null;
		writer.get(5, TimeUnit.SECONDS);
		assertThat(rows("user_settings")).containsExactly("1:a");
	}

	@Test
	void aWriterThatIsUnderWayGoesOnBehindAFence() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		inTransaction(() -> {
			this.repository.save(new Settings(1L, "a"));
			assertThat(this.engine.hasWriters(TestPlan.ID)).isTrue();
			fence(Duration.ofMinutes(1));
			this.repository.save(new Settings(2L, "a"));
		}, false);
		assertThat(rows("users")).containsExactly("1:a", "2:a");
		assertThat(this.engine.hasWriters(TestPlan.ID)).isFalse();
	}

	@Test
	void aFenceThatNobodyHasLiftedLetsWritersPassWhenItIsOver() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		fence(Duration.ofMillis(50));
		this.repository.save(new Settings(1L, "a"));
		assertThat(rows("users")).containsExactly("1:a");
	}

	@Test
	@Schedule("C37")
	void aTransactionWithoutMirrorIsNotCommittedWhenThePlanMayHaveGoneOnWithoutIt() {
		this.plan.enter(MigrationPhase.EXPAND);
		assertThatExceptionOfType(PhaseUncertainException.class).isThrownBy(() -> inTransaction(() -> {
			this.repository.save(new Settings(1L, "a"));
			this.plan.enter(MigrationPhase.DUAL_WRITE);
			this.plan.heldSince = System.nanoTime();
		}, false)).withMessageContaining("lost its lease while the transaction was writing in EXPAND");
		assertThat(rows("users")).isEmpty();
	}

	@Test
	void aTransactionWithoutMirrorIsCommittedWhenThePlanHasNotMoved() {
		this.plan.enter(MigrationPhase.EXPAND);
		inTransaction(() -> {
			this.repository.save(new Settings(1L, "a"));
			this.plan.heldSince = System.nanoTime();
		}, false);
		assertThat(rows("users")).containsExactly("1:a");
	}

	@Test
	@Schedule("C37")
	void theKeyOfAWriteWithoutMirrorBecomesPendingWhenThePlanMayHaveGoneOnWithoutIt() {
		this.plan.enter(MigrationPhase.EXPAND);
		this.sideHook = () -> {
			this.plan.enter(MigrationPhase.DUAL_WRITE);
			this.plan.enter(MigrationPhase.BACKFILL);
			this.plan.heldSince = System.nanoTime();
		};
		this.repository.save(new Settings(1L, "a"));
		assertThat(this.plan.late).containsOnly("[1]");
	}

	private void fence(Duration duration) {
		long now = System.nanoTime();
		this.plan.fence = new WriteFence(now, now + duration.toNanos());
	}

	@Test
	void anInstanceWithoutLeaseReadsButDoesNotWrite() {
		this.plan.enter(MigrationPhase.DUAL_WRITE);
		this.plan.current = false;
		assertThatExceptionOfType(PhaseUncertainException.class)
			.isThrownBy(() -> this.repository.save(new Settings(1L, "a")))
			.withMessageContaining("could not renew its lease");
		assertThat(this.repository.findAll()).isEmpty();
	}

	@Test
	void aCallWaitsForAStateThatHasNeverBeenRead() throws Exception {
		this.plan.current = false;
		this.database.execute("insert into user_settings values (1, 'target')");
		CompletableFuture<Optional<Settings>> read = OwnThread.supply(() -> this.repository.findById(1));
		Awaitility.await()
			.pollDelay(java.time.Duration.ofMillis(200))
			.untilAsserted(() -> assertThat(read).isNotDone());
		this.plan.enter(MigrationPhase.COMPLETED);
		this.plan.current = true;
		assertThat(read.get(5, TimeUnit.SECONDS)).contains(new Settings(1L, "target"));
	}

	@Test
	void aCallIsRefusedWhenItsStateIsNeverRead() {
		this.plan.current = false;
		assertThatExceptionOfType(PhaseUncertainException.class).isThrownBy(() -> this.repository.findAll());
	}

	@Test
	void anExceptionOfTheStatesReachesTheCaller() {
		this.plan.state = null;
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> this.repository.findAll());
	}

}
