package dev.parallelchange.migration.jdbc.backfill;

import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.backfill.Chunk;
import dev.parallelchange.migration.jdbc.PlanSql;
import org.jspecify.annotations.Nullable;

/**
 * The statements that walk a plan's key and copy a range of it. A range is bound by the
 * parameters {@code :lower}, exclusive and left out for the first row, and
 * {@code :upper}.
 */
final class BackfillSql {

	private final DerivedPlan plan;

	private final PlanSql sql;

	BackfillSql(DerivedPlan plan) {
		this(plan, new PlanSql(plan));
	}

	BackfillSql(DerivedPlan plan, PlanSql sql) {
		this.plan = plan;
		this.sql = sql;
	}

	String highestKey() {
		return "select %s from %s order by %s limit 1".formatted(this.sql.keyAsJson(MigrationSide.SOURCE),
				this.sql.from(MigrationSide.SOURCE), lastFirst());
	}

	private String lastFirst() {
		return PlanSql.list(this.plan.source().key(), (column) -> "source." + column.sql() + " desc");
	}

	/**
	 * The {@code :rows}th key of a range, if it has so many. Nothing but the position is
	 * asked for, so that the walk costs little beside the copy.
	 */
	String walk(@Nullable String lower) {
		String key = this.sql.key(MigrationSide.SOURCE);
		return """
				select jsonb_build_array(%s) as key, cast(:rows as bigint) as rows
				from (select %s from %s where %s order by %s offset :rows - 1 limit 1) as walked""".formatted(
				walkedKey(), this.sql.keyAsK("source", MigrationSide.SOURCE), this.sql.from(MigrationSide.SOURCE),
				range(MigrationSide.SOURCE, lower), key);
	}

	/**
	 * The last key of a range, and how many there are.
	 */
	String walkToTheEnd(@Nullable String lower) {
		return """
				select jsonb_build_array(%s) as key, (%s) as rows
				from (select %s from %s where %s order by %s limit 1) as walked""".formatted(walkedKey(), count(lower),
				this.sql.keyAsK("source", MigrationSide.SOURCE), this.sql.from(MigrationSide.SOURCE),
				range(MigrationSide.SOURCE, lower), lastFirst());
	}

	String count(@Nullable String lower) {
		return "select count(*) from %s where %s".formatted(this.sql.from(MigrationSide.SOURCE),
				range(MigrationSide.SOURCE, lower));
	}

	/**
	 * Whether the target has rows of a range.
	 */
	String present(@Nullable String lower) {
		return "select exists (select from %s where %s)".formatted(this.sql.from(MigrationSide.TARGET),
				range(MigrationSide.TARGET, lower));
	}

	/**
	 * The copy of a range of which the target has no row. It does not say so: any
	 * condition but the range would have each row taken apart and put together again.
	 */
	String copy(@Nullable String lower) {
		return (this.plan.shape() == PlanShape.COLUMN) ? update(lower) : insert(lower, "true");
	}

	/**
	 * The copy of the rows of a range that the target does not have. The bounds on the
	 * target's side keep it linear: the planner knows nothing of a table that grows.
	 */
	String copyMissing(@Nullable String lower) {
		return insert(lower, "not exists (select from %s where %s and %s)"
			.formatted(this.sql.from(MigrationSide.TARGET), this.sql.sidesMatch(), range(MigrationSide.TARGET, lower)));
	}

	/**
	 * The copy of a range in which somebody else inserts rows at the same time. Only the
	 * identity is settled so; any other unique index may still refuse a row.
	 */
	String copyAlongsideWriters(@Nullable String lower) {
		if (this.plan.shape() == PlanShape.COLUMN) {
			return update(lower);
		}
		return insert(lower, "true") + " on conflict (" + keyColumns() + ") do nothing";
	}

	private String insert(@Nullable String lower, String absent) {
		String columns = this.sql.mapsColumns() ? keyColumns() + ", " + this.sql.targetColumns() : keyColumns();
		String key = this.sql.key(MigrationSide.SOURCE);
		String values = this.sql.mapsColumns() ? key + ", " + this.sql.mappedValues() : key;
		return """
				insert into %s (%s) overriding system value
				select %s from %s
				where %s and %s and %s
				order by %s""".formatted(this.plan.target().sql(), columns, values, this.sql.from(MigrationSide.SOURCE),
				range(MigrationSide.SOURCE, lower), this.sql.filter(), absent, key);
	}

	private String update(@Nullable String lower) {
		return "update %s set %s where %s and %s and %s".formatted(this.sql.from(MigrationSide.SOURCE),
				PlanSql.assignments(this.plan.mapping()), range(MigrationSide.SOURCE, lower), this.sql.filter(),
				this.sql.differs("source"));
	}

	String range(MigrationSide side, @Nullable String lower) {
		if (this.sql.isSent(side)) {
			return "true";
		}
		String upper = this.sql.keyCompares(side, "<=", "upper");
		return (lower != null) ? this.sql.keyCompares(side, ">", "lower") + " and " + upper : upper;
	}

	/**
	 * The range of a chunk, without parameters.
	 */
	String range(MigrationSide side, Chunk chunk) {
		String upper = this.sql.keyComparesTo(side, "<=", literal(chunk.upperKey()));
		String lower = chunk.lowerKey();
		return (lower != null) ? this.sql.keyComparesTo(side, ">", literal(lower)) + " and " + upper : upper;
	}

	private static String literal(String key) {
		return "cast(" + PlanSql.literal(key) + " as jsonb)";
	}

	private String walkedKey() {
		List<TableColumn> key = this.plan.source().key();
		return PlanSql.list(key, (column) -> "walked.k" + (key.indexOf(column) + 1));
	}

	private String keyColumns() {
		return PlanSql.list(this.plan.target().key(), TableColumn::sql);
	}

}
