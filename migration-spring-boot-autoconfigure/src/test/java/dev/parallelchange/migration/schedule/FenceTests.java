package dev.parallelchange.migration.schedule;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PhaseUncertainException;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Several instances change the leading side of a plan whose writes go through proxies.
 */
class FenceTests {

	private static final int ROWS = 3;

	private final ProxiedCluster cluster = new ProxiedCluster(Duration.ofSeconds(1));

	@AfterEach
	void close() {
		this.cluster.close();
	}

	@Test
	void whatThreeInstancesAddWhileTheLeadingSideGoesThereAndBackIsThere() {
		this.cluster.in(MigrationPhase.DUAL_READ, ROWS);
		List<ProxiedCluster.Instance> instances = List.of(this.cluster.start(), this.cluster.start(),
				this.cluster.start());
		AtomicBoolean goOn = new AtomicBoolean(true);
		AtomicLongArray acknowledged = new AtomicLongArray(ROWS + 1);
		AtomicLong uncertain = new AtomicLong();
		List<CompletableFuture<Void>> writers = new ArrayList<>();
		for (ProxiedCluster.Instance instance : instances) {
			writers.add(OwnThread.run(() -> write(instance, goOn, acknowledged, uncertain)));
			writers.add(OwnThread.run(() -> write(instance, goOn, acknowledged, uncertain)));
		}
		for (MigrationPhase phase : List.of(MigrationPhase.CUTOVER, MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER)) {
			long before = sum(acknowledged);
			Awaitility.await().until(() -> sum(acknowledged) > before + 20);
			move(instances.get(0), phase);
		}
		long before = sum(acknowledged);
		Awaitility.await().until(() -> sum(acknowledged) > before + 20);
		goOn.set(false);
		writers.forEach(CompletableFuture::join);
		List<Long> expected = List.of(acknowledged.get(1), acknowledged.get(2), acknowledged.get(3));
		assertThat(this.cluster.amounts("balance")).isEqualTo(expected);
		Awaitility.await().untilAsserted(() -> assertThat(this.cluster.amounts("account")).isEqualTo(expected));
		assertThat(uncertain).as("transactions told to try again since the side had changed").hasValue(0);
	}

