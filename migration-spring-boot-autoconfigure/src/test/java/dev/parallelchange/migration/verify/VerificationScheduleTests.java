package dev.parallelchange.migration.verify;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import dev.parallelchange.migration.jdbc.backfill.JdbcCopyCompletion;
import dev.parallelchange.migration.jdbc.verify.JdbcVerificationStore;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.DatabaseLatch;
import dev.parallelchange.migration.test.OwnThread;
import dev.parallelchange.migration.test.Steering;
import dev.parallelchange.migration.verify.ForwardingVerificationStore.ForwardingClaim;
import dev.parallelchange.migration.verify.ForwardingVerificationStore.OneAfterTheOther;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What verification finds, and what it must not find, while both sides change.
 */
class VerificationScheduleTests {

	private static final String ROWS = "select id || '=' || name from %s order by id";

	private final VerificationFixture fixture = new VerificationFixture().execute(
			"create table person (id int primary key, name text)", "create table human (id int primary key, name text)",
			"insert into person select n, 'n' from generate_series(1, 20) n");

	private final Steering steering = new Steering(this.fixture.testDatabase());

	private final DerivedPlan plan = this.fixture.plan(MigrationPlan.of("p").source("person").target("human"));

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	@Schedule("C03")
	void changeThatWasNotMirroredBeforeTheCopyArrivesBeforeReadsMove() {
		this.fixture.execute("insert into human values (7, 'n')", "update person set name = 'changed' where id = 7");
		copyAndVerifyUntilReadsMayMove();
		assertThat(rows("human")).isEqualTo(rows("person")).contains("7=changed");
	}

	@Test
	@ScheduleProof("C03")
	void verifierThatLooksAtKeysAloneLetsReadsMoveToTheOldValue() {
		this.steering.replace("when [^']* then 'DIFFERENT'", "when false then 'DIFFERENT'");
		this.fixture.execute("insert into human values (7, 'n')", "update person set name = 'changed' where id = 7");
		copyAndVerifyUntilReadsMayMove();
		assertThat(rows("person")).contains("7=changed");
		assertThat(rows("human")).contains("7=n");
	}

	@Test
	@Schedule("C04")
	void rowWhoseDeleteWasNotMirroredBeforeTheCopyIsGoneBeforeReadsMove() {
		this.fixture.execute("insert into human values (7, 'n')", "delete from person where id = 7");
		copyAndVerifyUntilReadsMayMove();
		assertThat(rows("human")).isEqualTo(rows("person")).doesNotContain("7=n");
	}

	@Test
	@ScheduleProof("C04")
	void verifierThatLooksAtTheSourcesRowsAloneLetsReadsMoveToADeletedRow() {
		this.steering.replace("full join", "left join");
		this.fixture.execute("insert into human values (7, 'n')", "delete from person where id = 7");
		copyAndVerifyUntilReadsMayMove();
		assertThat(rows("person")).doesNotContain("7=n");
		assertThat(rows("human")).contains("7=n");
	}

	@Test
	@Schedule("C18")
	void rowsThatWereDeletedWhileNothingWasMirroredAreGoneBeforeReadsMoveAgain() {
		copyAndVerifyUntilReadsMayMove();
		deleteRowsWhileNothingIsMirrored();
		assertThat(gates(new JdbcVerificationStore(this.fixture.database()))).anyMatch((gate) -> !gate.open());
		copyAndVerifyUntilReadsMayMove();
		assertThat(rows("human")).isEqualTo(rows("person")).hasSize(15);
	}

	@Test
	@ScheduleProof("C18")
	void passFromBeforeLetsReadsMoveToDeletedRows() {
		copyAndVerifyUntilReadsMayMove();
		deleteRowsWhileNothingIsMirrored();
		assertThat(gates(new ForwardingVerificationStore(new JdbcVerificationStore(this.fixture.database())) {
			@Override
			public PassOverview overview(DerivedPlan seen) {
				PassOverview now = super.overview(seen);
				return new PassOverview(now.last().epoch(), now.now(), now.request(), now.cleanSince(),
						now.lookupsWritten(), now.running(), now.finished());
			}
		})).allMatch(Gate::open);
		assertThat(rows("human")).hasSize(20);
	}

