package dev.parallelchange.migration.script.review;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.parallelchange.migration.script.sql.AlterTable;
import dev.parallelchange.migration.script.sql.ColumnDefinition;
import dev.parallelchange.migration.script.sql.ConstraintDefinition;
import dev.parallelchange.migration.script.sql.CreateIndex;
import dev.parallelchange.migration.script.sql.CreateTable;
import dev.parallelchange.migration.script.sql.SqlName;
import dev.parallelchange.migration.script.sql.SqlStatement;
import dev.parallelchange.migration.script.sql.SqlTokens;
import org.jspecify.annotations.Nullable;

/**
 * Foreign keys lock two tables, and want an index.
 */
final class ForeignKeyRules implements StatementRules {

	@Override
	public void look(SqlStatement statement, ReviewedScript script) {
		for (Key key : keys(statement)) {
			validated(key, statement, script);
			if (!isIndexed(key, script)) {
				script.add(ReviewRule.FOREIGN_KEY_INDEX, statement, index(key, script.isNew(key.table())));
			}
			types(key, statement, script);
		}
		several(statement, script);
	}

	private static void validated(Key key, SqlStatement statement, ReviewedScript script) {
		boolean empty = key.added() != null && key.added().defaultExpression() == null;
		if (!script.isNew(key.table()) && !key.constraint().isNotValid() && !empty) {
			SqlName name = key.constraint().name();
			String words = (key.added() == null) ? key.constraint().tokens().sql()
					: "foreign key (%s) %s".formatted(key.added().name(), key.constraint().tokens().sql());
			script.add(ReviewRule.FOREIGN_KEY_VALIDATED, statement, ConstraintRules.later(key.table(),
					(name != null) ? name.sql() : "%s_%s_fkey".formatted(key.table().simple(), key.columns()), words));
		}
	}

	private static String index(Key key, boolean isNew) {
		return "create index %sif not exists %s_%s_idx on %s (%s)".formatted(isNew ? "" : "concurrently ",
				key.table().simple(), key.columns(), key.table(), String.join(", ", key.constraint().columns()));
	}

	private static boolean isIndexed(Key key, ReviewedScript script) {
		List<String> columns = key.constraint().columns();
		boolean created = script.all()
			.map(CreateIndex::of)
			.anyMatch((index) -> index != null && !index.partial() && index.table().matches(key.table())
					&& beginsWith(index.columns(), columns));
		boolean unique = script.all()
			.map(CreateTable::of)
			.filter((table) -> table != null && table.table().matches(key.table()))
			.flatMap((table) -> table.constraints().stream())
			.anyMatch((constraint) -> (constraint.kind() == ConstraintDefinition.Kind.PRIMARY_KEY
					|| constraint.kind() == ConstraintDefinition.Kind.UNIQUE)
					&& beginsWith(constraint.columns(), columns));
		return created || unique || script.catalog().hasIndex(key.table().sql(), columns);
	}

	private static boolean beginsWith(List<String> indexed, List<String> columns) {
		return indexed.size() >= columns.size()
				&& Set.copyOf(indexed.subList(0, columns.size())).equals(Set.copyOf(columns));
	}

	private static void types(Key key, SqlStatement statement, ReviewedScript script) {
		SqlName referenced = key.constraint().referenced();
		List<String> columns = key.constraint().columns();
		if (referenced == null || columns.size() != 1) {
			return;
		}
		List<String> names = key.constraint().referencedColumns();
		String own = type(key.table(), columns.get(0), script);
		String other = type(referenced, names.isEmpty() ? null : names.get(0), script);
		if (own != null && other != null && !TypeNames.of(own).equals(TypeNames.of(other))) {
			script.add(ReviewRule.KEY_TYPES, statement,
					"-- give '%s' of %s the type of the column that it refers to: %s".formatted(columns.get(0),
							key.table(), TypeNames.of(other)));
		}
	}

	private static @Nullable String type(SqlName table, @Nullable String column, ReviewedScript script) {
		String known = script.all()
			.flatMap((statement) -> definitions(table, statement).stream())
			.filter((definition) -> (column != null) ? definition.name().simple().equals(column)
					: definition.attributes().contains("PRIMARY", "KEY"))
			.map(ColumnDefinition::type)
			.findFirst()
			.orElse(null);
		return (known != null) ? known : script.catalog().columnType(table.sql(), column);
	}

	private static List<ColumnDefinition> definitions(SqlName table, SqlStatement statement) {
		CreateTable created = CreateTable.of(statement);
		if (created != null && created.table().matches(table)) {
			return created.columns();
		}
		AlterTable alter = AlterTable.of(statement);
		List<ColumnDefinition> definitions = new ArrayList<>();
		for (SqlTokens action : (alter != null && alter.table().matches(table)) ? alter.actions()
				: List.<SqlTokens>of()) {
			ColumnDefinition column = AlterTable.addedColumn(action);
			if (column != null) {
				definitions.add(column);
			}
		}
		return definitions;
	}

	/**
	 * Tables that this script creates are locked by nobody else.
	 */
	private static void several(SqlStatement statement, ReviewedScript script) {
		Set<String> locked = new HashSet<>();
		script.before(statement).forEach((other) -> locked.addAll(referenced(other, script)));
		Set<String> own = referenced(statement, script);
		boolean more = !own.isEmpty() && !locked.isEmpty() && !locked.containsAll(own);
		if (more || own.size() > 1) {
			script.add(ReviewRule.SEVERAL_FOREIGN_KEYS, statement,
					"-- one foreign key in each script: leave all but one out, and add the others with 'not valid'");
		}
	}

	private static Set<String> referenced(SqlStatement statement, ReviewedScript script) {
		Set<String> tables = new HashSet<>();
		for (Key key : keys(statement)) {
			SqlName table = key.constraint().referenced();
			if (table != null && !script.isNew(table)) {
				tables.add(table.simple());
			}
		}
		return tables;
	}

	private static List<Key> keys(SqlStatement statement) {
		List<Key> keys = new ArrayList<>();
		CreateTable created = CreateTable.of(statement);
		if (created != null) {
			created.constraints().forEach((constraint) -> add(keys, created.table(), null, constraint));
		}
		AlterTable alter = AlterTable.of(statement);
		if (alter != null) {
			for (SqlTokens action : alter.actions()) {
				ColumnDefinition column = AlterTable.addedColumn(action);
				add(keys, alter.table(), column,
						(column != null) ? column.foreignKey() : AlterTable.addedConstraint(action));
			}
		}
		return keys;
	}

	private static void add(List<Key> keys, SqlName table, @Nullable ColumnDefinition added,
			@Nullable ConstraintDefinition constraint) {
		if (constraint != null && constraint.kind() == ConstraintDefinition.Kind.FOREIGN_KEY) {
			keys.add(new Key(table, added, constraint));
		}
	}

	/**
	 * A foreign key that a statement adds.
	 *
	 * @param added the column that it comes with; {@code null} for none
	 */
	private record Key(SqlName table, @Nullable ColumnDefinition added, ConstraintDefinition constraint) {

		String columns() {
			return String.join("_", this.constraint.columns());
		}

	}

}
