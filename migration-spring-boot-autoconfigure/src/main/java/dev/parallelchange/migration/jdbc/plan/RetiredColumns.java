package dev.parallelchange.migration.jdbc.plan;

import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.SqlExpression;

/**
 * The columns that go where a plan's source table stays.
 */
public final class RetiredColumns {

	private RetiredColumns() {
	}

	/**
	 * What the plan names, else the columns that the target alone can give back: a
	 * reverse that reads its own column keeps something in it that is nowhere else.
	 */
	public static List<TableColumn> of(DerivedPlan plan) {
		if (plan.shape() == PlanShape.MOVED_TABLE || !plan.plan().contract().drops()) {
			return List.of();
		}
		if (!plan.plan().contract().columns().isEmpty()) {
			return PlanColumns.find(plan.plan(), "contract.columns", plan.plan().contract().columns(),
					plan.source().columns());
		}
		return plan.reverse().stream().filter((mapped) -> !readsItself(mapped)).map(MappedColumn::column).toList();
	}

	/**
	 * Refuse columns that are needed.
	 */
	static void check(DerivedPlan plan) {
		MigrationPlan declared = plan.plan();
		if (declared.contract().columns().isEmpty()) {
			return;
		}
		if (plan.shape() == PlanShape.MOVED_TABLE) {
			throw new InvalidPlanException(plan.id(), "contract.columns",
					"columns are named, but the whole table '%s' goes".formatted(plan.source()), "Leave them out");
		}
		for (TableColumn column : PlanColumns.find(declared, "contract.columns", declared.contract().columns(),
				plan.source().columns())) {
			boolean written = plan.shape() == PlanShape.COLUMN
					&& plan.mapping().stream().anyMatch((mapped) -> mapped.column().equals(column));
			if (plan.source().key().contains(column) || written) {
				throw new InvalidPlanException(plan.id(), "contract.columns",
						"'%s' is %s".formatted(column.name(), written ? "a column of the target" : "a key column"),
						"Leave it out; it is needed when the plan is over");
			}
		}
	}

	private static boolean readsItself(MappedColumn mapped) {
		return new SqlExpression(mapped.expression()).sourceColumns().contains(mapped.column().name());
	}

}
