package dev.parallelchange.migration.script.sql;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A statement that alters a table.
 *
 * @param table the table
 * @param actions what is done to it
 */
public record AlterTable(SqlName table, List<SqlTokens> actions) {

	public AlterTable {
		actions = List.copyOf(actions);
	}

	/**
	 * Read a statement.
	 * @param statement the statement
	 * @return its parts; {@code null} if it is another statement
	 */
	public static @Nullable AlterTable of(SqlStatement statement) {
		SqlReader reader = new SqlReader(statement.tokens());
		if (!reader.accept("ALTER", "TABLE")) {
			return null;
		}
		reader.accept("IF", "EXISTS");
		reader.accept("ONLY");
		SqlName table = reader.name();
		reader.accept("*");
		return (table != null) ? new AlterTable(table, reader.rest().list()) : null;
	}

	/**
	 * Return whether the statement needs the table for itself, so that it waits for
	 * whoever reads it.
	 * @return {@code false} if it only validates, or adds foreign keys
	 */
	public boolean isExclusive() {
		return this.actions.stream()
			.anyMatch((action) -> !action.startsWith("VALIDATE") && !action.contains("FOREIGN"));
	}

	/**
	 * Return the column that an action adds.
	 * @param action the action
	 * @return its definition; {@code null} if it adds none
	 */
	public static @Nullable ColumnDefinition addedColumn(SqlTokens action) {
		SqlReader reader = new SqlReader(action);
		if (!reader.accept("ADD") || ConstraintDefinition.startsConstraint(reader.rest())) {
			return null;
		}
		reader.accept("COLUMN");
		reader.accept("IF", "NOT", "EXISTS");
		return ColumnDefinition.of(reader.rest());
	}

	/**
	 * Return the constraint that an action adds.
	 * @param action the action
	 * @return its definition; {@code null} if it adds none
	 */
	public static @Nullable ConstraintDefinition addedConstraint(SqlTokens action) {
		return action.startsWith("ADD") ? ConstraintDefinition.of(action.from(1)) : null;
	}

}
