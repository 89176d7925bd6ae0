package dev.parallelchange.migration.backfill;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.PurgeStatus;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import dev.parallelchange.migration.test.DatabaseLatch;
import dev.parallelchange.migration.test.OwnThread;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plans that delete rows.
 */
class PurgeTests {

	private static final String LEFT = "select count(*) from item";

	private static final String MATCHING = "select count(*) from item where age > 10";

	private final BackfillScene scene = new BackfillScene(
			"create table item (id int primary key, age int, at timestamptz default now())", """
					create function is_old(id int, age int) returns boolean stable language plpgsql set lock_timeout = 0
					as $$ begin if id = 2 then perform %s; end if; return age > 10; end $$"""
				.formatted(DatabaseLatch.WAIT));

	@AfterEach
	void close() {
		this.scene.close();
	}

	@Test
	void rowsThatMatchAreDeletedAndNoOthers() {
		DerivedPlan plan = plan("age > 10", 1000);
		this.scene.copyAll(plan);
		assertThat(this.scene.number(MATCHING)).isZero();
		assertThat(this.scene.number(LEFT)).isEqualTo(500);
		BackfillStatus status = this.scene.status(plan);
		assertThat(status.rowsWritten()).isEqualTo(500);
		PurgeStatus purge = status.purge();
		assertThat(purge).isNotNull();
		assertThat(purge.matched()).isEqualTo(500);
		assertThat(purge.left()).isZero();
		assertThat(purge.round()).isEqualTo(1);
	}

	@Test
	void purgeOfNoRowEndsAtOnce() {
		DerivedPlan plan = plan("age > 1000", 10);
		this.scene.copyAll(plan);
		assertThat(this.scene.status(plan).rowsWritten()).isZero();
		assertThat(this.scene.number(LEFT)).isEqualTo(10);
	}

	@Test
	void tablesWithPartitionsAndStrangeNamesAndLongKeysAreServed() {
		this.scene.database.execute("create schema \"My Schema\"",
				"""
						create table "My Schema"."the items" ("the Key" text, part int, "order" int, primary key (part, "the Key"))
						partition by list (part)""",
				"create table first_part partition of \"My Schema\".\"the items\" for values in (1)",
				"create table second_part partition of \"My Schema\".\"the items\" for values in (2)", """
						insert into "My Schema"."the items"
						select 'k' || i, p, i from generate_series(1, 50) i, generate_series(1, 2) p""");
		DerivedPlan plan = this.scene.plan(MigrationPlan.of("p")
			.purge("\"My Schema\".\"the items\"", "\"order\" <= 20 and source.\"the Key\" <> 'now()'")
			.backfill(BackfillScene.SMALL_CHUNKS));
		this.scene.copyAll(plan);
		assertThat(this.scene.number("select count(*) from first_part where \"order\" > 20")).isEqualTo(30);
		assertThat(this.scene.number("select count(*) from second_part")).isEqualTo(30);
		assertThat(this.scene.status(plan).rowsWritten()).isEqualTo(40);
	}

	@Test
	void rowThatChangesBeforeItIsDeletedIsLookedAtOnceMore() {
		DerivedPlan plan = plan("is_old(id, age)", 10);
		this.scene.store.begin(plan);
		this.scene.store.walk(plan, 10);
		changeWhile(() -> assertThat(this.scene.store.copyNext(plan).written()).isEqualTo(4));
		assertThat(this.scene.number("select count(*) from item where id = 4")).isEqualTo(1);
		assertThat(this.scene.number(MATCHING)).isZero();
	}

	/**
	 * The usual loop loses the row that the purge keeps: the order of events is the one
	 * that matters.
	 */
	@Test
	void rowThatChangesBeforeItIsDeletedIsLostWithoutThat() {
		plan("is_old(id, age)", 10);
		changeWhile(() -> this.scene.database.execute(
				"delete from item where id in (select id from item where is_old(id, age) order by id limit 1000)"));
		assertThat(this.scene.number("select count(*) from item where id = 4")).isZero();
	}

	private void changeWhile(Runnable deletion) {
		try (DatabaseLatch latch = new DatabaseLatch(this.scene.database)) {
			CompletableFuture<Void> deleted = OwnThread.run(deletion);
			latch.awaitArrival(1);
			this.scene.database.execute("update item set age = 0 where id = 4");
			latch.open();
			deleted.join();
		}
	}

	@Test
	void rowThatIsLockedIsLeftForAnotherRound() throws SQLException {
		DerivedPlan plan = plan("age > 10", 100);
		try (Connection writer = this.scene.open("update item set age = 99 where id = 4")) {
			this.scene.engine();
			this.scene.awaitTicking(plan, () -> this.scene.number(MATCHING) == 1);
			this.scene.awaitTicking(plan, () -> this.scene.status(plan).purge().left() == 1);
			assertThat(this.scene.status(plan).lastError()).isNull();
			writer.commit();
		}
		dueAtOnce();
		this.scene.copyAll(plan);
		assertThat(this.scene.number(MATCHING)).isZero();
		assertThat(this.scene.status(plan).purge().round()).isGreaterThan(1);
		assertThat(this.scene.status(plan).rowsWritten()).isEqualTo(50);
	}

	@Test
	void rowsThatComeToMatchBehindTheCursorAreFoundByTheCount() {
		DerivedPlan plan = plan("age > 10", 100);
		this.scene.store.begin(plan);
		while (this.scene.store.walk(plan, 30).kind() != CopyStep.Kind.END) {
			this.scene.store.copyNext(plan);
		}
		this.scene.database.execute("update item set age = 50 where id = 1");
		assertThat(this.scene.store.finish(plan)).isFalse();
		assertThat(this.scene.store.progress(plan).purge().left()).isEqualTo(1);
		this.scene.copyAll(plan);
		assertThat(this.scene.number(LEFT)).isEqualTo(49);
		assertThat(this.scene.status(plan).purge().round()).isEqualTo(2);
	}

