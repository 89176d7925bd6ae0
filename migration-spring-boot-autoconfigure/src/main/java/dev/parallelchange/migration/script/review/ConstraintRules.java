package dev.parallelchange.migration.script.review;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.parallelchange.migration.script.sql.AlterTable;
import dev.parallelchange.migration.script.sql.ColumnDefinition;
import dev.parallelchange.migration.script.sql.ConstraintDefinition;
import dev.parallelchange.migration.script.sql.CreateIndex;
import dev.parallelchange.migration.script.sql.SqlName;
import dev.parallelchange.migration.script.sql.SqlReader;
import dev.parallelchange.migration.script.sql.SqlStatement;
import dev.parallelchange.migration.script.sql.SqlTokens;
import org.jspecify.annotations.Nullable;

/**
 * A constraint is added without a look at the rows, and proven later.
 */
final class ConstraintRules implements StatementRules {

	@Override
	public void look(SqlStatement statement, ReviewedScript script) {
		AlterTable alter = AlterTable.of(statement);
		if (alter == null || script.isNew(alter.table())) {
			return;
		}
		for (SqlTokens action : alter.actions()) {
			ConstraintDefinition constraint = AlterTable.addedConstraint(action);
			ColumnDefinition column = AlterTable.addedColumn(action);
			if (constraint != null) {
				added(alter.table(), constraint, statement, script);
			}
			else if (column != null) {
				ofColumn(alter.table(), column, statement, script);
			}
			else if (action.startsWith("VALIDATE")) {
				validated(alter, statement, script);
			}
			else {
				notNull(alter.table(), action, statement, script);
			}
		}
	}

	private static void added(SqlName table, ConstraintDefinition constraint, SqlStatement statement,
			ReviewedScript script) {
		switch (constraint.kind()) {
			case CHECK -> {
				if (!constraint.isNotValid()) {
					script.add(ReviewRule.CHECK_VALIDATED, statement,
							later(table, name(table, constraint, "check"), constraint.tokens().sql()));
				}
			}
			case UNIQUE, PRIMARY_KEY -> unique(table, constraint, statement, script);
			case EXCLUDE -> script.add(ReviewRule.EXCLUSION_CONSTRAINT, statement,
					"-- create a table with the constraint, and move the rows there by a plan");
			case NOT_NULL -> {
				if (!constraint.isNotValid()) {
					script.add(ReviewRule.SET_NOT_NULL, statement,
							later(table, name(table, constraint, "not_null"), constraint.tokens().sql()));
				}
			}
			case FOREIGN_KEY -> {
			}
		}
	}

	private static String name(SqlName table, ConstraintDefinition constraint, String suffix) {
		SqlName name = constraint.name();
		return (name != null) ? name.sql() : table.simple() + "_" + suffix;
	}

	static String later(SqlName table, String name, String definition) {
		return ReviewedScript.scripts(
				"alter table %s add constraint %s %s not valid".formatted(table, name, definition),
				"alter table %s validate constraint %s".formatted(table, name));
	}

	private static void unique(SqlName table, ConstraintDefinition constraint, SqlStatement statement,
			ReviewedScript script) {
		boolean primary = constraint.kind() == ConstraintDefinition.Kind.PRIMARY_KEY;
		int using = constraint.tokens().indexOf("USING", "INDEX");
		if (using < 0) {
			String name = name(table, constraint, primary ? "pkey" : String.join("_", constraint.columns()) + "_key");
			script.add(ReviewRule.UNIQUE_BLOCKING, statement,
					ReviewedScript.scripts(
							"create unique index concurrently if not exists %s on %s (%s)".formatted(name, table,
									String.join(", ", constraint.columns())),
							"alter table %s add constraint %s %s using index %s".formatted(table, name,
									primary ? "primary key" : "unique", name)));
		}
		else if (primary) {
			SqlName index = new SqlReader(constraint.tokens().from(using + 2)).name();
			if (!areNotNull(table, columns(index, statement, script), statement, script)) {
				script.add(ReviewRule.PRIMARY_KEY_NULLABLE, statement,
						"-- see set-not-null for each column first, in scripts before this one:\n" + statement.sql());
			}
		}
	}

	private static List<String> columns(@Nullable SqlName index, SqlStatement statement, ReviewedScript script) {
		return script.known(statement)
			.map(CreateIndex::of)
			.filter((created) -> created != null && created.name() != null && index != null
					&& created.name().simple().equals(index.simple()))
			.findFirst()
			.map(CreateIndex::columns)
			.orElse(List.of());
	}

	private static boolean areNotNull(SqlName table, List<String> columns, SqlStatement statement,
			ReviewedScript script) {
		return !columns.isEmpty() && columns.stream()
			.allMatch((column) -> alterations(table, script.known(statement))
				.anyMatch((action) -> column.equals(notNullColumn(action))));
	}