	@Test
	@Schedule("C42")
	void writerOfBothSidesBetweenTheLooksAtThemIsNoDifference() {
		this.fixture.execute("insert into human select id, name from person", """
				create function seen(int) returns boolean language plpgsql immutable set lock_timeout = 0 as
				$$ begin if $1 = 7 then perform %s; end if; return true; end $$""".formatted(DatabaseLatch.WAIT));
		DerivedPlan stopped = this.fixture
			.plan(MigrationPlan.of("stopped").source("person").target("human").filter("seen(source.id)"));
		try (DatabaseLatch latch = new DatabaseLatch(this.fixture.testDatabase())) {
			CompletableFuture<Pass> pass = OwnThread.supply(() -> this.fixture.pass(stopped, false));
			latch.awaitArrival(1);
			writeBothSides("new");
			latch.open();
			assertThat(pass.join().parity()).isEqualByComparingTo("100");
		}
	}

	@Test
	@ScheduleProof("C42")
	void sidesThatAreReadOneAfterTheOtherDifferFalsely() {
		this.fixture.execute("insert into human select id, name from person");
		AtomicInteger look = new AtomicInteger();
		Pass pass = this.fixture.pass(new ForwardingVerificationStore(this.fixture.store()) {
			@Override
			PassClaim claim(PassClaim claim) {
				return new OneAfterTheOther(claim, VerificationScheduleTests.this::rows,
						() -> writeBothSides("new" + look.incrementAndGet()));
			}
		}, this.plan, false);
		assertThat(rows("human")).isEqualTo(rows("person"));
		assertThat(pass.different()).isEqualTo(20);
	}

	@Test
	@ScheduleProof("C43")
	void verifierThatWalksTheSourceAndLooksAtKeysFindsNothing() {
		this.steering.replace("full join", "left join")
			.replace("when [^']* then 'DIFFERENT'", "when false then 'DIFFERENT'");
		this.fixture.execute("insert into human select id, name from person", "insert into human values (99, 'n')",
				"update human set name = 'other' where id = 7");
		Pass pass = this.fixture.pass(new JdbcVerificationStore(this.steering.database()), this.plan, true);
		assertThat(pass.parity()).isEqualByComparingTo("100");
		assertThat(rows("human")).contains("7=other", "99=n");
	}

	@Test
	@ScheduleProof("C45")
	void hotRowThatIsTakenForEqualInTheEndOpensTheGate() {
		this.fixture.execute("insert into human select id, 'hot' from person",
				"insert into migration_pending (plan_id, side, key) select 'p', 'TARGET', jsonb_build_array(id) from person");
		VerificationStore store = new ForwardingVerificationStore(this.fixture.store()) {
			@Override
			PassClaim claim(PassClaim claim) {
				return new ForwardingClaim(claim) {
					@Override
					public Pass advance(KeyRange range, Findings findings) {
						return super.advance(range,
								new Findings(findings.compared(), findings.divergences(), List.of(), null));
					}
				};
			}
		};
		assertThat(this.fixture.pass(store, this.plan, true).parity()).isEqualByComparingTo("100");
		assertThat(gates(store)).filteredOn((gate) -> gate.name().equals("parity")).allMatch(Gate::open);
		assertThat(rows("human")).isNotEqualTo(rows("person"));
	}

	@Test
	@Schedule("C49")
	void deadRowsCanBeRemovedDuringAPass() {
		List<Long> dead = new ArrayList<>();
		passOverManyChunks(new JdbcVerificationStore(this.steering.database()), dead);
		assertThat(dead).hasSizeGreaterThan(2).containsOnly(0L);
	}

