package dev.parallelchange.migration.script.sql;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A statement that creates a table.
 *
 * @param table the table
 * @param columns its columns
 * @param constraints its foreign keys, primary key and unique constraints, also those of
 * single columns
 * @param query whether its rows come from a query
 */
public record CreateTable(SqlName table, List<ColumnDefinition> columns, List<ConstraintDefinition> constraints,
		boolean query) {

	public CreateTable {
		columns = List.copyOf(columns);
		constraints = List.copyOf(constraints);
	}

	/**
	 * Read a statement.
	 * @param statement the statement
	 * @return its parts; {@code null} if it is another statement
	 */
	public static @Nullable CreateTable of(SqlStatement statement) {
		SqlReader reader = new SqlReader(statement.tokens());
		if (!reader.accept("CREATE")) {
			return null;
		}
		if (!reader.accept("TEMPORARY") && !reader.accept("TEMP")) {
			reader.accept("UNLOGGED");
		}
		if (!reader.accept("TABLE")) {
			return null;
		}
		reader.accept("IF", "NOT", "EXISTS");
		SqlName table = reader.name();
		return (table != null) ? of(table, reader.rest()) : null;
	}

	private static CreateTable of(SqlName table, SqlTokens rest) {
		List<ColumnDefinition> columns = new ArrayList<>();
		List<ConstraintDefinition> constraints = new ArrayList<>();
		SqlTokens elements = rest.startsWith("(") ? rest.parenthesized() : null;
		for (SqlTokens element : (elements != null) ? elements.list() : List.<SqlTokens>of()) {
			ConstraintDefinition constraint = ConstraintDefinition.of(element);
			ColumnDefinition column = ConstraintDefinition.startsConstraint(element) ? null
					: ColumnDefinition.of(element);
			if (constraint != null) {
				constraints.add(constraint);
			}
			else if (column != null) {
				columns.add(column);
				constraints.addAll(ofColumn(column));
			}
		}
		return new CreateTable(table, columns, constraints, rest.contains("AS"));
	}

	private static List<ConstraintDefinition> ofColumn(ColumnDefinition column) {
		List<ConstraintDefinition> constraints = new ArrayList<>();
		ConstraintDefinition foreignKey = column.foreignKey();
		if (foreignKey != null) {
			constraints.add(foreignKey);
		}
		if (column.attributes().contains("PRIMARY", "KEY") || column.attributes().contains("UNIQUE")) {
			constraints.add(new ConstraintDefinition(ConstraintDefinition.Kind.UNIQUE, null,
					List.of(column.name().simple()), null, List.of(), column.attributes()));
		}
		return constraints;
	}

}
