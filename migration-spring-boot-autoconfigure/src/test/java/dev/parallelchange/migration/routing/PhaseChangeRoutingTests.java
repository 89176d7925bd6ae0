package dev.parallelchange.migration.routing;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.PhaseUncertainException;
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
