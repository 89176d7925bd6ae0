package dev.parallelchange.migration.routing;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.SwitchKind;
import dev.parallelchange.migration.PhaseUncertainException;
import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link RoutingEngine} with {@code JdbcClient} sides.
 */
class RepositoryRoutingTests {

	private final TestDatabase database = TestDatabase.create();

	private final TestFlags flags = new TestFlags();

	private TestPlan plan;

	private RoutingEngine engine;

	private SettingsRepository repository;

	private boolean sideSawTransaction;

	@BeforeEach
	void route() {
		this.plan = new TestPlan(this.database, (plan) -> plan);
		this.engine = this.plan.engine(this.flags);
		this.repository = proxy();
	}

	private SettingsRepository proxy() {
		JdbcClient client = this.database.jdbcClient();
		SettingsRepository source = new JdbcSettingsRepository(client, "users", "id") {
			@Override
			public void save(Settings settings) {
				RepositoryRoutingTests.this.sideSawTransaction = TransactionSynchronizationManager
					.isActualTransactionActive();
				super.save(settings);
			}
		};
		return this.engine.proxy(TestPlan.ID, SettingsRepository.class, source, JdbcSettingsRepository.target(client));
	}

	@AfterEach
	void close() {
		this.engine.stop();
		this.database.close();
	}

