package dev.parallelchange.migration.backfill;

import java.util.concurrent.CompletableFuture;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.jdbc.trigger.JdbcTriggers;
import dev.parallelchange.migration.test.OwnThread;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The copier beside real mirror triggers in both directions.
 */
class BackfillMirrorTests {

	private static final String ASLEEP = """
			select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'
				and query like 'insert into "public"."copy"%'""";

	private final BackfillScene scene = new BackfillScene("create table item (id int primary key, name text)",
			"create table copy (id int primary key, name text)",
			"insert into item select i, 'n' || i from generate_series(1, 10) as i", """
					create function slow() returns trigger language plpgsql as
					$$ begin if new.id = 10 then perform pg_sleep(1); end if; return new; end $$""",
			"create trigger slow before insert on copy for each row execute function slow()");

	private final DerivedPlan plan = this.scene
		.plan(MigrationPlan.of("items").source("item").target("copy").backfill(BackfillScene.SMALL_CHUNKS));

	@AfterEach
	void close() {
		this.scene.close();
	}

	@Test
	void rowThatIsDeletedWhileItIsCopiedStaysDeletedInTheSource() {
		CompletableFuture<CopyStep> copy = copyAsleep();
		this.scene.database.execute("delete from item where id = 7");
		assertThat(copy.join().written()).isEqualTo(10);
		assertThat(this.scene.number("select count(*) from item where id = 7")).isZero();
	}

	@Test
	void changeOfARowThatIsBeingCopiedArrives() {
		CompletableFuture<CopyStep> copy = copyAsleep();
		this.scene.database.execute("update item set name = 'changed' where id = 7");
		assertThat(copy.join().kind()).isEqualTo(CopyStep.Kind.COPIED);
		assertThat(this.scene.text("select name from item where id = 7")).isEqualTo("changed");
		assertThat(this.scene.text("select name from copy where id = 7")).isEqualTo("changed");
	}

	private CompletableFuture<CopyStep> copyAsleep() {
		new JdbcTriggers(this.scene.migration).install(this.plan);
		this.scene.store.begin(this.plan);
		this.scene.store.walk(this.plan, 10);
		CompletableFuture<CopyStep> copy = OwnThread.supply(() -> this.scene.store.copyNext(this.plan));
		BackfillScene.await().until(() -> copy.isDone() || this.scene.number(ASLEEP) > 0);
		assertThat(copy).isNotDone();
		return copy;
	}

}
