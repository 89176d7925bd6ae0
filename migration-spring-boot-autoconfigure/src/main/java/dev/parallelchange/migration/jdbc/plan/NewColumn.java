package dev.parallelchange.migration.jdbc.plan;

import java.nio.charset.StandardCharsets;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.SqlExpression;
import org.jspecify.annotations.Nullable;

/**
 * A column that a target has to have.
 *
 * @param declared its name as the plan writes it
 * @param property where the plan does
 * @param type its type
 * @param from the source's column whose values it takes as they are; {@code null} if they
 * are computed
 */
record NewColumn(String declared, String property, ColumnType type, @Nullable TableColumn from) {

	private static final int MAX_NAME = 63;

	/**
	 * The name that it gets. As in SQL it is folded where it is a word without quotes.
	 */
	String name() {
		return name(this.declared);
	}

	static String name(String declared) {
		return new SqlExpression(declared).isBareWord() ? SqlExpression.unquote(declared) : declared;
	}

	void check(MigrationPlan plan, boolean inNewTable) {
		if (name().getBytes(StandardCharsets.UTF_8).length > MAX_NAME) {
			throw new InvalidPlanException(plan.id(), this.property,
					"the name '%s' is longer than the %d bytes that PostgreSQL keeps of it".formatted(name(), MAX_NAME),
					"Choose a shorter one");
		}
		if (!inNewTable && this.type.constrained()) {
			throw new InvalidPlanException(plan.id(), this.property,
					"column '%s' would have the domain %s, which has a constraint or a default: PostgreSQL would write the whole table anew, and lock it as long"
						.formatted(name(), this.type.type()),
					"Cast to the type below the domain in 'mapping', and state the constraint in 'finish.checks'; or add the column by a script of yours");
		}
	}

}