	private static void ofColumn(SqlName table, ColumnDefinition column, SqlStatement statement,
			ReviewedScript script) {
		String plain = "alter table %s add column %s %s".formatted(table, column.name(), column.type());
		if (column.attributes().contains("UNIQUE") || column.attributes().contains("PRIMARY", "KEY")) {
			script.add(ReviewRule.UNIQUE_BLOCKING, statement,
					ReviewedScript.scripts(plain,
							"create unique index concurrently if not exists %1$s_%2$s_key on %1$s (%2$s)"
								.formatted(table, column.name())));
		}
		int check = column.attributes().indexOf("CHECK");
		if (check >= 0) {
			SqlTokens condition = column.attributes().from(check).parenthesized();
			script.add(ReviewRule.CHECK_VALIDATED, statement,
					ReviewedScript.scripts(plain, later(table, "%s_%s_check".formatted(table.simple(), column.name()),
							"check (%s)".formatted((condition != null) ? condition.sql() : ""))));
		}
	}

	private static void validated(AlterTable alter, SqlStatement statement, ReviewedScript script) {
		boolean locked = script.before(statement)
			.stream()
			.map(AlterTable::of)
			.anyMatch((other) -> other != null && other.table().matches(alter.table()));
		boolean together = alter.actions().stream().anyMatch((action) -> !action.startsWith("VALIDATE"));
		if (locked || together) {
			script.add(ReviewRule.VALIDATED_WITH_ADD, statement, apart(alter));
		}
	}

	private static String apart(AlterTable alter) {
		List<SqlTokens> others = alter.actions().stream().filter((action) -> !action.startsWith("VALIDATE")).toList();
		List<SqlTokens> proofs = alter.actions().stream().filter((action) -> action.startsWith("VALIDATE")).toList();
		String alone = "-- in a script of its own:\n" + altered(alter.table(), proofs);
		return others.isEmpty() ? alone : ReviewedScript.scripts(altered(alter.table(), others), alone);
	}

	private static String altered(SqlName table, List<SqlTokens> actions) {
		return actions.stream()
			.map(SqlTokens::sql)
			.collect(Collectors.joining(", ", "alter table %s ".formatted(table), ""));
	}

	private static void notNull(SqlName table, SqlTokens action, SqlStatement statement, ReviewedScript script) {
		String column = notNullColumn(action);
		if (column == null || isProven(table, column, statement, script)) {
			return;
		}
		String name = "%s_%s_not_null".formatted(table.simple(), column);
		script.add(ReviewRule.SET_NOT_NULL, statement,
				ReviewedScript.scripts(later(table, name, "check (%s is not null)".formatted(column)),
						"alter table %1$s alter column %2$s set not null;\nalter table %1$s drop constraint %3$s"
							.formatted(table, column, name)));
	}

	private static @Nullable String notNullColumn(SqlTokens action) {
		SqlReader reader = new SqlReader(action);
		if (!reader.accept("ALTER")) {
			return null;
		}
		reader.accept("COLUMN");
		SqlName column = reader.name();
		return (column != null && reader.accept("SET", "NOT", "NULL")) ? column.simple() : null;
	}

	/**
	 * A valid check tells PostgreSQL that there is no null.
	 */
	private static boolean isProven(SqlName table, String column, SqlStatement statement, ReviewedScript script) {
		return alterations(table, script.known(statement)).map(AlterTable::addedConstraint)
			.filter((constraint) -> constraint != null && says(constraint, column))
			.anyMatch((constraint) -> !constraint.isNotValid()
					|| isValidated(table, constraint.name(), statement, script));
	}

	private static boolean says(ConstraintDefinition constraint, String column) {
		SqlTokens condition = constraint.tokens().parenthesized();
		return condition != null && !condition.isEmpty() && condition.first().isName()
				&& condition.first().name().equals(column) && condition.from(1).startsWith("IS", "NOT", "NULL")
				&& condition.all().size() == 4;
	}

	private static boolean isValidated(SqlName table, @Nullable SqlName name, SqlStatement statement,
			ReviewedScript script) {
		return name != null
				&& alterations(table, script.known(statement)).filter((action) -> action.startsWith("VALIDATE"))
					.map((action) -> new SqlReader(action.from(2)).name())
					.anyMatch((validated) -> validated != null && validated.simple().equals(name.simple()));
	}

	private static Stream<SqlTokens> alterations(SqlName table, Stream<SqlStatement> statements) {
		return statements.map(AlterTable::of)
			.filter((alter) -> alter != null && alter.table().matches(table))
			.flatMap((alter) -> alter.actions().stream());
	}

}
