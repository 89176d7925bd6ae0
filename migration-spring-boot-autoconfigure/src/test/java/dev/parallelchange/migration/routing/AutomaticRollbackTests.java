package dev.parallelchange.migration.routing;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationEvent.RollbackNeeded;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.RollbackSettings;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.VerificationSettings;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.mirror.Mirrors;
import dev.parallelchange.migration.jdbc.phase.JdbcFenceStore;
import dev.parallelchange.migration.jdbc.phase.JdbcInstanceStore;
import dev.parallelchange.migration.jdbc.phase.JdbcPlanStore;
import dev.parallelchange.migration.mirror.MirrorEngine;
import dev.parallelchange.migration.phase.CachedPlanStates;
import dev.parallelchange.migration.phase.DefaultMigrationRunner;
import dev.parallelchange.migration.phase.RunnerSettings;
import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A plan goes back by itself when the target answers otherwise, fails, or falls behind.
 */
class AutomaticRollbackTests {

	private final TestDatabase database = TestDatabase.create();

	private final Queue<RollbackNeeded> needed = new ConcurrentLinkedQueue<>();

	private final AtomicInteger polls = new AtomicInteger();

	private final RoutingScene.TestFlags flags = new RoutingScene.TestFlags();

	private volatile boolean wayBackOpen = true;

	private @Nullable TestPlan plan;

	private @Nullable RoutingEngine engine;

	private @Nullable DefaultMigrationRunner runner;

	private @Nullable SettingsRepository repository;

	@AfterEach
	void close() {
		this.runner.stop();
		this.database.close();
	}

