package dev.parallelchange.migration.backfill;

import java.time.Duration;
import java.util.List;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.PurgeStatus;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
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
			"create table item (id int primary key, age int, at timestamptz default now())");

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

	/**
	 * Every second row matches.
	 */
	private DerivedPlan plan(String condition, int rows) {
		this.scene.database
			.execute("insert into item select i, (i + 1) %% 2 * 20 from generate_series(1, %d) as i".formatted(rows));
		return this.scene.plan(MigrationPlan.of("p").purge("item", condition).backfill(BackfillScene.settings(30, 30)));
	}

}
