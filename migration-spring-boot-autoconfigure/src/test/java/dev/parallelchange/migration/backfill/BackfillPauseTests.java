package dev.parallelchange.migration.backfill;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.CopyWindows;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.LoadLimits;
import dev.parallelchange.migration.MeasuredSignal;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.SignalMeasure;
import dev.parallelchange.migration.ThrottleSignal;
import dev.parallelchange.migration.TimeWindow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BackfillPauseTests {

	private final BackfillScene scene = new BackfillScene("create table item (id int primary key, name text)",
			"create table copy (id int primary key, name text)",
			"insert into item select i, 'n' || i from generate_series(1, 300) as i", """
					create function slow() returns trigger language plpgsql as
					$$ begin perform pg_sleep(0.005); return new; end $$""",
			"create trigger slow before insert on copy for each row execute function slow()");

	private final AtomicReference<@Nullable String> load = new AtomicReference<>();

	private final DerivedPlan plan = this.scene
		.plan(MigrationPlan.of("items").source("item").target("copy").backfill(BackfillScene.SMALL_CHUNKS));

	@AfterEach
	void close() {
		this.scene.close();
	}

	@Test
	void operatorPausesAndResumes() {
		BackfillEngine engine = this.scene.engine();
		awaitCopied();
		this.scene.pause(this.plan, "lunch (alice)");
		assertStands("lunch (alice)");
		Gate gate = engine.gates(this.plan, MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ).get(0);
		assertThat(gate.open()).isFalse();
		assertThat(gate.value()).endsWith("% of 300 rows");
		assertThat(gate.remedy()).contains("lunch (alice)");
		this.scene.resume(this.plan);
		assertFinishesAndPublishedOnce();
	}

	@Test
	void flagPausesAndResumes() {
		this.scene.engine();
		awaitCopied();
		this.scene.flag = false;
		assertStands("flag 'migration.items.backfill' is off");
		this.scene.flag = true;
		assertFinishesAndPublishedOnce();
	}

	@Test
	void oneSignalPausesAndAllLetItGoOn() {
		this.scene.engine((plan) -> null, (plan) -> this.load.get());
		awaitCopied();
		this.load.set("99 sessions are active (limit 80)");
		assertStands("99 sessions are active (limit 80)");
		this.load.set(null);
		assertFinishesAndPublishedOnce();
	}

	@Test
	void signalThatThrowsPausesAfterAWhile() {
		AtomicReference<@Nullable RuntimeException> error = new AtomicReference<>();
		this.scene.engine(Duration.ofMillis(300), (plan) -> {
			RuntimeException ex = error.get();
			if (ex != null) {
				throw ex;
			}
			return null;
		});
		awaitCopied();
		error.set(new IllegalStateException("replica is gone"));
		// The reason may be there before a tick has seen it.
		this.scene.awaitTicking(this.plan,
				() -> paused("replica is gone") && !this.scene.events(MigrationEvent.BackfillPaused.class).isEmpty());
		assertThat(this.scene.status(this.plan).pauseReason()).contains("could not be read for 0 s");
		error.set(null);
		assertFinishesAndPublishedOnce();
	}

	@Test
	void nothingIsCopiedBeforeASignalHasBeenRead() {
		this.scene.engine(Duration.ofMillis(300), (plan) -> {
			throw new IllegalStateException("never up");
		});
		this.scene.awaitTicking(this.plan, () -> !this.scene.events(MigrationEvent.BackfillPaused.class).isEmpty());
		assertThat(this.scene.events(MigrationEvent.BackfillPaused.class).get(0).reason()).contains("never up");
		assertThat(this.scene.number("select count(*) from copy")).isZero();
	}

	@Test
	void signalThatHangsPauses() {
		CountDownLatch hanging = new CountDownLatch(1);
		ThrottleSignal hangs = (plan) -> {
			hanging.await();
			return null;
		};
		this.scene.engine(Duration.ofMillis(300), hangs);
		this.scene.awaitTicking(this.plan, () -> !this.scene.events(MigrationEvent.BackfillPaused.class).isEmpty());
		assertThat(this.scene.number("select count(*) from copy")).isZero();
		hanging.countDown();
		this.scene.copyAll(this.plan);
	}

	@Test
	void nothingIsCopiedOutsideOfTheWindows() {
		AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));
		DerivedPlan nightly = this.scene.plan(MigrationPlan.of("nightly")
			.source("item")
			.target("copy")
			.backfill(BackfillScene.SMALL_CHUNKS.throttledBy(1,
					new CopyWindows(List.of(TimeWindow.of("22:00-06:00")), ZoneId.of("Europe/Berlin")),
					LoadLimits.DEFAULTS)));
		this.scene.engine(this.scene.store,
				new Throttle(List.of(), Duration.ofMillis(50), Duration.ofSeconds(15), now::get));
		this.scene.awaitTicking(nightly, () -> this.scene.events(MigrationEvent.BackfillPaused.class).size() == 1);
		BackfillScene.await()
			.during(Duration.ofMillis(500))
			.until(() -> this.scene.number("select count(*) from copy") == 0);
		assertThat(this.scene.events(MigrationEvent.BackfillPaused.class).get(0).reason())
			.isEqualTo("it is outside of backfill.windows 22:00-06:00 (Europe/Berlin), "
					+ "which open at 2026-11-21T22:00:00+01:00");
		now.set(Instant.parse("2026-11-21T21:00:00Z"));
		this.scene.copyAll(nightly);
		assertThat(this.scene.events(MigrationEvent.BackfillResumed.class)).hasSize(1);
	}

	@Test
	void workerRestsTheMoreTheNearerALimitIs() {
		DerivedPlan gentle = this.scene.plan(MigrationPlan.of("gentle")
			.source("item")
			.target("copy")
			.backfill(new BackfillSettings(10, 10, Duration.ofMillis(500), 1, 0, Duration.ofSeconds(5), 3,
					Duration.ofMillis(20), 100)
				.throttledBy(0.25, CopyWindows.ALWAYS, LoadLimits.DEFAULTS)));
		this.scene.engine(new AtItsLimit());
		this.scene.copyAll(gentle);
		assertThat(this.scene.number("""
				select round(100 * sum(extract(epoch from finished_at - started_at))
					/ extract(epoch from max(finished_at) - min(started_at)))::bigint from migration_chunk"""))
			.isBetween(1L, 30L);
	}

	@Test
	void rateLimitHoldsForTheCluster() {
		DerivedPlan limited = this.scene.plan(MigrationPlan.of("limited")
			.source("item")
			.target("copy")
			.backfill(new BackfillSettings(1000, 1000, Duration.ofMillis(500), 2, 100, Duration.ofSeconds(5), 3,
					Duration.ofMillis(20), 100)));
		this.scene.engine();
		this.scene.engine();
		this.scene.awaitState(limited, BackfillStatus.State.FINISHED);
		assertThat(this.scene.number("select count(*) from migration_chunk")).isEqualTo(3);
		assertThat(this.scene.number("""
				select (extract(epoch from finished_at - started_at) * 1000)::bigint from migration_backfill"""))
			.isBetween(2000L, 6000L);
	}

	@Test
	void stopLetsTheChunkFinishOrCancelsIt() {
		this.scene.database.execute("""
				create or replace function slow() returns trigger language plpgsql as
				$$ begin perform pg_sleep(30); return new; end $$""");
		BackfillEngine engine = this.scene.engine();
		this.scene.awaitTicking(this.plan, () -> this.scene.number("""
				select count(*) from pg_stat_activity where datname = current_database()
				and query like 'insert into "public"."copy"%'""") > 0);
		long start = System.nanoTime();
		engine.stop();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
		assertThat(engine.hasDrained("items", 1)).isTrue();
		assertThat(this.scene.number("select count(*) from migration_chunk where not done and attempts = 0"))
			.isPositive();
		this.scene.database.execute("drop trigger slow on copy");
		this.scene.engine();
		this.scene.copyAll(this.plan);
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(300);
	}

	@Test
	void nothingIsCopiedInAnotherPhase() {
		BackfillEngine engine = this.scene.engine();
		awaitCopied();
		this.scene.phase(this.plan, MigrationPhase.DUAL_WRITE);
		this.scene.awaitTicking(this.plan, () -> engine.hasDrained("items", 2));
		assertThat(this.scene.store.copyNext(this.plan).kind()).isEqualTo(CopyStep.Kind.IDLE);
		assertThat(this.scene.store.walk(this.plan, 10).kind()).isEqualTo(CopyStep.Kind.STANDING);
		this.scene.phase(this.plan, MigrationPhase.BACKFILL);
		this.scene.copyAll(this.plan);
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(300);
	}

	@Test
	void rateAndRemainingTimeAreMeasured() {
		this.scene.database.execute("insert into item select i, 'n' || i from generate_series(301, 1500) as i");
		this.scene.engine();
		AtomicReference<@Nullable BackfillStatus> running = new AtomicReference<>();
		this.scene.awaitState(this.plan, BackfillStatus.State.RUNNING);
		running.set(this.scene.status(this.plan));
		this.scene.copyAll(this.plan);
		assertThat(running.get()).isNotNull().satisfies((status) -> {
			assertThat(status.rowsPerSecond()).isBetween(20.0, 500.0);
			assertThat(status.eta()).isNotNull();
			assertThat(status.rowsEstimated()).isEqualTo(1500);
			assertThat(status.share()).isBetween(0.01, 0.999);
		});
		assertThat(this.scene.status(this.plan).share()).isEqualTo(1);
	}

	@Test
	void copyThatDoesNothingForAWhileIsStalled() {
		BackfillProgress idle = progress(Duration.ofMinutes(2), Duration.ZERO);
		assertThat(CopyState.of(idle, null, Duration.ofMinutes(3))).isEqualTo(BackfillStatus.State.STALLED);
		assertThat(CopyState.of(idle, null, Duration.ofSeconds(5))).isEqualTo(BackfillStatus.State.MEASURING);
		assertThat(CopyState.of(idle, "paused", Duration.ofMinutes(3))).isEqualTo(BackfillStatus.State.PAUSED);
		assertThat(CopyState.of(progress(Duration.ofMinutes(2), Duration.ofSeconds(9)), null, Duration.ofMinutes(3)))
			.isEqualTo(BackfillStatus.State.MEASURING);
	}

	/**
	 * Load that is as high as it may be.
	 */
	private static final class AtItsLimit implements MeasuredSignal {

		@Override
		public String name() {
			return "load";
		}

		@Override
		public SignalMeasure measure(DerivedPlan plan) {
			return SignalMeasure.of(10, 10, "too much");
		}

	}

	private static BackfillProgress progress(Duration idle, Duration limited) {
		return new BackfillProgress(false, false, 100, 50, 50, 5, 0, Duration.ZERO, idle, limited, Duration.ZERO, 0,
				null, 0, java.util.List.of(), null);
	}

	private void awaitCopied() {
		this.scene.awaitTicking(this.plan, () -> this.scene.number("select count(*) from copy") > 0);
	}

	private void assertStands(String reason) {
		this.scene.awaitTicking(this.plan, () -> paused(reason) && this.scene.status(this.plan).workers() == 0);
		long rows = this.scene.number("select count(*) from copy");
		assertThat(rows).isLessThan(300);
		BackfillScene.await()
			.during(Duration.ofMillis(500))
			.until(() -> this.scene.number("select count(*) from copy") == rows);
		assertThat(this.scene.status(this.plan).rowsPerSecond()).isZero();
	}

	private boolean paused(String reason) {
		BackfillStatus status = this.scene.status(this.plan);
		String actual = status.pauseReason();
		return status.state() == BackfillStatus.State.PAUSED && actual != null && actual.contains(reason);
	}

	private void assertFinishesAndPublishedOnce() {
		this.scene.copyAll(this.plan);
		PlanState state = this.scene.state(this.plan);
		assertThat(state.isPaused()).isFalse();
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(300);
		assertThat(this.scene.events(MigrationEvent.BackfillPaused.class)).hasSize(1);
		assertThat(this.scene.events(MigrationEvent.BackfillResumed.class)).hasSize(1);
	}

}