	@Test
	void readsThatDifferTakeThePlanBackAndHoldItThere() {
		start(MigrationPhase.DUAL_READ, mismatches(5));
		this.database.execute("insert into users values (1, 'a')", "insert into user_settings values (1, 'other')");
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			read(20);
			return status().phase() == MigrationPhase.BACKFILL;
		});
		MigrationStatus status = status();
		assertThat(status.hold()).isEqualTo(MigrationPhase.BACKFILL);
		assertThat(status.holdBy()).isEqualTo("safety");
		assertThat(status.history()).filteredOn((entry) -> entry.action().equals("hold"))
			.singleElement()
			.satisfies((entry) -> {
				assertThat(entry.actor()).isEqualTo("safety");
				assertThat(entry.reason()).containsPattern("100.000 % of \\d+ compared reads differ \\(limit 5 %");
			});
		assertThat(this.needed).singleElement().satisfies((event) -> {
			assertThat(event.from()).isEqualTo(MigrationPhase.DUAL_READ);
			assertThat(event.to()).isEqualTo(MigrationPhase.BACKFILL);
			assertThat(event.closed()).isEmpty();
		});
		this.database.execute("update migration_plan set requested = 'CUTOVER'");
		awaitPolls();
		assertThat(status().phase()).as("it does not bounce").isEqualTo(MigrationPhase.BACKFILL);
	}

	@Test
	void fewReadsSayNothing() {
		start(MigrationPhase.DUAL_READ, mismatches(5));
		this.database.execute("insert into users values (1, 'a'), (2, 'b')",
				"insert into user_settings values (1, 'other'), (2, 'b')");
		read(3);
		awaitCompared(3);
		for (int i = 0; i < 5; i++) {
			this.repository.findById(2);
		}
		awaitPolls();
		assertThat(status().phase()).isEqualTo(MigrationPhase.DUAL_READ);
		assertThat(status().hold()).isNull();
	}

	@Test
	void nothingIsTakenBackWhereNobodyHasSaidSo() {
		start(MigrationPhase.DUAL_READ, RollbackSettings.DEFAULTS);
		this.database.execute("insert into users values (1, 'a')", "insert into user_settings values (1, 'other')");
		read(50);
		awaitCompared(20);
		awaitPolls();
		assertThat(status().phase()).isEqualTo(MigrationPhase.DUAL_READ);
	}

	@Test
	void readsOfTheTargetThatFailInItsDatabaseTakeThePlanBack() {
		start(MigrationPhase.DUAL_READ, new RollbackSettings(BigDecimal.valueOf(100), BigDecimal.TEN, Duration.ZERO,
				Duration.ZERO, Duration.ofSeconds(1), 20));
		this.flags.read = true;
		this.database.execute("alter table user_settings rename column theme to gone");
		for (int i = 0; i < 30; i++) {
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.repository.findById(1));
		}
		assertThat(status().reads().failed()).isEqualTo(30);
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			readAnyhow(30);
			return status().hold() == MigrationPhase.BACKFILL;
		});
		assertThat(this.needed).singleElement()
			.satisfies(
					(event) -> assertThat(event.reason()).contains("reads of the target and mirror writes to it fail"));
	}

	@Test
	void cutoverIsTakenBackOnlyWhereTheWayBackIsOpenAndIsHeldUntilThen() {
		this.wayBackOpen = false;
		start(MigrationPhase.CUTOVER, new RollbackSettings(BigDecimal.valueOf(100), BigDecimal.valueOf(100),
				Duration.ZERO, Duration.ofSeconds(30), Duration.ofMillis(300), 20));
		this.database.execute("""
				insert into migration_pending (plan_id, side, key, created_at, next_attempt_at)
				values ('%s', 'TARGET', '[1]', now() - interval '1 hour', 'infinity')""".formatted(TestPlan.ID));
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> status().hold() == MigrationPhase.CUTOVER);
		assertThat(this.needed).singleElement().satisfies((event) -> {
			assertThat(event.reason()).startsWith("the age of the oldest pending key is 36");
			assertThat(event.closed()).extracting(Gate::name).containsExactly("parity");
		});
		this.wayBackOpen = true;
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> status().phase() == MigrationPhase.DUAL_READ);
		assertThat(status().hold()).isEqualTo(MigrationPhase.DUAL_READ);
	}

	private static RollbackSettings mismatches(long percent) {
		return new RollbackSettings(BigDecimal.valueOf(percent), BigDecimal.valueOf(100), Duration.ZERO, Duration.ZERO,
				Duration.ofSeconds(2), 10);
	}

	private void start(MigrationPhase phase, RollbackSettings rollback) {
		this.plan = new TestPlan(this.database,
				(plan) -> plan.mirror(MirrorKind.PROXIES)
					.safety(SafetySettings.DEFAULTS.withRollback(rollback))
					.verification(new VerificationSettings(Duration.ofMinutes(1), Duration.ofHours(1), BigDecimal.TEN,
							BigDecimal.valueOf(100), 3)));
		this.engine = this.plan.engine(this.flags);
		JdbcClient client = this.database.jdbcClient();
		this.repository = this.engine.proxy(TestPlan.ID, SettingsRepository.class,
				JdbcSettingsRepository.source(client), JdbcSettingsRepository.target(client));
		this.plan.enter(phase);
		this.database
			.execute("update migration_plan set phase = '%s', epoch = %d".formatted(phase, this.plan.state.epoch()));
		this.runner = runner();
		this.runner.start();
	}

	private DefaultMigrationRunner runner() {
		MigrationDatabase migration = this.plan.migrationDatabase;
		MigrationListener listener = new MigrationListener() {
			@Override
			public void onEvent(MigrationEvent event) {
				if (event instanceof RollbackNeeded rollback) {
					AutomaticRollbackTests.this.needed.add(rollback);
				}
			}
		};
		MirrorEngine mirror = Mirrors.engine(migration);
		return new DefaultMigrationRunner(List.of(this.plan.derived().plan()), (declared) -> this.plan.derived(),
				new JdbcPlanStore(migration), new JdbcInstanceStore(migration), new JdbcFenceStore(migration),
				List.of(this.engine, withoutGates(mirror), new WayBack()), this.flags, new CachedPlanStates(), listener,
				new RunnerSettings(Duration.ofMillis(50), Duration.ofSeconds(30), null, null));
	}

	private static MigrationEngine withoutGates(MirrorEngine mirror) {
		return new MigrationEngine() {
			@Override
			public void report(DerivedPlan plan, MigrationStatus.Builder status) {
				mirror.report(plan, status);
			}
		};
	}

	private void read(int times) {
		for (int i = 0; i < times; i++) {
			this.repository.findById(1);
		}
	}

	private void readAnyhow(int times) {
		for (int i = 0; i < times; i++) {
			try {
				this.repository.findById(1);
			}
			catch (DataAccessException ex) {
				// The plan has not been taken back yet.
			}
		}
	}

	private MigrationStatus status() {
		return this.runner.status(TestPlan.ID);
	}

	private void awaitCompared(long reads) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> status().reads().compared() >= reads);
	}

	/**
	 * As many as it takes to look at the figures several times.
	 */
	private void awaitPolls() {
		int before = this.polls.get();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> this.polls.get() > before + 15);
	}

	/**
	 * Closes the gate of the step back.
	 */
	private final class WayBack implements MigrationEngine {

		@Override
		public void tick(DerivedPlan plan, PlanState state) {
			AutomaticRollbackTests.this.polls.incrementAndGet();
		}

		@Override
		public List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
			return List.of(Gate.of("parity", AutomaticRollbackTests.this.wayBackOpen, "98 %", "100 %", "repair"));
		}

	}

}
