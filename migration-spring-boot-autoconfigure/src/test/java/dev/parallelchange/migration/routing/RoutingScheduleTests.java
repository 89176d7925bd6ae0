package dev.parallelchange.migration.routing;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.jdbc.mirror.JdbcMirroredRows;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingKeys;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingReads;
import dev.parallelchange.migration.jdbc.verify.JdbcComparisonStore;
import dev.parallelchange.migration.mirror.MirrorCounts;
import dev.parallelchange.migration.mirror.TransactionMirror;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Phases and flags that change in the middle of transactions, and reads that are compared
 * in a bad way.
 */
class RoutingScheduleTests extends RoutingScene {

	@Test
	@Schedule("C34")
	void writesBeforeAndAfterTheLeadingSideChangesArriveInTheirOrder() throws InterruptedException {
		RoutingEngine only = mirroring();
		writeUnderTwoPhases(repository(only), repository(only));
		assertThat(rows("user_settings")).containsExactly("1:new");
		assertThat(rows("users")).containsExactly("1:new");
		only.stop();
	}

	@Test
	@ScheduleProof("C34")
	void writersThatDoNotKnowOfEachOtherLoseTheLaterWrite() throws InterruptedException {
		RoutingEngine old = mirroring();
		RoutingEngine fresh = mirroring();
		writeUnderTwoPhases(repository(old), repository(fresh));
		assertThat(rows("user_settings")).containsExactly("1:old");
		old.stop();
		fresh.stop();
	}

	@Test
	@Schedule("C52")
	void transactionReadsItsWriteAndNoMissingRowAlthoughTheFlagFlipsEachTime() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		this.database.execute("insert into users values (1, 'source'), (2, 'source')");
		inTransaction(() -> {
			for (int i = 0; i < 4; i++) {
				this.flags.read = !this.flags.read;
				this.flags.write = !this.flags.write;
				this.repository.save(new Settings(1L, "written" + i));
				assertThat(theme(1)).isEqualTo("written" + i);
				assertThat(theme(2)).isEqualTo("source");
			}
		}, false);
		assertThat(this.plan.recordedKeys()).containsExactly("[1]");
		assertThat(this.plan.recorded).extracting(TestPlan.Recorded::deferred).containsOnly(true);
	}

	@Test
	@ScheduleProof("C52")
	void flagThatIsAskedAtEachCallHidesATransactionsOwnWrite() {
		JdbcClient client = this.database.jdbcClient();
		SettingsRepository asking = new JdbcSettingsRepository(client, "users", "id") {
			@Override
			public Optional<Settings> findById(long id) {
				return RoutingScheduleTests.this.flags.read ? JdbcSettingsRepository.target(client).findById(id)
						: super.findById(id);
			}
		};
		inTransaction(() -> {
			asking.save(new Settings(1L, "written"));
			assertThat(asking.findById(1)).isPresent();
			this.flags.read = true;
			assertThat(asking.findById(1)).isEmpty();
		}, false);
	}

	@Test
	@ScheduleProof("C46")
	void readThatIsComparedInTheCallersTransactionAbortsIt() {
		JdbcClient client = this.database.jdbcClient();
		SettingsRepository comparing = new JdbcSettingsRepository(client, "users", "id") {
			@Override
			public Optional<Settings> findById(long id) {
				Optional<Settings> answer = super.findById(id);
				try {
					client.sql("select 1 / 0").query().listOfRows();
				}
				catch (DataAccessException ex) {
					// A comparison must not fail its caller.
				}
				return answer;
			}
		};
		inTransaction(() -> {
			comparing.findById(1);
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> comparing.findById(1))
				.withMessageContaining("current transaction is aborted");
		}, true);
	}

	private void writeUnderTwoPhases(SettingsRepository before, SettingsRepository after) throws InterruptedException {
		this.plan.enter(MigrationPhase.DUAL_READ);
		CountDownLatch written = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		Thread old = new Thread(() -> inTransaction(() -> {
			before.save(new Settings(1L, "old"));
			written.countDown();
			await(goOn);
		}, false));
		old.start();
		await(written);
		this.plan.enter(MigrationPhase.CUTOVER);
		Thread fresh = new Thread(() -> after.save(new Settings(1L, "new")));
		fresh.start();
		Awaitility.await().until(() -> !fresh.isAlive() || isHeldBack(fresh));
		goOn.countDown();
		old.join();
		fresh.join();
	}

	private static boolean isHeldBack(Thread writer) {
		return Arrays.stream(writer.getStackTrace())
			.anyMatch((frame) -> frame.getClassName().equals(WriteAdmission.class.getName())
					&& frame.getMethodName().equals("await"));
	}

	private RoutingEngine mirroring() {
		TransactionMirror mirror = new TransactionMirror(new JdbcMirroredRows(this.plan.migrationDatabase),
				new JdbcPendingKeys(this.plan.migrationDatabase), List.of(), new MigrationListener() {
				}, new MirrorCounts(), (plan, leading, epoch) -> {
				});
		RoutingParts parts = new RoutingParts(MigrationPlans.of(List.of(this.plan.derived().plan())), this.plan,
				this.plan, this.flags, mirror, (declared, side) -> this.plan.transactions,
				new JdbcPendingReads(this.plan.migrationDatabase), this.plan);
		return new RoutingEngine(parts, new JdbcComparisonStore(this.plan.migrationDatabase), new PendingKnowledge(),
				null);
	}

	private SettingsRepository repository(RoutingEngine routing) {
		JdbcClient client = this.database.jdbcClient();
		return routing.proxy(TestPlan.ID, SettingsRepository.class, JdbcSettingsRepository.source(client),
				JdbcSettingsRepository.target(client));
	}

}