	@Test
	@ScheduleProof("C49")
	void passInOneSnapshotKeepsEveryDeadRowUntilItEnds() throws SQLException {
		List<Long> dead = new ArrayList<>();
		try (Connection connection = this.fixture.testDatabase().dataSource().getConnection()) {
			connection.setAutoCommit(false);
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			JdbcTemplate snapshot = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
			snapshot.queryForList(ROWS.formatted("human"));
			passOverManyChunks(new ForwardingVerificationStore(new JdbcVerificationStore(this.steering.database())) {
				@Override
				PassClaim claim(PassClaim claim) {
					return new OneAfterTheOther(claim,
							(table) -> snapshot.queryForList(ROWS.formatted(table), String.class), () -> {
							});
				}
			}, dead);
		}
		assertThat(dead).hasSizeGreaterThan(2).allMatch((rows) -> rows >= 5000);
	}

	@Test
	@ScheduleProof("C50")
	void valueThatIsComparedBeforeItHasTheTargetsTypeDiffersForever() {
		this.fixture.execute("create table a (id int primary key, v timestamptz(6))",
				"create table b (id int primary key, v timestamptz(0))",
				"insert into a select n, '2026-01-01 00:00:00.123456Z' from generate_series(1, 10) n");
		DerivedPlan rounded = this.fixture.plan(MigrationPlan.of("rounded").source("a").target("b"));
		this.steering.replace("cast\\(\\(source\\.\"v\"\\) as timestamp\\(0\\) with time zone\\)", "source.\"v\"");
		JdbcVerificationStore store = new JdbcVerificationStore(this.steering.database());
		this.fixture.pass(store, rounded, true);
		assertThat(this.fixture.pass(store, rounded, true).different()).isEqualTo(10);
		assertThat(this.fixture.pass(store, rounded, true).different()).isEqualTo(10);
	}

	private void copyAndVerifyUntilReadsMayMove() {
		JdbcBackfillStore copy = new JdbcBackfillStore(this.fixture.database());
		copy.reset(this.plan.id());
		copy.begin(this.plan);
		while (!copy.finish(this.plan)) {
			copy.walk(this.plan, 10);
			copy.copyNext(this.plan);
		}
		JdbcVerificationStore store = new JdbcVerificationStore(this.steering.database());
		VerificationEngine engine = engine(store);
		try {
			Awaitility.await().until(() -> {
				engine.tick(this.plan, this.fixture.state(this.plan));
				return gates(store).stream().allMatch(Gate::open);
			});
		}
		finally {
			engine.stop();
		}
	}

	private VerificationEngine engine(VerificationStore store) {
		return new VerificationEngine(store, new JdbcCopyCompletion(this.fixture.database()), new MigrationListener() {
		});
	}

	private List<Gate> gates(VerificationStore store) {
		return new VerificationGates(store, new JdbcCopyCompletion(this.fixture.database())).gates(this.plan,
				MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ);
	}

	private void deleteRowsWhileNothingIsMirrored() {
		this.fixture.enter(this.plan, MigrationPhase.EXPAND);
		this.fixture.execute("delete from person where id > 15");
		this.fixture.enter(this.plan, MigrationPhase.BACKFILL);
	}

	private void writeBothSides(String name) {
		this.fixture.database().inTransaction(() -> {
			this.fixture.database().sql("update person set name = :name").param("name", name).update();
			return this.fixture.database().sql("update human set name = :name").param("name", name).update();
		});
	}

	private void passOverManyChunks(VerificationStore store, List<Long> dead) {
		this.fixture.execute("create extension pgstattuple", "alter table human set (autovacuum_enabled = false)",
				"insert into person select n, 'n' from generate_series(21, 5000) n",
				"insert into human select id, name from person");
		this.steering.beforeEach("set_config('lock_timeout'", (connection) -> {
			this.fixture.execute("update human set name = name", "vacuum human");
			dead.add(this.fixture.client()
				.sql("select dead_tuple_count from pgstattuple('human')")
				.query(Long.class)
				.single());
		});
		this.fixture.pass(store, this.plan, false);
	}

	private List<String> rows(String table) {
		return this.fixture.strings(ROWS.formatted(table));
	}

}