	@Test
	void nowMeansTheMomentAtWhichThePurgeBegan() {
		DerivedPlan plan = plan("at < now() - interval '1 hour'", 10);
		this.scene.database.execute("update item set at = at - interval '2 hours' where id > 5");
		this.scene.store.begin(plan);
		this.scene.database.execute(
				"""
						update item set at = (select moment - interval '1 hour' + interval '1 microsecond' from migration_backfill)
						where id = 7""");
		this.scene.copyAll(plan);
		assertThat(this.scene.number("select count(*) from item where at < now() - interval '1 hour'")).isEqualTo(1);
		assertThat(this.scene.number(LEFT)).isEqualTo(6);
	}

	@Test
	void nothingIsDeletedOnceThePlanHasLeftThePhase() {
		DerivedPlan plan = plan("is_old(id, age)", 10);
		this.scene.store.begin(plan);
		this.scene.store.walk(plan, 10);
		try (DatabaseLatch latch = new DatabaseLatch(this.scene.database)) {
			CompletableFuture<CopyStep> step = OwnThread.supply(() -> this.scene.store.copyNext(plan));
			latch.awaitArrival(1);
			this.scene.phase(plan, MigrationPhase.OFF);
			latch.open();
			assertThat(step.join().kind()).isEqualTo(CopyStep.Kind.STANDING);
		}
		assertThat(this.scene.number(LEFT)).isEqualTo(10);
	}

	@Test
	void instanceThatDiesLosesItsChunkWithItsProgress() {
		DerivedPlan plan = plan("is_old(id, age)", 100);
		this.scene.store.begin(plan);
		this.scene.store.walk(plan, 50);
		try (DatabaseLatch latch = new DatabaseLatch(this.scene.database)) {
			CompletableFuture<CopyStep> step = OwnThread.supply(() -> this.scene.store.copyNext(plan));
			latch.awaitArrival(1);
			this.scene.text("""
					select cast(pg_terminate_backend(pid) as text) from pg_stat_activity
					where datname = current_database() and query like '%doomed%' and pid <> pg_backend_pid()""");
			assertThat(step).failsWithin(Duration.ofSeconds(30));
		}
		assertThat(this.scene.number(LEFT)).isEqualTo(100);
		this.scene.copyAll(plan);
		assertThat(this.scene.number(MATCHING)).isZero();
		assertThat(this.scene.status(plan).rowsWritten()).isEqualTo(50);
	}

	@Test
	void rowThatAForeignKeyKeepsGoesToQuarantineAndTheOthersGo() {
		this.scene.database.execute("create table child (item int references item)");
		DerivedPlan plan = plan("age > 10", 100);
		this.scene.database.execute("insert into child values (4), (50)");
		this.scene.engine();
		this.scene.awaitTicking(plan, () -> this.scene.number(MATCHING) == 2
				&& this.scene.number("select count(*) from migration_quarantine") == 2);
		assertThat(this.scene.status(plan).state()).isNotEqualTo(BackfillStatus.State.FINISHED);
		this.scene.database.execute("delete from child");
		dueAtOnce();
		this.scene.copyAll(plan);
		assertThat(this.scene.number(LEFT)).isEqualTo(50);
		assertThat(this.scene.status(plan).quarantined()).isZero();
	}

	@Test
	void instancesShareTheWork() {
		DerivedPlan plan = plan("age > 10", 600);
		for (int i = 0; i < 3; i++) {
			this.scene.engine(new JdbcBackfillStore(this.scene.migration),
					new Throttle(List.of(), Duration.ofSeconds(1), Duration.ofSeconds(15)));
		}
		this.scene.copyAll(plan);
		assertThat(this.scene.number(LEFT)).isEqualTo(300);
		assertThat(this.scene.copied.stream().mapToLong(Long::longValue).sum()).isEqualTo(300);
	}

	@Test
	void purgeThatIsStoppedBeginsAnewWithAnotherMoment() {
		DerivedPlan plan = plan("age > 10", 100);
		this.scene.store.begin(plan);
		PurgeStatus first = this.scene.store.progress(plan).purge();
		this.scene.engine();
		this.scene.phase(plan, MigrationPhase.OFF);
		this.scene.awaitTicking(plan, () -> this.scene.store.progress(plan) == null);
		assertThat(this.scene.number(LEFT)).isEqualTo(100);
		this.scene.phase(plan, MigrationPhase.BACKFILL);
		this.scene.copyAll(plan);
		assertThat(this.scene.status(plan).purge().moment()).isAfter(first.moment());
	}

	@Test
	void finishedPurgeIsCountedOnceMoreWhenSomebodyAsksForIt() {
		DerivedPlan plan = plan("age > 10", 100);
		this.scene.copyAll(plan);
		this.scene.database.execute("update item set age = 50 where id = 1");
		this.scene.store.recount(plan.id());
		this.scene.copyAll(plan);
		assertThat(this.scene.number(LEFT)).isEqualTo(49);
	}

	private void dueAtOnce() {
		this.scene.database.execute("update migration_backfill set next_chunk_at = clock_timestamp()");
	}

	/**
	 * Every second row matches.
	 */
	private DerivedPlan plan(String condition, int rows) {
		this.scene.database
			.execute("insert into item select i, (i + 1) %% 2 * 20 from generate_series(1, %d) as i".formatted(rows));
		return this.scene.plan(MigrationPlan.of("p").purge("item", condition).backfill(BackfillScene.settings(30, 30)));
	}

}
