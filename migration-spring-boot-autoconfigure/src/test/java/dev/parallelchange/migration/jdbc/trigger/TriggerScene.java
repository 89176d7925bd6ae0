package dev.parallelchange.migration.jdbc.trigger;

import java.util.List;
import java.util.function.UnaryOperator;

import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.jdbc.MirroredTables;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tables and plans that triggers mirror, and ways to break them.
 */
final class TriggerScene {

	static final String[] MOVED = {
			"create table old_users (id bigint primary key, name varchar(10) not null, age text)",
			"create table users (id bigint primary key, name varchar(8) not null, age integer)" };

	static final MigrationPlan MOVED_PLAN = MigrationPlan.of("moved-users")
		.source("old_users")
		.target("users")
		.map("age", "source.age::integer")
		.reverse("age", "target.age::text")
		.build();

	static final String[] SPLIT = {
			"create table owners (id bigint primary key, name text not null, city text, phone text)", """
					create table contact (owner_id bigint primary key references owners on delete cascade,
						city text, phone text)""" };

	static final MigrationPlan SPLIT_PLAN = MigrationPlan.of("owner-contact")
		.source("owners")
		.target("contact")
		.build();

	private TriggerScene() {
	}

	static void disableTriggers(MirroredTables tables, String table, String timing) {
		List<String> names = tables.testDatabase()
			.jdbcClient()
			.sql("""
					select quote_ident(tgname) from pg_trigger
					where tgrelid = cast(? as regclass) and not tgisinternal and pg_get_triggerdef(oid) ilike ?""")
			.params(table, "% " + timing + " %")
			.query(String.class)
			.list();
		assertThat(names).isNotEmpty();
		names.forEach((name) -> tables.execute("alter table %s disable trigger %s".formatted(table, name)));
	}

	/**
	 * Puts functions of the mirror in the place of the generated ones.
	 */
	static void rewriteFunctions(MirroredTables tables, UnaryOperator<String> rewriting) {
		List<String> functions = tables.testDatabase()
			.jdbcClient()
			.sql("select pg_get_functiondef(oid) from pg_proc where prosrc like '%_migration_keys%'")
			.query(String.class)
			.list();
		List<String> rewritten = functions.stream().map(rewriting).toList();
		assertThat(rewritten).isNotEqualTo(functions);
		rewritten.forEach(tables::execute);
	}

}
