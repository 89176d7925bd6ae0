package dev.parallelchange.migration.jdbc.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.SqlExpression;

/**
 * The columns that a plan says its target has: those that take the values of source
 * columns, and those that are computed.
 */
final class TargetColumns {

	private final MigrationPlan plan;

	private final MigrationTable source;

	private final Map<String, ColumnType> types;

	private final PlanExpressions expressions;

	TargetColumns(MigrationPlan plan, MigrationTable source, List<ColumnType> types, PlanExpressions expressions) {
		this.plan = plan;
		this.source = source;
		this.types = types.stream().collect(Collectors.toMap(ColumnType::name, Function.identity()));
		this.expressions = expressions;
	}

	/**
	 * The key of a target that does not exist, in the order of the source's.
	 */
	List<NewColumn> key() {
		List<String> own = this.source.key().stream().map(TableColumn::name).toList();
		List<String> names = !this.plan.target().key().isEmpty() ? this.plan.target().key()
				: PlanTables.mappedKey(this.plan, own).orElse(own);
		if (names.size() != own.size()) {
			throw new InvalidPlanException(this.plan.id(), "target.key",
					"the source's key %s and the target's key %s have different numbers of columns".formatted(own,
							names),
					"Name as many columns in 'target.key' as in 'source.key', in the same order");
		}
		List<NewColumn> key = new ArrayList<>();
		for (int i = 0; i < names.size(); i++) {
			key.add(copy("target.key", names.get(i), this.source.key().get(i)));
		}
		return key;
	}

	/**
	 * The names of columns that take the values of source columns, by those.
	 */
	Map<String, String> names() {
		Map<String, String> names = renamed();
		new TreeMap<>(this.plan.mapping()).forEach(
				(column, expression) -> plain(expression).ifPresent((from) -> names.putIfAbsent(from.name(), column)));
		return names;
	}

	/**
	 * The columns that the plan names.
	 * @param missing whether one of a name has to be looked at
	 */
	List<NewColumn> stated(Predicate<String> missing) {
		Map<String, NewColumn> columns = new LinkedHashMap<>();
		Map<String, String> renamed = renamed();
		this.source.columns().forEach((column) -> {
			String to = renamed.get(column.name());
			if (to != null && missing.test(to)) {
				add(columns, copy("rename." + column.name(), to, column));
			}
		});
		new TreeMap<>(this.plan.mapping()).forEach((column, expression) -> {
			if (missing.test(column)) {
				add(columns, computed(column, expression));
			}
		});
		return List.copyOf(columns.values());
	}

	/**
	 * The columns of a table that takes everything: what nothing else is said about keeps
	 * its name.
	 */
	List<NewColumn> all() {
		Set<String> elsewhere = new HashSet<>(renamed().keySet());
		this.plan.mapping()
			.values()
			.forEach((expression) -> elsewhere.addAll(new SqlExpression(expression).sourceColumns()));
		Map<String, NewColumn> stated = new LinkedHashMap<>();
		stated((column) -> true).forEach((column) -> add(stated, column));
		List<NewColumn> columns = new ArrayList<>();
		for (TableColumn column : this.source.columns()) {
			stated.values().stream().filter((one) -> column.equals(one.from())).forEach(columns::add);
			if (!this.source.key().contains(column) && !elsewhere.contains(column.name())
					&& !stated.containsKey(column.name())) {
				columns.add(copy("shape", '"' + column.name().replace("\"", "\"\"") + '"', column));
			}
		}
		stated.values().stream().filter((column) -> !columns.contains(column)).forEach(columns::add);
		return columns;
	}

	/**
	 * Target columns by the source columns that they are new names of.
	 */
	private Map<String, String> renamed() {
		Map<String, String> renamed = new LinkedHashMap<>();
		this.plan.rename()
			.forEach((from, to) -> renamed
				.put(PlanColumns.find(this.plan, "rename", List.of(from), this.source.columns()).get(0).name(), to));
		return renamed;
	}

	private void add(Map<String, NewColumn> columns, NewColumn column) {
		if (columns.put(column.name(), column) != null) {
			throw new InvalidPlanException(this.plan.id(), column.property(),
					"target column '%s' is mapped twice".formatted(column.name()), "Keep one of the two");
		}
	}

	private NewColumn computed(String column, String expression) {
		String property = "mapping." + column;
		TableColumn plain = plain(expression).orElse(null);
		if (plain != null) {
			return copy(property, column, plain);
		}
		ColumnType type = this.expressions.type(column, expression)
			.orElseThrow(() -> new InvalidPlanException(this.plan.id(), property,
					"the type of '%s' is not known, since temporary views are not permitted".formatted(expression),
					"Permit them, or create the target by a script of yours"));
		return new NewColumn(column, property, type, null);
	}

	private Optional<TableColumn> plain(String expression) {
		return new SqlExpression(expression).plainColumn().flatMap(this.source::column);
	}

	private NewColumn copy(String property, String to, TableColumn column) {
		ColumnType type = this.types.get(column.name());
		if (type == null) {
			throw new IllegalStateException("Column '%s' was altered meanwhile".formatted(column.name()));
		}
		return new NewColumn(to, property, type, column);
	}

}
