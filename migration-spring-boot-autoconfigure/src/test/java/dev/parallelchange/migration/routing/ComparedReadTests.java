package dev.parallelchange.migration.routing;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.VerificationSettings;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReadComparer}.
 */
class ComparedReadTests {

	private final TestDatabase database = TestDatabase.create();

	private final Set<String> threads = ConcurrentHashMap.newKeySet();

	private volatile Runnable beforeTargetRead = () -> {
	};

	private TestPlan plan;

	private RoutingEngine engine;

	private SettingsRepository repository;

	@BeforeEach
	void route() {
		this.plan = new TestPlan(this.database, ComparedReadTests::compareAll);
		this.engine = this.plan.engine(new DefaultMigrationFlags());
		JdbcClient client = this.database.jdbcClient();
		this.repository = this.engine.proxy(TestPlan.ID, SettingsRepository.class,
				JdbcSettingsRepository.source(client), new JdbcSettingsRepository(client, "user_settings", "user_id") {
					@Override
					public Optional<Settings> findById(long id) {
						ComparedReadTests.this.threads.add(Thread.currentThread().getName());
						ComparedReadTests.this.beforeTargetRead.run();
						return super.findById(id);
					}
				});
		this.plan.enter(MigrationPhase.DUAL_READ);
		this.database.execute("insert into users values (1, 'a'), (2, 'b')",
				"insert into user_settings values (1, 'a'), (2, 'other')");
	}

	private static MigrationPlanBuilder compareAll(MigrationPlanBuilder plan) {
		return plan.verification(new VerificationSettings(Duration.ofMinutes(1), Duration.ofHours(1), BigDecimal.TEN,
				BigDecimal.valueOf(100), 3));
	}

	@AfterEach
	void close() {
		this.engine.stop();
		this.database.close();
	}

	@Test
	void readsAreComparedInOneSnapshotWhichTheSessionDoesNotKeep() {
		Set<String> levels = ConcurrentHashMap.newKeySet();
		this.beforeTargetRead = () -> levels.add(this.database.jdbcClient()
			.sql("select concat_ws(', ', current_setting('transaction_isolation'), current_setting('transaction_read_only'), "
					+ "current_setting('default_transaction_isolation'))")
			.query(String.class)
			.single());
		this.repository.findById(1);
		awaitEvents("equal");
		assertThat(levels).contains("repeatable read, on, read committed");
	}

