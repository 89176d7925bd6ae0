package dev.parallelchange.migration.backfill;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.test.DatabaseLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BackfillRaceTests {

	private static final String WAITING = """
			select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
				and query like 'insert into "public"."copy"%'""";

	private final BackfillScene scene = new BackfillScene("create table item (id int primary key, name text)",
			"create table copy (id int primary key, name text)");

	@AfterEach
	void close() {
		this.scene.close();
	}

	@Test
	void mirrorThatInsertsTheSameRowMeetsNoError() {
		DerivedPlan plan = plan(10, settings(1, 10));
		this.scene.engine();
		this.scene.migration.inTransaction(() -> {
			this.scene.migration.sql("insert into copy values (5, 'mirrored')").update();
			this.scene.awaitTicking(plan, () -> this.scene.number(WAITING) > 0);
			return true;
		});
		this.scene.copyAll(plan);
		assertThat(this.scene.text("select name from copy where id = 5")).isEqualTo("mirrored");
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(10);
		assertThat(this.scene.status(plan).quarantined()).isZero();
	}

	@Test
	@Schedule("C10")
	void writerThatTakesTheRowsInAnotherOrderIsNeverTheDeadlocksVictim() {
		DerivedPlan plan = plan(10, settings(1, 10));
		this.scene.engine();
		this.scene.migration.inTransaction(() -> {
			this.scene.migration.sql("insert into copy values (5, 'mirrored')").update();
			this.scene.awaitTicking(plan, () -> this.scene.number(WAITING) > 0);
			this.scene.migration.sql("insert into copy values (3, 'mirrored') on conflict do nothing").update();
			return true;
		});
		this.scene.copyAll(plan);
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(10);
		assertThat(this.scene.number("select deadlocks from pg_stat_database where datname = current_database()"))
			.isZero();
	}

	@Test
	void instancesCopyEverythingOnceAndKeepTheClustersLimit() {
		this.scene.database.execute("""
				create function slow() returns trigger language plpgsql as
				$$ begin perform pg_sleep(0.0005); return new; end $$""",
				"create trigger slow before insert on copy for each row execute function slow()");
		DerivedPlan plan = plan(2000, settings(2, 25));
		for (int i = 0; i < 3; i++) {
			this.scene.engine(new JdbcBackfillStore(this.scene.migration),
					new Throttle(java.util.List.of(), Duration.ofSeconds(1), Duration.ofSeconds(15)));
		}
		AtomicLong most = new AtomicLong();
		this.scene.awaitTicking(plan, () -> {
			most.accumulateAndGet(this.scene.number("""
					select count(*) from pg_locks l join pg_database d on d.oid = l.database
					where locktype = 'advisory' and granted and datname = current_database()"""), Math::max);
			return this.scene.store.progress(plan) != null
					&& this.scene.status(plan).state() == BackfillStatus.State.FINISHED;
		});
		assertThat(most.get()).isEqualTo(2);
		assertThat(this.scene.number("select count(*) from copy join item using (id, name)")).isEqualTo(2000);
		assertThat(this.scene.status(plan).rowsWritten()).isEqualTo(2000);
		assertThat(this.scene.status(plan).rowsDone()).isEqualTo(2000);
		assertThat(this.scene.copied.stream().mapToLong(Long::longValue).sum()).isEqualTo(2000);
	}

	@Test
	void writerOfColumnsThatWaitsForTheCopierIsNeverTheDeadlocksVictim() {
		this.scene.database.execute("alter table item add column label text");
		this.scene.database.execute("insert into item select i, 'n' || i from generate_series(1, 10) as i");
		DerivedPlan plan = this.scene
			.plan(MigrationPlan.of("label").table("item").rename("name", "label").backfill(settings(1, 10)));
		this.scene.engine();
		this.scene.migration.inTransaction(() -> {
			this.scene.migration.sql("update item set name = 'new', label = 'new' where id = 5").update();
			this.scene.awaitTicking(plan, () -> this.scene.number("""
					select count(*) from pg_stat_activity where datname = current_database()
					and wait_event_type = 'Lock' and query like 'update "public"."item"%'""") > 0);
			this.scene.migration.sql("update item set name = 'new', label = 'new' where id = 3").update();
			return true;
		});
		this.scene.copyAll(plan);
		assertThat(this.scene.number("select count(*) from item where label = name")).isEqualTo(10);
		assertThat(this.scene.number("select count(*) from item where label = 'new'")).isEqualTo(2);
		assertThat(this.scene.number("select deadlocks from pg_stat_database where datname = current_database()"))
			.isZero();
	}

	@Test
	void chunkOfAWorkerThatStillWorksIsNotTakenOver() {
		DerivedPlan plan = plan(10, settings(2, 10));
		this.scene.store.begin(plan);
		this.scene.store.walk(plan, 10);
		this.scene.migration.inTransaction(() -> {
			this.scene.migration.sql("select number from migration_chunk for update").query(Long.class).single();
			assertThat(this.scene.store.copyNext(plan).kind()).isEqualTo(CopyStep.Kind.IDLE);
			assertThat(this.scene.store.finish(plan)).isFalse();
			return true;
		});
		assertThat(this.scene.store.copyNext(plan).kind()).isEqualTo(CopyStep.Kind.COPIED);
	}

	@Test
	void nextChunkIsMarkedOutWhileOneIsCopied() {
		DerivedPlan plan = plan(100, settings(1, 10));
		DatabaseLatch.stop(this.scene.database, "copy", "new.id = 1");
		this.scene.engine();
		try (DatabaseLatch latch = new DatabaseLatch(this.scene.database)) {
			this.scene.awaitTicking(plan, () -> latch.waiting() == 1);
			this.scene.awaitTicking(plan, () -> this.scene.number("select count(*) from migration_chunk") == 2);
			latch.open();
			this.scene.copyAll(plan);
		}
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(100);
	}

	@Test
	void noMoreChunksAreMarkedOutAheadThanKeepTheWorkersBusy() {
		DerivedPlan plan = plan(100, settings(2, 10));
		this.scene.store.begin(plan);
		assertThat(IntStream.range(0, 5).mapToObj((i) -> this.scene.store.walk(plan, 10).kind())).containsExactly(
				CopyStep.Kind.WALKED, CopyStep.Kind.WALKED, CopyStep.Kind.WALKED, CopyStep.Kind.AHEAD,
				CopyStep.Kind.AHEAD);
		this.scene.store.copyNext(plan);
		assertThat(this.scene.store.walk(plan, 10).kind()).isEqualTo(CopyStep.Kind.WALKED);
	}

	@Test
	void chunkOfWhichTheTargetHasARowIsCompletedWithoutOverwriting() {
		DerivedPlan plan = plan(20, settings(1, 10));
		this.scene.database.execute("insert into copy values (10, 'mirrored')");
		this.scene.store.begin(plan);
		this.scene.store.walk(plan, 10);
		this.scene.store.walk(plan, 10);
		assertThat(this.scene.store.copyNext(plan).written()).isEqualTo(9);
		assertThat(this.scene.store.copyNext(plan).written()).isEqualTo(10);
		assertThat(this.scene.text("select name from copy where id = 10")).isEqualTo("mirrored");
	}

	private static BackfillSettings settings(int concurrency, int rows) {
		return new BackfillSettings(rows, rows, Duration.ofMillis(500), concurrency, 0, Duration.ofSeconds(5), 100,
				Duration.ofMillis(20), 100);
	}

	private DerivedPlan plan(int rows, BackfillSettings settings) {
		this.scene.database
			.execute("insert into item select i, 'n' || i from generate_series(1, %d) as i".formatted(rows));
		return this.scene.plan(MigrationPlan.of("items").source("item").target("copy").backfill(settings));
	}

}
