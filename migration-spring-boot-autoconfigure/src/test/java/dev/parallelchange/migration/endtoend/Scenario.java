package dev.parallelchange.migration.endtoend;

import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.MigrationSide;
import org.jspecify.annotations.Nullable;

/**
 * Tables, a plan over them, and the statements of an application that uses them. Each row
 * has the id {@code :id} and carries the text {@code :value} on both sides.
 *
 * @param planId the plan's id
 * @param tables the statements that create and fill the tables
 * @param properties the plan's properties, relative to the plan
 * @param source the application's statements on the source
 * @param target the application's statements on the target
 */
record Scenario(String planId, List<String> tables, Map<String, String> properties, Statements source,
		Statements target) {

	static final int ROWS = 3000;

	Statements on(MigrationSide side) {
		return (side == MigrationSide.SOURCE) ? this.source : this.target;
	}

	static Scenario movedTable() {
		return new Scenario("visit-table", List.of(
				"create table visits (id bigint primary key, pet text not null, visit_date date, fee numeric(8, 2))",
				"insert into visits select i, 'pet ' || i, date '2026-01-01' + i %% 300, i / 7.0 from generate_series(1, %d) i"
					.formatted(ROWS),
				"create table appointments (id bigint primary key, pet text not null, visited_on date, fee numeric(8, 2))"),
				Map.of("source", "visits", "target", "appointments", "rename.visit_date", "visited_on",
						"finish.not-null", "visited_on", "finish.checks.pet_given", "pet <> ''",
						"finish.unique.pets_once", "id, pet"),
				new Statements("insert into visits (id, pet, visit_date) values (:id, :value, current_date)",
						"update visits set pet = :value where id = :id", "delete from visits where id = :id",
						"select pet from visits where id = :id"),
				new Statements("insert into appointments (id, pet, visited_on) values (:id, :value, current_date)",
						"update appointments set pet = :value where id = :id",
						"delete from appointments where id = :id", "select pet from appointments where id = :id"));
	}

	static Scenario split() {
		return new Scenario("owner-contact", List.of(
				"create table owners (id uuid primary key, name text not null default 'x', phone text, city text)",
				"insert into owners select md5(i::text)::uuid, 'owner ' || i, 'phone ' || i, 'Köln' from generate_series(1, %d) i"
					.formatted(ROWS),
				"create table contact (owner_id uuid primary key references owners on delete cascade, phone text, town text)"),
				Map.of("source", "owners", "target", "contact", "rename.city", "town"),
				new Statements("insert into owners (id, name, phone) values (md5(:id::text)::uuid, 'new', :value)",
						"update owners set phone = :value where id = md5(:id::text)::uuid",
						"delete from owners where id = md5(:id::text)::uuid",
						"select phone from owners where id = md5(:id::text)::uuid"),
				new Statements(null, "update contact set phone = :value where owner_id = md5(:id::text)::uuid",
						"delete from owners where id = md5(:id::text)::uuid",
						"select phone from contact where owner_id = md5(:id::text)::uuid"));
	}

	static Scenario column() {
		return new Scenario("order-state",
				List.of("create table orders (id bigint primary key, status text, amount int)",
						"insert into orders select i, 'status ' || i, i from generate_series(1, %d) i".formatted(ROWS),
						"alter table orders add column state text"),
				Map.of("table", "orders", "rename.status", "state", "finish.not-null", "state"),
				statementsOnOrders("status"), statementsOnOrders("state"));
	}

	static Scenario quotedNamesAndCompositeKey() {
		return new Scenario("weird-names",
				List.of("create schema \"Sales Dept\"",
						"""
								create table "Sales Dept"."Order" (tenant text collate "C", "Order No" bigint, "group" text, "ünïcode" jsonb,
									primary key (tenant, "Order No"))""",
						"""
								insert into "Sales Dept"."Order" select case when i %% 2 = 0 then 'de' else 'fr''s' end, i, 'g' || i, '{"a": 1.0}'
								from generate_series(1, %d) i"""
							.formatted(ROWS),
						"""
								create table "Sales Dept"."Order 2" (tenant text collate "C", "Order No" bigint, "select" text, "ünïcode" jsonb,
									primary key (tenant, "Order No"))"""),
				Map.of("source", "\"Sales Dept\".\"Order\"", "target", "\"Sales Dept\".\"Order 2\"", "mapping.select",
						"source.\"group\""),
				new Statements(
						"insert into \"Sales Dept\".\"Order\" (tenant, \"Order No\", \"group\") values ('x', :id, :value)",
						"update \"Sales Dept\".\"Order\" set \"group\" = :value where \"Order No\" = :id",
						"delete from \"Sales Dept\".\"Order\" where \"Order No\" = :id",
						"select \"group\" from \"Sales Dept\".\"Order\" where \"Order No\" = :id"),
				new Statements(
						"insert into \"Sales Dept\".\"Order 2\" (tenant, \"Order No\", \"select\") values ('x', :id, :value)",
						"update \"Sales Dept\".\"Order 2\" set \"select\" = :value where \"Order No\" = :id",
						"delete from \"Sales Dept\".\"Order 2\" where \"Order No\" = :id",
						"select \"select\" from \"Sales Dept\".\"Order 2\" where \"Order No\" = :id"));
	}

	private static Statements statementsOnOrders(String column) {
		return new Statements("insert into orders (id, %s, amount) values (:id, :value, 1)".formatted(column),
				"update orders set %s = :value where id = :id".formatted(column), "delete from orders where id = :id",
				"select %s from orders where id = :id".formatted(column));
	}

	/**
	 * The application's statements on one side.
	 *
	 * @param insert inserts a row; {@code null} if the application inserts on the other
	 * side
	 * @param update changes a row
	 * @param delete deletes a row
	 * @param select reads the text of a row
	 */
	record Statements(@Nullable String insert, String update, String delete, String select) {

	}

}
