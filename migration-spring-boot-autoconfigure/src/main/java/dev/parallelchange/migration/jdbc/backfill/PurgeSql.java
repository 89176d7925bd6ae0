package dev.parallelchange.migration.jdbc.backfill;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.jdbc.PlanSql;
import org.jspecify.annotations.Nullable;

/**
 * The statements that count and delete the rows of a purge.
 */
final class PurgeSql {

	private final PlanSql sql;

	private final BackfillSql ranges;

	private final String condition;

	/**
	 * Create the statements.
	 * @param condition which rows are deleted, in parentheses
	 */
	PurgeSql(DerivedPlan plan, String condition) {
		this.sql = new PlanSql(plan);
		this.ranges = new BackfillSql(plan, this.sql);
		this.condition = condition;
	}

	/**
	 * The number of rows that match, with the first and the last of their keys, in one
	 * snapshot.
	 */
	String survey() {
		String key = PlanSql.list(this.sql.keyColumns(), (column) -> "source." + column.sql());
		String descending = PlanSql.list(this.sql.keyColumns(), (column) -> "source." + column.sql() + " desc");
		String one = "case when count(*) > 0 then (select %s from %s where %s order by %s limit 1) end";
		String rows = this.sql.from(MigrationSide.SOURCE);
		String json = this.sql.keyAsJson(MigrationSide.SOURCE);
		return "select count(*) as matching, %s as lowest, %s as highest from %s where %s".formatted(
				one.formatted(json, rows, this.condition, key), one.formatted(json, rows, this.condition, descending),
				rows, this.condition);
	}

	/**
	 * The last key before {@code :lowest}.
	 */
	String before() {
		return "select %s from %s where %s order by %s limit 1".formatted(this.sql.keyAsJson(MigrationSide.SOURCE),
				this.sql.from(MigrationSide.SOURCE), this.sql.keyCompares(MigrationSide.SOURCE, "<", "lowest"),
				PlanSql.list(this.sql.keyColumns(), (column) -> "source." + column.sql() + " desc"));
	}

	/**
	 * The number of rows of a range, whether they match or not.
	 */
	String count(@Nullable String lower) {
		return this.ranges.count(lower);
	}

	/**
	 * Delete the rows of a range that match. Each is locked first, and with the lock the
	 * condition is evaluated once more on the row as it is then: one that has changed so
	 * that it does not match any more stays. One that somebody else has locked is left
	 * for a further round, so that nobody waits for anybody. What has been locked is
	 * found by its place in the table: the version that was looked at, and no other. The
	 * bounds stand twice, since a planner that misjudges the first part must not go
	 * through the whole table for the second.
	 */
	String delete(@Nullable String lower) {
		String range = this.ranges.range(MigrationSide.SOURCE, lower);
		String rows = this.sql.from(MigrationSide.SOURCE);
		return """
				with doomed as materialized (
					select source.ctid as place, source.tableoid as part from %s where %s and %s
					for update of source skip locked
				)
				delete from %s using doomed
				where %s and source.ctid = doomed.place and source.tableoid = doomed.part""".formatted(rows, range,
				this.condition, rows, range);
	}

	/**
	 * The condition that a row in quarantine {@code q} is still there and matches.
	 */
	String stillMatches() {
		return "exists (select from %s where %s and %s)".formatted(this.sql.from(MigrationSide.SOURCE),
				this.sql.keyComparesTo(MigrationSide.SOURCE, "=", "q.key"), this.condition);
	}

}
