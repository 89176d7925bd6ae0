package dev.parallelchange.migration.verify;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.Reconciliation;
import dev.parallelchange.migration.VerificationSettings;
import dev.parallelchange.migration.VerificationStatus;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When passes run, what they repair, and which gates they open.
 */
class VerificationEngineTests {

	private final VerificationFixture fixture = new VerificationFixture();

	private final VerificationEngine engine = this.fixture.engine();

	private DerivedPlan plan;

	@BeforeEach
	void createPlan() {
		this.fixture.execute("create table person (id int primary key, name text)",
				"create table human (id int primary key, name text)",
				"insert into person select n, 'n' from generate_series(1, 2000) n",
				"insert into human select id, name from person");
		this.plan = plan("p", Duration.ofMinutes(10));
	}

	@AfterEach
	void close() {
		this.engine.stop();
		this.fixture.close();
	}

	@Test
	void afterTheCopyPassesRepairUntilOneIsClean() {
		this.fixture.execute("delete from human where id % 10 = 0", "insert into human values (9999, 'orphan')");
		assertThat(gates(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ)).extracting(Gate::remedy)
			.allMatch((remedy) -> remedy.startsWith("Wait for the pass that follows the copy by itself, or POST /"));
		this.fixture.passes(this.engine, this.plan, 1);
		// The second may have ended by now.
		assertThat(gates(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ).get(0).remedy()).matches(
				"|Wait for the next pass, which repairs by itself, or POST /.*|.*: wait for the next one, or POST /.*");
		Pass last = this.fixture.passes(this.engine, this.plan, 2);
		assertThat(last.isClean()).isTrue();
		assertThat(last.compared()).isEqualTo(2000);
		assertThat(this.fixture.events()).containsExactly(new MigrationEvent.DivergenceFound("p", 2001, 201));
		assertThat(gates(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ)).extracting(Gate::name)
			.containsExactly("parity", "verification-age");
		assertThat(gates(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ)).allMatch(Gate::open);
	}

	@Test
	void nothingIsComparedWhileRowsAreStillToBeCopied() {
		DerivedPlan copied = otherPlan(Duration.ofMinutes(10));
		VerificationEngine waiting = new VerificationEngine(this.fixture.store(),
				(any) -> any.id().equals("p") ? null : Instant.EPOCH, new MigrationListener() {
				});
		waiting.tick(this.plan, this.fixture.state(this.plan));
		this.fixture.passes(waiting, copied, 1);
		waiting.stop();
		assertThat(this.fixture.strings("select plan_id from migration_pass")).containsExactly("often");
		assertThat(waiting.gates(this.plan, MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ)).noneMatch(Gate::open);
	}

	@Test
	void aPassUnderAnotherDefinitionOpensNoGateAndIsNotGoneOnWith() {
		this.fixture.passes(this.engine, this.plan, 1);
		VerificationStore store = this.fixture.store();
		store.begin(this.plan, store.overview(this.plan), true);
		this.fixture.execute("alter table human alter column name type varchar(50)");
		DerivedPlan changed = new PlanDeriver(this.fixture.database()).derive(this.plan.plan(), false);
		assertThat(this.engine.gates(changed, MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ)).noneMatch(Gate::open);
		assertThat(store.claim(changed, 3, (claim) -> true)).isEmpty();
		Awaitility.await().untilAsserted(() -> {
			this.engine.tick(changed, this.fixture.state(changed));
			assertThat(this.engine.gates(changed, MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ))
				.allMatch(Gate::open);
		});
	}