	@Test
	@Schedule("C34")
	void theLeadingSideStaysWhileATransactionThatHasWrittenIsOpen() throws Exception {
		this.cluster.in(MigrationPhase.DUAL_READ, 2);
		ProxiedCluster.Instance first = this.cluster.start();
		ProxiedCluster.Instance second = this.cluster.start();
		awaitInstances(2);
		Held held = new Held(second, TransactionDefinition.ISOLATION_READ_COMMITTED);
		first.ask(MigrationPhase.CUTOVER);
		Awaitility.await()
			.untilAsserted(() -> assertThat(fence(first)).contains("given up: transactions had not ended"));
		assertThat(this.cluster.phase()).isEqualTo(MigrationPhase.DUAL_READ);
		first.accounts.add(2, 10);
		held.end();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> this.cluster.phase() == MigrationPhase.CUTOVER);
		assertThat(this.cluster.amounts("balance")).containsExactly(1L, 10L);
	}

	@Test
	void writersDoNotWaitForAnInstanceThatCannotHearOfTheFence() throws Exception {
		this.cluster.in(MigrationPhase.DUAL_READ, 1);
		ProxiedCluster.Instance first = this.cluster.start();
		ProxiedCluster.Instance second = this.cluster.start();
		awaitInstances(2);
		second.pause();
		first.ask(MigrationPhase.CUTOVER);
		Awaitility.await().untilAsserted(() -> assertThat(fence(first)).contains("not announced in time to"));
		first.accounts.add(1, 1);
		assertThat(this.cluster.amounts("account")).containsExactly(1L);
		Awaitility.await().until(() -> this.cluster.phase() == MigrationPhase.CUTOVER);
	}

	@ParameterizedTest
	@ValueSource(ints = { TransactionDefinition.ISOLATION_READ_COMMITTED,
			TransactionDefinition.ISOLATION_REPEATABLE_READ, TransactionDefinition.ISOLATION_SERIALIZABLE })
	@Schedule("C37")
	void aWriteOfAnInstanceThatWasStoppedWhileTheLeadingSideChangedIsNotCommitted(int isolation) throws Exception {
		ExecutionException failure = org.junit.jupiter.api.Assertions.assertThrows(ExecutionException.class,
				() -> stopInTheMiddleOfAWrite(isolation, true));
		assertThat(failure).hasCauseInstanceOf(TransientDataAccessException.class);
		assertThat(this.cluster.amounts("balance")).containsExactly(10L);
		Awaitility.await().untilAsserted(() -> assertThat(this.cluster.amounts("account")).containsExactly(10L));
	}

	/**
	 * What the one instance has added on the target is overwritten by what the other one
	 * has made of the source.
	 */
	@Test
	@ScheduleProof("C37")
	void withoutALookAtTheEpochTheWriteOfAStoppedInstanceUndoesAnother() throws Exception {
		stopInTheMiddleOfAWrite(TransactionDefinition.ISOLATION_READ_COMMITTED, false);
		assertThat(this.cluster.amounts("balance")).doesNotContain(11L);
	}

	@Test
	@ScheduleProof("C34")
	void withoutFenceAndEpochTwoInstancesThatDisagreeLoseAnUpdate() throws Exception {
		this.cluster.in(MigrationPhase.DUAL_READ, 1);
		ProxiedCluster.Instance first = this.cluster.start(false, false);
		ProxiedCluster.Instance second = this.cluster.start(false, false);
		awaitInstances(2);
		second.pause();
		Held held = new Held(second, TransactionDefinition.ISOLATION_READ_COMMITTED);
		move(first, MigrationPhase.CUTOVER);
		first.accounts.add(1, 10);
		held.end();
		assertThat(this.cluster.amounts("balance")).doesNotContain(11L);
	}

	@Test
	void aTransactionThatHasOnlyReadIsToldToTryAgain() {
		this.cluster.in(MigrationPhase.DUAL_READ, 1);
		ProxiedCluster.Instance first = this.cluster.start();
		ProxiedCluster.Instance second = this.cluster.start();
		assertThatExceptionOfType(PhaseUncertainException.class)
			.isThrownBy(() -> second.transactions.executeWithoutResult((status) -> {
				second.accounts.findAmount(1);
				move(first, MigrationPhase.CUTOVER);
				Awaitility.await()
					.until(() -> second.runner.status(ProxiedCluster.PLAN).phase() == MigrationPhase.CUTOVER);
				second.accounts.add(1, 1);
			}));
		assertThat(this.cluster.amounts("account")).containsExactly(0L);
	}

	private void stopInTheMiddleOfAWrite(int isolation, boolean guarded) throws Exception {
		this.cluster.in(MigrationPhase.DUAL_READ, 1);
		ProxiedCluster.Instance first = this.cluster.start();
		ProxiedCluster.Instance second = this.cluster.start(true, guarded);
		awaitInstances(2);
		Held held = new Held(second, isolation);
		second.pause();
		move(first, MigrationPhase.CUTOVER);
		first.accounts.add(1, 10);
		held.end();
	}

	private void awaitInstances(int number) {
		Awaitility.await()
			.until(() -> this.cluster.sql("select count(*) from migration_acknowledgement where epoch = 7")
				.equals(List.of((long) number)));
	}

	private void move(ProxiedCluster.Instance instance, MigrationPhase phase) {
		instance.ask(phase);
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> instance.phase() == phase);
	}

	private static String fence(ProxiedCluster.Instance instance) {
		MigrationStatus status = instance.runner.status(ProxiedCluster.PLAN);
		return String.valueOf(status.next());
	}

	private static void write(ProxiedCluster.Instance instance, AtomicBoolean goOn, AtomicLongArray acknowledged,
			AtomicLong uncertain) {
		while (goOn.get()) {
			int id = ThreadLocalRandom.current().nextInt(ROWS) + 1;
			try {
				instance.accounts.add(id, 1);
				acknowledged.incrementAndGet(id);
			}
			catch (PhaseUncertainException ex) {
				uncertain.incrementAndGet();
			}
			catch (TransientDataAccessException ex) {
				// A deadlock between two mirrors: the writer is told to try again.
			}
		}
	}

	private static long sum(AtomicLongArray numbers) {
		return java.util.stream.IntStream.range(0, numbers.length()).mapToLong(numbers::get).sum();
	}

	/**
	 * A transaction that has added one to the first account and waits before its commit.
	 */
	private static final class Held {

		private final CountDownLatch ending = new CountDownLatch(1);

		private final CompletableFuture<Void> transaction;

		Held(ProxiedCluster.Instance instance, int isolation) throws InterruptedException {
			CountDownLatch written = new CountDownLatch(1);
			TransactionTemplate template = new TransactionTemplate(instance.transactions.getTransactionManager());
			template.setIsolationLevel(isolation);
			this.transaction = OwnThread.run(() -> template.executeWithoutResult((status) -> {
				instance.accounts.add(1, 1);
				written.countDown();
				Awaitility.await().forever().until(() -> this.ending.getCount() == 0);
			}));
			assertThat(written.await(10, TimeUnit.SECONDS)).isTrue();
		}

		void end() throws Exception {
			this.ending.countDown();
			this.transaction.get(20, TimeUnit.SECONDS);
		}

	}

}
