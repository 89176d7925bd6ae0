package dev.parallelchange.migration.jdbc;

import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.RefusedRow;
import dev.parallelchange.migration.TableColumn;

/**
 * Reads rows that a side refused, each with the statement that shows it on the other
 * side.
 */
public final class RefusedRows {

	private static final String QUARANTINED = """
			select key, side, error, created_at as at from %PREFIX%quarantine
			where plan_id = :plan order by created_at, key limit 20""";

	private static final String PENDING = """
			select distinct on (key, side) key, side, error, id as at from (
				select id, key, side, error from %PREFIX%pending
				where plan_id = :plan and error is not null order by id desc limit 20) as latest
			order by key, side, id desc""";

	/** The numbers of a key as they are, all else as a literal of any type. */
	private static final String SHOWN = """
			select cast(key as text) as key, side, error, (
				select string_agg(columns.name || ' = '
						|| case when jsonb_typeof(value) = 'number' then value #>> '{}' else quote_literal(value #>> '{}') end,
					' and ' order by number)
				from jsonb_array_elements(key) with ordinality as parts (value, number)
				join unnest(case side when 'TARGET' then cast(:source as text[]) else cast(:target as text[]) end)
					with ordinality as columns (name, number) using (number)) as condition
			from (%s) as refused order by at""";

	private RefusedRows() {
	}

	/**
	 * Return the rows that have waited longest in quarantine.
	 */
	public static List<RefusedRow> quarantined(MigrationDatabase database, DerivedPlan plan) {
		return read(database, plan, QUARANTINED);
	}

	/**
	 * Return the rows that are pending and have been refused last.
	 */
	public static List<RefusedRow> pending(MigrationDatabase database, DerivedPlan plan) {
		return read(database, plan, PENDING);
	}

	private static List<RefusedRow> read(MigrationDatabase database, DerivedPlan plan, String rows) {
		return database.sql(SHOWN.formatted(rows))
			.param("plan", plan.id())
			.param("source", columns(plan.source()))
			.param("target", columns(plan.target()))
			.query((row, number) -> {
				MigrationSide side = MigrationSide.valueOf(row.getString("side"));
				return new RefusedRow(row.getString("key"), side, row.getString("error"),
						"select * from %s as %s where %s".formatted(plan.table(side.other()).sql(),
								PlanSql.alias(side.other()), row.getString("condition")));
			})
			.list();
	}

	private static String[] columns(MigrationTable table) {
		return table.key().stream().map(TableColumn::sql).toArray(String[]::new);
	}

}