	@Test
	void writersThatWriteBothSidesInOneTransactionNeverShowAsDifferent() {
		AtomicBoolean done = new AtomicBoolean();
		CompletableFuture<Void> writer = OwnThread.run(() -> {
			for (int i = 0; !done.get(); i++) {
				String value = "w" + i;
				this.fixture.database().inTransaction(() -> {
					this.fixture.database().sql("update person set name = :v").param("v", value).update();
					return this.fixture.database().sql("update human set name = :v").param("v", value).update();
				});
			}
		});
		List<Duration> pauses = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			Pass pass = this.fixture.pass(this.fixture.store(), this.plan, false, pauses::add);
			assertThat(pass.parity()).isEqualByComparingTo("100");
		}
		done.set(true);
		writer.join();
		assertThat(this.fixture.strings("select first_seen from migration_divergence")).isEmpty();
		assertThat(pauses).isEmpty();
	}

	@Test
	@Schedule("C30")
	void aDivergenceThatAppearsAfterACleanPassIsReportedAndClosesTheGateUntilRepairIsAskedFor() {
		this.fixture.passes(this.engine, this.plan, 1);
		this.fixture.execute("update human set name = 'stray' where id = 7");
		this.fixture.ask(this.plan, Reconciliation.VERIFY);
		Pass found = this.fixture.passes(this.engine, this.plan, 2);
		assertThat(found.repair()).isFalse();
		assertThat(found.different()).isEqualTo(1);
		assertThat(gates(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ).get(0)).satisfies((gate) -> {
			assertThat(gate.open()).isFalse();
			assertThat(gate.value()).contains("1 different");
			assertThat(gate.remedy()).startsWith("POST /actuator/migrations/p {\"reconcile\": \"repair\"");
		});
		assertThat(requests()).containsOnlyNulls();
		this.fixture.ask(this.plan, Reconciliation.REPAIR);
		Pass confirmed = this.fixture.passes(this.engine, this.plan, 4);
		assertThat(confirmed.isClean()).isTrue();
		assertThat(requests()).containsOnlyNulls();
		assertThat(this.fixture.strings("select name from human where id = 7")).containsExactly("n");
	}

	@Test
	void inDualReadAPassRunsAtEachIntervalAndOnlyReports() {
		DerivedPlan often = otherPlan(Duration.ofMillis(50));
		this.fixture.enter(often, MigrationPhase.DUAL_READ);
		this.fixture.execute("update human set name = 'stray' where id = 7");
		Pass third = this.fixture.passes(this.engine, often, 3);
		assertThat(third.repair()).isFalse();
		assertThat(third.different()).isEqualTo(1);
		assertThat(this.fixture.strings("select name from human where id = 7")).containsExactly("stray");
	}

	@Test
	void rowsThatCannotBeRepairedMakePassesWaitAndTheStatusSaysSo() {
		this.fixture.execute("delete from human where id = 7", "update person set name = null where id = 7",
				"alter table human alter name set not null");
		this.fixture.passes(this.engine, this.plan, 1);
		Awaitility.await().untilAsserted(() -> {
			this.engine.tick(this.plan, this.fixture.state(this.plan));
			VerificationStatus status = this.fixture.status(this.engine, this.plan);
			assertThat(status.note()).contains("left 1 of 1 unrepaired");
			assertThat(status.samples()).singleElement()
				.satisfies((sample) -> assertThat(sample.error()).contains("not-null constraint"));
		});
		assertThat(this.fixture.overview(this.plan).finished()).hasSize(1);
	}

	@Test
	void aPassFromBeforeThisStayInBackfillOpensNoGate() {
		this.fixture.passes(this.engine, this.plan, 1);
		this.fixture.enter(this.plan, MigrationPhase.BACKFILL);
		assertThat(gates(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ)).filteredOn((gate) -> !gate.open())
			.singleElement()
			.extracting(Gate::value)
			.isEqualTo("begun before the plan entered BACKFILL");
		this.fixture.passes(this.engine, this.plan, 2);
		assertThat(gates(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ)).allMatch(Gate::open);
	}

	@Test
	void aPassFromBeforeTheEndOfTheCopyOpensNoGate() {
		this.fixture.passes(this.engine, this.plan, 1);
		this.fixture.copied(this.fixture.overview(this.plan).now());
		assertThat(gates(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ)).filteredOn((gate) -> !gate.open())
			.extracting(Gate::value)
			.containsExactly("begun before the copy had finished");
		this.fixture.passes(this.engine, this.plan, 2);
		assertThat(gates(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ)).allMatch(Gate::open);
	}

	@Test
	void anOldPassClosesTheGate() {
		this.fixture.pass(this.plan, true);
		this.fixture.execute("update migration_pass set finished_at = finished_at - interval '2 hours'");
		assertThat(gates(MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER)).filteredOn((gate) -> !gate.open())
			.extracting(Gate::name)
			.containsExactly("verification-age");
	}

	@Test
	void theWayBackFromCutoverIsClosedByADivergence() {
		this.fixture.enter(this.plan, MigrationPhase.CUTOVER);
		this.fixture.pass(this.plan, false);
		assertThat(gates(MigrationPhase.CUTOVER, MigrationPhase.DUAL_READ)).singleElement().matches(Gate::open);
		this.fixture.execute("update human set name = 'stray' where id = 7");
		this.fixture.pass(this.plan, false);
		assertThat(gates(MigrationPhase.CUTOVER, MigrationPhase.DUAL_READ)).singleElement()
			.matches((gate) -> !gate.open());
		this.fixture.pass(this.plan, true);
		this.fixture.pass(this.plan, false);
		assertThat(gates(MigrationPhase.CUTOVER, MigrationPhase.DUAL_READ)).singleElement().matches(Gate::open);
		assertThat(this.fixture.strings("select name from person where id = 7")).containsExactly("stray");
	}

	@Test
	void otherStepsHaveNoGateHere() {
		assertThat(gates(MigrationPhase.DUAL_WRITE, MigrationPhase.BACKFILL)).isEmpty();
		assertThat(gates(MigrationPhase.DUAL_READ, MigrationPhase.BACKFILL)).isEmpty();
	}

	@Test
	void aSourceIsGivenUpOnlyWhenBothSidesAreEqual() {
		assertThat(gates(MigrationPhase.CUTOVER, MigrationPhase.CONTRACT)).extracting(Gate::name)
			.containsExactly("parity", "verification-age");
	}

	@Test
	void aPassGoesOnWhereAnAbortedChunkBegan() {
		this.fixture.execute("insert into person select n, 'n' from generate_series(2001, 9000) n");
		VerificationStore store = this.fixture.store();
		store.begin(this.plan, store.overview(this.plan), true);
		long epoch = this.fixture.state(this.plan).epoch();
		store.claim(this.plan, epoch, (claim) -> advance(claim, claim.next(1500)));
		try {
			store.claim(this.plan, epoch, (claim) -> {
				advance(claim, claim.next(1500));
				throw new IllegalStateException("the chunk dies");
			});
		}
		catch (IllegalStateException ex) {
			assertThat(this.fixture.overview(this.plan).running().cursor().json()).isEqualTo("[1500]");
		}
		Pass pass = this.fixture.passes(this.engine, this.plan, 1);
		assertThat(pass.compared()).isEqualTo(9000);
		assertThat(pass.missing()).isEqualTo(7000);
	}

	@Test
	void onlyOneInstanceWorksOnAPassAndAnotherTakesOverWhenItIsGone() {
		VerificationStore store = this.fixture.store();
		store.begin(this.plan, store.overview(this.plan), false);
		long epoch = this.fixture.state(this.plan).epoch();
		boolean[] refused = new boolean[1];
		try {
			store.claim(this.plan, epoch, (claim) -> {
				refused[0] = this.fixture.store().claim(this.plan, epoch, (second) -> second.pass().id()).isEmpty();
				this.fixture.client().sql("""
						select count(pg_terminate_backend(pid)) from pg_stat_activity
						where datname = current_database() and pid <> pg_backend_pid()
							and state = 'idle in transaction'""").query(Integer.class).single();
				return claim.next(10);
			});
		}
		catch (RuntimeException ex) {
			assertThat(refused[0]).isTrue();
		}
		assertThat(refused[0]).isTrue();
		assertThat(this.fixture.passes(this.engine, this.plan, 1).compared()).isEqualTo(2000);
	}

	@Test
	void severalInstancesShareAPassAndCountEachRowOnce() {
		this.fixture.execute("insert into person select n, 'n' from generate_series(2001, 60000) n");
		DerivedPlan often = otherPlan(Duration.ofMillis(1));
		this.fixture.enter(often, MigrationPhase.DUAL_READ);
		VerificationEngine second = this.fixture.engine();
		try {
			Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(5)).until(() -> {
				this.engine.tick(often, this.fixture.state(often));
				second.tick(often, this.fixture.state(often));
				return this.fixture.overview(often).finished().size() >= 5;
			});
		}
		finally {
			second.stop();
		}
		assertThat(this.fixture.overview(often).finished()).extracting(Pass::compared).containsOnly(60000L);
		assertThat(this.fixture.overview(often).finished()).extracting(Pass::missing).containsOnly(58000L);
	}

	@Test
	void aPassThatBeganInAnotherPhaseIsGivenUp() {
		VerificationStore store = this.fixture.store();
		store.begin(this.plan, store.overview(this.plan), true);
		long begun = this.fixture.overview(this.plan).running().id();
		this.fixture.enter(this.plan, MigrationPhase.DUAL_READ);
		assertThat(store.claim(this.plan, 3, (claim) -> true)).isEmpty();
		assertThat(store.claim(this.plan, 4, (claim) -> true)).isEmpty();
		Pass pass = this.fixture.passes(this.engine, this.plan, 1);
		assertThat(pass.id()).isGreaterThan(begun);
		assertThat(pass.repair()).isFalse();
	}

	@Test
	void noSnapshotIsHeldWhileTheVerifierWaits() {
		this.fixture.execute("delete from human where id = 3",
				"insert into migration_pending (plan_id, side, key) values ('p', 'SOURCE', '[3]')");
		AtomicInteger snapshots = new AtomicInteger();
		Consumer<Duration> pause = (duration) -> snapshots.addAndGet(this.fixture.client()
			.sql("""
					select count(*) from pg_stat_activity
					where datname = current_database() and backend_xmin is not null and pid <> pg_backend_pid()""")
			.query(Integer.class)
			.single());
		this.fixture.pass(this.fixture.store(), this.plan, true, pause);
		assertThat(snapshots).hasValue(0);
	}

	@Test
	void stopEndsAPassWithinSecondsAndLeavesItToGoOn() {
		this.fixture.execute("delete from human where id <= 5",
				"insert into migration_pending (plan_id, side, key) select 'p', 'SOURCE', jsonb_build_array(n) "
						+ "from generate_series(1, 5) n");
		CountDownLatch claimed = new CountDownLatch(1);
		VerificationEngine stopping = new VerificationEngine(this.fixture.store(), (any) -> {
			claimed.countDown();
			return Instant.EPOCH;
		}, new MigrationListener() {
		});
		stopping.tick(this.plan, this.fixture.state(this.plan));
		Awaitility.await().until(() -> claimed.getCount() == 0 && this.fixture.overview(this.plan).running() != null);
		long start = System.nanoTime();
		stopping.stop();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
		Awaitility.await()
			.untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
				.noneMatch((thread) -> thread.getName().startsWith("migration-verify")
						&& thread.getState() == Thread.State.RUNNABLE));
		this.fixture.execute("delete from migration_pending");
		assertThat(this.fixture.passes(this.engine, this.plan, 1).compared()).isEqualTo(2000);
	}

	@Test
	void troubleWithOnePlanIsAnEventAndNotAnException() {
		this.fixture.execute("alter table human rename column name to title");
		this.engine.tick(this.plan, this.fixture.state(this.plan));
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.fixture.events())
				.hasAtLeastOneElementOfType(MigrationEvent.ActivityFailed.class));
	}

	@Test
	void oneDifferentRowAmongTenMillionsDoesNotShowAsEqual() {
		Pass pass = new Pass(1, 1, false, null, 0, 10_000_000, 0, 0, 1, 0, 0, Instant.EPOCH, Instant.EPOCH);
		assertThat(pass.parity()).isEqualTo(new BigDecimal("99.9999"));
		assertThat(pass.isBelow(new BigDecimal("99.99"))).isFalse();
	}

	private static KeyRange advance(PassClaim claim, KeyRange range) {
		claim.advance(range, new ChunkVerifier((pause) -> {
		}).verify(claim, range));
		return range;
	}

	private List<Gate> gates(MigrationPhase from, MigrationPhase to) {
		return this.engine.gates(this.plan, from, to);
	}

	private List<String> requests() {
		return this.fixture.strings("select reconcile from migration_plan where id = 'p'");
	}

	private DerivedPlan otherPlan(Duration interval) {
		return plan("often", interval);
	}

	private DerivedPlan plan(String id, Duration interval) {
		return this.fixture.plan(MigrationPlan.of(id)
			.source("person")
			.target("human")
			.verification(new VerificationSettings(interval, Duration.ofHours(1), new BigDecimal("99.99"),
					BigDecimal.ONE, 10)));
	}

}
