package dev.parallelchange.migration.backfill;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.PlanShape;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BackfillShapeTests {

	@Test
	void columnIsComputedInPlaceAndEqualRowsAreNotWritten() {
		try (BackfillScene scene = new BackfillScene(
				"create table visit (id int primary key, visit_date date, visited_on date)",
				"insert into visit select i, date '2024-01-01' + i from generate_series(1, 95) as i",
				"update visit set visited_on = visit_date where id <= 15")) {
			DerivedPlan plan = scene.plan(MigrationPlan.of("visit-date")
				.table("visit")
				.rename("visit_date", "visited_on")
				.backfill(BackfillScene.SMALL_CHUNKS));
			scene.copyAll(plan);
			assertThat(plan.shape()).isEqualTo(PlanShape.COLUMN);
			assertThat(scene.number("select count(*) from visit where visited_on is distinct from visit_date"))
				.isZero();
			assertThat(scene.status(plan).rowsWritten()).isEqualTo(80);
		}
	}

	@Test
	void splitCopiesTheRowsThatMatchItsFilter() {
		try (BackfillScene scene = new BackfillScene(
				"create table users (id bigint primary key, profile jsonb, email text)", """
						create table user_settings (user_id bigint primary key references users on delete cascade,
							theme varchar(10) not null)""", """
						insert into users select i, case when i % 3 > 0 then jsonb_build_object('theme', 't' || i) end
						from generate_series(1, 99) as i""")) {
			DerivedPlan plan = scene.plan(MigrationPlan.of("user-settings")
				.source("users")
				.target("user_settings")
				.map("theme", "coalesce(source.profile ->> 'theme', 'light')")
				.filter("source.profile is not null")
				.backfill(BackfillScene.SMALL_CHUNKS));
			scene.copyAll(plan);
			assertThat(plan.shape()).isEqualTo(PlanShape.SPLIT);
			assertThat(scene.number("select count(*) from user_settings where theme = 't' || user_id")).isEqualTo(66);
			assertThat(scene.number("select count(*) from user_settings")).isEqualTo(66);
			assertThat(scene.status(plan).rowsDone()).isEqualTo(99);
		}
	}

	@Test
	void movedTableKeepsTheValuesOfItsIdentityAndQuotedNames() {
		try (BackfillScene scene = new BackfillScene("create schema \"Old Shop\"",
				"create table \"Old Shop\".\"Order\" (\"Id\" int primary key, \"a \"\"b\" text)", """
						create table orders (number int generated always as identity primary key, label text,
							length int generated always as (length(label)) stored)""",
				"insert into \"Old Shop\".\"Order\" select i, 'x' || i from generate_series(1, 55) as i")) {
			DerivedPlan plan = scene.plan(MigrationPlan.of("orders")
				.source("\"Old Shop\".\"Order\"")
				.target("orders")
				.rename("\"Id\"", "number")
				.rename("\"a \"\"b\"", "label")
				.backfill(BackfillScene.SMALL_CHUNKS));
			scene.copyAll(plan);
			assertThat(plan.shape()).isEqualTo(PlanShape.MOVED_TABLE);
			assertThat(scene.number("select count(*) from orders where label = 'x' || number")).isEqualTo(55);
		}
	}

}