	@Test
	void readsAreComparedOnAnotherThreadAndCounted() {
		this.repository.findById(1);
		this.repository.findById(2);
		awaitEvents("equal", "different");
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.plan.observed).containsExactlyInAnyOrder("COMPARED_READ equal",
					"COMPARED_READ different"));
		assertThat(this.threads).allMatch((name) -> name.startsWith("migration-compare-"));
		this.engine.tick(this.plan.derived(), this.plan.state);
		ComparisonStore.Compared compared = new dev.parallelchange.migration.jdbc.verify.JdbcComparisonStore(
				this.plan.migrationDatabase)
			.read(TestPlan.ID);
		assertThat(compared)
			.isEqualTo(new ComparisonStore.Compared(this.plan.state.epoch(), 2, 1, "findById: 'theme' differs"));
	}

	@Test
	void theGateOpensWithEnoughEqualReadsAndClosesWithOneDifferentRead() {
		for (int i = 0; i < 3; i++) {
			this.repository.findById(1);
		}
		awaitEvents("equal", "equal", "equal");
		assertThat(gate().open()).isTrue();
		this.repository.findById(2);
		awaitEvents("equal", "equal", "equal", "different");
		assertThat(gate().open()).isFalse();
		assertThat(gate().remedy()).contains("findById: 'theme' differs", "go back to BACKFILL");
	}

	@Test
	void countingBeginsAnewWhenDualReadIsEnteredAgainButGoesOnInCutover() {
		this.repository.findById(2);
		awaitEvents("different");
		this.engine.tick(this.plan.derived(), this.plan.state);
		long began = this.plan.state.epoch();
		this.plan.enter(MigrationPhase.CUTOVER);
		this.repository.findById(1);
		awaitEvents("different", "equal");
		this.engine.tick(this.plan.derived(), this.plan.state);
		assertThat(compared()).isEqualTo(new ComparisonStore.Compared(began, 2, 1, "findById: 'theme' differs"));
		this.plan.enter(MigrationPhase.DUAL_READ);
		assertThat(gate().value()).isEqualTo("0 compared, 0 mismatched");
		this.repository.findById(1);
		awaitEvents("different", "equal", "equal");
		assertThat(gate().value()).isEqualTo("1 compared, 0 mismatched");
		assertThat(compared().lastMismatch()).isNull();
	}

	@Test
	@Schedule("C46")
	void aSideThatThrowsIsNeitherSeenByTheCallerNorCounted() {
		this.beforeTargetRead = () -> {
			throw new IllegalStateException("broken");
		};
		assertThat(this.repository.findById(1)).isPresent();
		Awaitility.await().until(() -> !this.threads.isEmpty());
		this.beforeTargetRead = () -> {
		};
		this.repository.findById(1);
		awaitEvents("equal");
	}

	@Test
	@Schedule("C46")
	void aSideThatHangsHoldsNobodyUpAndIsInterruptedAfterItsDeadline() throws Exception {
		AtomicBoolean interrupted = new AtomicBoolean();
		this.beforeTargetRead = () -> {
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				interrupted.set(true);
				throw new IllegalStateException(ex);
			}
		};
		long start = System.nanoTime();
		for (int i = 0; i < 300; i++) {
			assertThat(this.repository.findById(1)).isPresent();
		}
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
		assertThat(this.threads).hasSizeLessThanOrEqualTo(2);
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
			this.engine.tick(this.plan.derived(), this.plan.state);
			return interrupted.get();
		});
		assertThat(this.plan.events).isEmpty();
	}

	@Test
	@Schedule("C46")
	void aComparedReadThatWouldAbortATransactionDoesNotTouchTheCallers() {
		this.beforeTargetRead = () -> this.database.jdbcClient().sql("select 1 / 0").query().listOfRows();
		new TransactionTemplate(this.plan.transactions).executeWithoutResult((status) -> {
			assertThat(this.repository.findById(1)).isPresent();
			Awaitility.await().until(() -> !this.threads.isEmpty());
			assertThat(this.repository.findById(1)).isPresent();
		});
	}

	@Test
	void aRowThatChangesOnBothSidesBetweenAnyTwoReadsIsNoDifference() {
		AtomicInteger changes = new AtomicInteger();
		this.beforeTargetRead = () -> {
			int change = changes.incrementAndGet();
			runElsewhere("update users set theme = 'new%d' where id = 1".formatted(change),
					"update user_settings set theme = 'new%d' where user_id = 1".formatted(change));
		};
		this.repository.findById(1);
		awaitEvents("equal");
	}

	@Test
	void aRowWhoseKeyIsPendingIsNotCounted() {
		this.database
			.execute("insert into migration_pending (plan_id, side, key) values ('user-settings', 'TARGET', '[2]')");
		this.repository.findById(2);
		this.repository.findById(1);
		awaitEvents("equal");
	}

	@Test
	void readsAreComparedAgainSomeTicksAfterTheLastPendingKeyAlthoughThereAlwaysAreWriters() throws Exception {
		this.database
			.execute("insert into migration_pending (plan_id, side, key) values ('user-settings', 'TARGET', '[2]')");
		this.engine.tick(this.plan.derived(), this.plan.state);
		this.database.execute("delete from migration_pending");
		this.repository.findById(1);
		OpenWrite write = new OpenWrite();
		for (int i = 0; i < 4; i++) {
			OpenWrite next = new OpenWrite();
			write.end();
			this.engine.tick(this.plan.derived(), this.plan.state);
			write = next;
		}
		this.repository.findById(1);
		awaitEvents("equal");
		write.end();
	}

	@Test
	void readsAreNotComparedWhileAWriterOfBeforeTheLastPendingKeyIsThere() throws Exception {
		OpenWrite write = new OpenWrite();
		this.database
			.execute("insert into migration_pending (plan_id, side, key) values ('user-settings', 'TARGET', '[2]')");
		this.engine.tick(this.plan.derived(), this.plan.state);
		this.database.execute("delete from migration_pending");
		for (int i = 0; i < 10; i++) {
			this.engine.tick(this.plan.derived(), this.plan.state);
		}
		this.repository.findById(2);
		write.end();
		for (int i = 0; i < 4; i++) {
			this.engine.tick(this.plan.derived(), this.plan.state);
		}
		this.repository.findById(1);
		awaitEvents("equal");
	}

	@Test
	void readsOfAWritingTransactionAreNotCompared() {
		new TransactionTemplate(this.plan.transactions).executeWithoutResult((status) -> {
			this.repository.save(new Settings(1L, "written"));
			this.repository.findById(1);
		});
		this.repository.countThemes();
		this.repository.findAllById(List.of(2L));
		awaitEvents("different");
	}

	/** A transaction that has written and goes on until it is told to end. */
	private final class OpenWrite {

		private final CountDownLatch written = new CountDownLatch(1);

		private final CountDownLatch end = new CountDownLatch(1);

		private final Thread thread = new Thread(this::run);

		OpenWrite() throws InterruptedException {
			this.thread.start();
			this.written.await();
		}

		private void run() {
			new TransactionTemplate(ComparedReadTests.this.plan.transactions).executeWithoutResult((status) -> {
				ComparedReadTests.this.repository.save(new Settings(100 + this.thread.getId(), "written"));
				this.written.countDown();
				try {
					this.end.await();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			});
		}

		void end() throws InterruptedException {
			this.end.countDown();
			this.thread.join();
		}

	}

	private void runElsewhere(String... sql) {
		Thread thread = new Thread(() -> this.database.execute(sql));
		thread.start();
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Gate gate() {
		return this.engine.gates(this.plan.derived(), MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER).get(0);
	}

	private ComparisonStore.Compared compared() {
		return new dev.parallelchange.migration.jdbc.verify.JdbcComparisonStore(this.plan.migrationDatabase)
			.read(TestPlan.ID);
	}

	private void awaitEvents(String... events) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(this.plan.events).containsExactlyInAnyOrder(events));
	}

}
