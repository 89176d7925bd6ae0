package dev.parallelchange.migration.jdbc.plan;

import java.util.stream.Collectors;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.PlanSql;

/**
 * Finds what a target holds that does not come from the plan, and that the plan would
 * overwrite or delete.
 */
final class ForeignRows {

	private final DerivedPlan plan;

	private final PlanSql sql;

	ForeignRows(DerivedPlan plan) {
		this(plan, new PlanSql(plan));
	}

	ForeignRows(DerivedPlan plan, PlanSql sql) {
		this.plan = plan;
		this.sql = sql;
	}

	/**
	 * The rows that are not explained by the source.
	 * @param ranBefore whether the plan has written the target before, so that rows of
	 * known keys are its own
	 */
	String query(boolean ranBefore) {
		if (this.plan.shape() == PlanShape.COLUMN) {
			return filledColumns(ranBefore);
		}
		return """
				select target.* from %s where not exists (select from %s where %s and %s%s)""".formatted(
				this.sql.from(MigrationSide.TARGET), this.sql.from(MigrationSide.SOURCE), this.sql.sidesMatch(),
				this.sql.filter(), ranBefore ? "" : " and not " + this.sql.differs());
	}

	/**
	 * New columns are empty, or hold their default.
	 */
	private String filledColumns(boolean ranBefore) {
		String filled = this.plan.mapping().stream().map(this::isFilled).collect(Collectors.joining(" or "));
		return "select target.* from %s join %s on %s where %s and (%s)".formatted(this.sql.from(MigrationSide.TARGET),
				this.sql.from(MigrationSide.SOURCE), this.sql.sidesMatch(), this.sql.filter(),
				ranBefore ? "false" : filled);
	}

	private String isFilled(MappedColumn mapped) {
		TableColumn column = mapped.column();
		String value = PlanSql.comparable(column, "target." + column.sql());
		String filled = "(target.%s is not null and %s is distinct from %s".formatted(column.sql(), value,
				PlanSql.comparable(column, PlanSql.value(mapped)));
		if (column.defaultExpression() != null && !column.identity()) {
			filled += " and %s is distinct from %s".formatted(value,
					PlanSql.comparable(column, "cast(" + column.defaultExpression() + " as " + column.type() + ")"));
		}
		return filled + ")";
	}

}