	@ParameterizedTest
	@EnumSource(names = { "OFF", "EXPAND" })
	void beforeDualWriteTheSourceIsUsedAloneWithoutTransactionOrDerivedPlan(MigrationPhase phase) {
		this.plan.enter(phase);
		this.plan.notDerivable();
		this.repository.save(new Settings(1L, "dark"));
		assertThat(this.sideSawTransaction).isFalse();
		assertThat(rows("users")).containsExactly("1:dark");
		assertThat(rows("user_settings")).isEmpty();
		assertThat(this.repository.findById(1)).contains(new Settings(1L, "dark"));
		assertThat(this.plan.recorded).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "CONTRACT", "COMPLETED" })
	void afterCutoverTheTargetIsUsedAlone(MigrationPhase phase) {
		this.plan.enter(phase);
		this.plan.notDerivable();
		this.repository.save(new Settings(1L, "dark"));
		assertThat(rows("users")).isEmpty();
		assertThat(rows("user_settings")).containsExactly("1:dark");
		assertThat(this.repository.findById(1)).isPresent();
		assertThat(this.plan.recorded).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "DUAL_WRITE", "BACKFILL", "DUAL_READ", "CUTOVER" })
	void aMirroredWriteOpensATransactionLeadsOnThePhasesSideAndRecordsItsKey(MigrationPhase phase) {
		this.plan.enter(phase);
		this.repository.save(new Settings(1L, "dark"));
		assertThat(rows((phase == MigrationPhase.CUTOVER) ? "user_settings" : "users")).containsExactly("1:dark");
		assertThat(rows((phase == MigrationPhase.CUTOVER) ? "users" : "user_settings")).isEmpty();
		assertThat(this.plan.recorded).containsExactly(new TestPlan.Recorded(phase.leadingSide(), false, "[1]"));
	}

	@Test
	void keysComeFromParametersExpressionsCollectionsAndResults() {
		this.plan.enter(MigrationPhase.DUAL_WRITE);
		this.repository.saveAll(List.of(new Settings(1L, "a"), new Settings(2L, "b")));
		assertThat(this.plan.recordedKeys()).containsExactly("[1]", "[2]");
		this.plan.recorded.clear();
		this.repository.insertNew("c");
		assertThat(this.plan.recordedKeys()).containsExactly("[77]");
		this.plan.recorded.clear();
		this.repository.moveKey(1, 3);
		assertThat(this.plan.recordedKeys()).containsExactly("[1]", "[3]");
		this.plan.recorded.clear();
		this.repository.deleteById(3);
		assertThat(this.plan.recordedKeys()).containsExactly("[3]");
		this.plan.recorded.clear();
		this.repository.saveAll(List.of());
		assertThat(this.plan.recorded).isEmpty();
	}

	@Test
	void aWriteWhoseKeyTurnsOutToBeNullIsRolledBack() {
		this.plan.enter(MigrationPhase.DUAL_WRITE);
		SettingsRepository broken = this.engine.proxy(TestPlan.ID, SettingsRepository.class,
				new JdbcSettingsRepository(this.database.jdbcClient(), "users", "id") {
					@Override
					public Settings insertNew(String theme) {
						super.insertNew(theme);
						return new Settings(null, theme);
					}
				}, JdbcSettingsRepository.target(this.database.jdbcClient()));
		assertThatIllegalStateException().isThrownBy(() -> broken.insertNew("dark"))
			.withMessageContaining("SettingsRepository.insertNew is null");
		assertThat(rows("users")).isEmpty();
	}

	@Test
	void aWriteJoinsTheCallersTransaction() {
		this.plan.enter(MigrationPhase.DUAL_WRITE);
		inTransaction(() -> {
			this.repository.save(new Settings(1L, "dark"));
			assertThat(rows("users")).isEmpty();
			TransactionSynchronizationManager.getSynchronizations();
		}, true);
		assertThat(rows("users")).isEmpty();
	}

	@Test
	void keysAreRecordedThoughTheCallerCatchesTheSidesExceptionAndCommits() {
		this.plan.enter(MigrationPhase.DUAL_WRITE);
		inTransaction(() -> assertThatIllegalStateException()
			.isThrownBy(() -> this.repository.saveAndFail(5, new IllegalStateException("side"))), false);
		assertThat(rows("users")).containsExactly("5:failed");
		assertThat(this.plan.recordedKeys()).containsExactly("[5]");
	}

	@Test
	void aRuntimeExceptionRollsBackAndACheckedOneCommitsTheProxysOwnTransaction() {
		this.plan.enter(MigrationPhase.DUAL_WRITE);
		assertThatIllegalStateException()
			.isThrownBy(() -> this.repository.saveAndFail(5, new IllegalStateException("side")));
		assertThat(rows("users")).isEmpty();
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> this.repository.saveAndFail(5, new IOException("side")));
		assertThat(rows("users")).containsExactly("5:failed");
	}

	@Test
	void writesAreDeferredWhenTheFlagIsOffOrTheStateSaysSo() {
		this.plan.enter(MigrationPhase.DUAL_WRITE);
		this.flags.write = false;
		this.repository.save(new Settings(1L, "a"));
		this.flags.write = true;
		this.plan.deferWrites(true);
		this.repository.save(new Settings(2L, "a"));
		this.plan.deferWrites(false);
		this.repository.save(new Settings(3L, "a"));
		assertThat(this.plan.recorded).extracting(TestPlan.Recorded::deferred).containsExactly(true, true, false);
	}

	@Test
	void aTransactionReadsOneSideAlthoughTheFlagFlips() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		differentRows(1);
		inTransaction(() -> {
			assertThat(theme(1)).isEqualTo("source");
			this.flags.read = true;
			assertThat(theme(1)).isEqualTo("source");
			assertThat(this.flags.evaluations).isEqualTo(1);
		}, false);
		assertThat(theme(1)).isEqualTo("target");
	}

	@Test
	void aNewTransactionInsideOfAnotherDecidesForItself() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		differentRows(1);
		TransactionTemplate requiresNew = new TransactionTemplate(this.plan.transactions);
		requiresNew.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		inTransaction(() -> {
			assertThat(theme(1)).isEqualTo("source");
			this.flags.read = true;
			requiresNew.executeWithoutResult((status) -> assertThat(theme(1)).isEqualTo("target"));
			assertThat(theme(1)).isEqualTo("source");
		}, false);
		assertThat(this.engine.hasDrained(TestPlan.ID, this.plan.state.epoch() + 1)).isTrue();
	}

	@Test
	void aTransactionThatHasWrittenReadsTheLeadingSide() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		differentRows(1, 2);
		this.flags.read = true;
		inTransaction(() -> {
			assertThat(theme(1)).isEqualTo("target");
			this.repository.save(new Settings(1L, "written"));
			assertThat(theme(1)).isEqualTo("written");
			assertThat(theme(2)).isEqualTo("source");
		}, false);
	}

	@Test
	void anOperatorsShareWinsOverTheFlag() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		differentRows(1);
		this.flags.read = true;
		this.plan.reads("0");
		assertThat(theme(1)).isEqualTo("source");
		this.flags.read = false;
		this.plan.reads("100");
		assertThat(theme(1)).isEqualTo("target");
		assertThat(this.flags.evaluations).isZero();
	}

	@Test
	void anOperatorsShareSticksToTheKey() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		long[] ids = java.util.stream.LongStream.range(0, 400).toArray();
		differentRows(ids);
		this.plan.reads("25");
		List<String> first = java.util.Arrays.stream(ids).mapToObj(this::theme).toList();
		assertThat(first.stream().filter("target"::equals).count()).isBetween(60L, 140L);
		assertThat(java.util.Arrays.stream(ids).mapToObj(this::theme).toList()).isEqualTo(first);
	}

	@Test
	void inCutoverOnlyAnExplicitOffBringsReadsBackToTheSource() {
		this.plan.enter(MigrationPhase.CUTOVER);
		differentRows(1);
		this.flags.read = false;
		assertThat(theme(1)).isEqualTo("target");
		this.flags.switchedOff = true;
		assertThat(theme(1)).isEqualTo("source");
		this.plan.reads("10");
		assertThat(theme(1)).isEqualTo("target");
		this.plan.reads("0");
		assertThat(theme(1)).isEqualTo("source");
	}

	@Test
	void inDualReadAMissingRowIsReadFromTheSourceAndCounted() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		this.flags.read = true;
		this.database.execute("insert into users values (1, 'source')");
		assertThat(theme(1)).isEqualTo("source");
		assertThat(this.repository.existsById(1)).isTrue();
		assertThat(this.repository.findAllById(List.of(1L))).hasSize(1);
		assertThat(this.repository.findById(2)).isEmpty();
		assertThat(this.plan.events).containsExactly("fell back", "fell back", "fell back");
	}

	@Test
	void inCutoverAMissingRowIsAnAnswer() {
		this.plan.enter(MigrationPhase.CUTOVER);
		this.database.execute("insert into users values (1, 'source')");
		assertThat(this.repository.findById(1)).isEmpty();
	}

	@Test
	void whileKeysArePendingTheyAreReadOnTheLeadingSideAndSoAreLists() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		this.flags.read = true;
		differentRows(1, 2);
		this.database
			.execute("insert into migration_pending (plan_id, side, key) values ('user-settings', 'TARGET', '[1]')");
		assertThat(theme(1)).isEqualTo("target");
		this.engine.tick(this.plan.derived(), this.plan.state);
		assertThat(theme(1)).isEqualTo("source");
		assertThat(theme(2)).isEqualTo("target");
		assertThat(this.repository.findAll()).extracting(Settings::theme).containsOnly("source");
		this.database.execute("delete from migration_pending");
		for (int i = 0; i < 4; i++) {
			this.engine.tick(this.plan.derived(), this.plan.state);
		}
		assertThat(this.repository.findAll()).extracting(Settings::theme).containsOnly("target");
	}

	@Test
	void aDeferredWriteIsReadBackAtOnce() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		this.flags.read = true;
		differentRows(1);
		this.flags.write = false;
		this.repository.save(new Settings(1L, "written"));
		this.database
			.execute("insert into migration_pending (plan_id, side, key) values ('user-settings', 'TARGET', '[1]')");
		assertThat(theme(1)).isEqualTo("written");
	}

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
		CompletableFuture<Void> old = CompletableFuture.runAsync(() -> inTransaction(() -> {
			this.repository.save(new Settings(1L, "old"));
			written.countDown();
			await(goOn);
		}, false));
		await(written);
		this.plan.enter(MigrationPhase.CUTOVER);
		CompletableFuture<Void> fresh = CompletableFuture.runAsync(() -> this.repository.save(new Settings(1L, "new")));
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
		CompletableFuture<Optional<Settings>> read = CompletableFuture.supplyAsync(() -> this.repository.findById(1));
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
	void withTriggersNothingIsRecordedAndTheTargetLeadsInCutover() {
		try (TestDatabase other = TestDatabase.create()) {
			TestPlan triggers = new TestPlan(other,
					(plan) -> plan.mirror(MirrorKind.TRIGGERS).switchKind(SwitchKind.REPOSITORY));
			RoutingEngine routing = triggers.engine(this.flags);
			SettingsRepository proxy = routing.proxy(TestPlan.ID, SettingsRepository.class,
					JdbcSettingsRepository.source(other.jdbcClient()),
					JdbcSettingsRepository.target(other.jdbcClient()));
			triggers.enter(MigrationPhase.CUTOVER);
			proxy.save(new Settings(1L, "dark"));
			assertThat(triggers.recorded).isEmpty();
			assertThat(proxy.findById(1)).isPresent();
		}
	}

	@Test
	void bodiesOfTheInterfaceRunOnTheProxy() {
		this.plan.enter(MigrationPhase.CUTOVER);
		this.database.execute("insert into user_settings values (1, 'target')");
		assertThat(this.repository.require(1).theme()).isEqualTo("target");
		assertThat(this.repository).hasToString(
				"Migrated repository dev.parallelchange.migration.routing.SettingsRepository of plan 'user-settings'");
		assertThat(this.repository.equals(this.repository)).isTrue();
		assertThat(this.repository.hashCode()).isEqualTo(this.repository.hashCode());
	}

	@Test
	void theTemplateFollowsTheSameRules() {
		this.plan.enter(MigrationPhase.CUTOVER);
		SettingsRepository source = JdbcSettingsRepository.source(this.database.jdbcClient());
		SettingsRepository target = JdbcSettingsRepository.target(this.database.jdbcClient());
		Settings settings = new Settings(4L, "dark");
		this.engine.template().write(TestPlan.ID, 4L, () -> source.save(settings), () -> target.save(settings));
		assertThat(this.plan.recorded).containsExactly(new TestPlan.Recorded(MigrationSide.TARGET, false, "[4]"));
		Optional<Settings> read = this.engine.template()
			.read(TestPlan.ID, 4L, () -> source.findById(4), () -> target.findById(4));
		assertThat(read).contains(settings);
	}

	@Test
	void anExceptionOfTheStatesReachesTheCaller() {
		this.plan.state = null;
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> this.repository.findAll());
	}

	@Test
	void cutoverNeedsComparedReads() {
		this.plan.enter(MigrationPhase.DUAL_READ);
		List<Gate> gates = this.engine.gates(this.plan.derived(), MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER);
		assertThat(gates).hasSize(1);
		assertThat(gates.get(0).open()).isFalse();
		assertThat(gates.get(0).toString()).contains("compared-reads is closed: 0 compared, 0 mismatched",
				"migration.plans.user-settings.verification.compare-share (now 1)");
		assertThat(this.engine.gates(this.plan.derived(), MigrationPhase.CUTOVER, MigrationPhase.DUAL_READ)).isEmpty();
	}

	private String theme(long id) {
		return this.repository.findById(id).orElseThrow().theme();
	}

	private void differentRows(long... ids) {
		for (long id : ids) {
			this.database.execute("insert into users values (%d, 'source')".formatted(id),
					"insert into user_settings values (%d, 'target')".formatted(id));
		}
	}

	private List<String> rows(String table) {
		String key = table.equals("users") ? "id" : "user_id";
		try (java.sql.Connection connection = this.database.dataSource().getConnection();
				java.sql.ResultSet rows = connection.createStatement()
					.executeQuery("select %s || ':' || theme from %s order by %s".formatted(key, table, key))) {
			List<String> values = new java.util.ArrayList<>();
			while (rows.next()) {
				values.add(rows.getString(1));
			}
			return values;
		}
		catch (java.sql.SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void inTransaction(Runnable work, boolean rollback) {
		new TransactionTemplate(this.plan.transactions).executeWithoutResult((status) -> {
			work.run();
			if (rollback) {
				status.setRollbackOnly();
			}
		});
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static final class TestFlags implements MigrationFlags {

		volatile boolean write = true;

		volatile boolean read;

		volatile boolean switchedOff;

		volatile int evaluations;

		@Override
		public boolean isEnabled(MigrationPlan plan, MigrationFlag flag, @Nullable String stickiness) {
			if (flag == MigrationFlag.READ) {
				this.evaluations++;
			}
			return (flag == MigrationFlag.READ) ? this.read : this.write;
		}

		@Override
		public boolean isSwitchedOff(MigrationPlan plan, MigrationFlag flag) {
			return this.switchedOff;
		}

	}

}
