package dev.parallelchange.migration.jdbc.plan;

import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.SqlExpression;
import org.jspecify.annotations.Nullable;

/**
 * Completes a plan's mapping and reverse by the columns of its tables.
 */
final class PlanColumns {

	private final MigrationPlan plan;

	private final MigrationTable source;

	private final MigrationTable target;

	private final boolean sameTable;

	private final Optional<TransformerColumns> transformer;

	PlanColumns(MigrationPlan plan, MigrationTable source, MigrationTable target) {
		this.plan = plan;
		this.source = source;
		this.target = target;
		this.sameTable = !plan.isAcrossDatabases() && source.isSameTable(target);
		this.transformer = Optional.ofNullable(plan.transformer())
			.map((transformer) -> new TransformerColumns(plan, transformer, source, target));
	}

	/**
	 * The mapped columns in the order of the target's columns: the same on every start.
	 */
	List<MappedColumn> mapping() {
		Map<String, MappedColumn> mapping = new LinkedHashMap<>();
		this.plan.rename().forEach((from, to) -> {
			TableColumn column = find("rename", from, this.source);
			map(mapping, "rename." + from, to, "source." + column.sql());
		});
		this.plan.mapping().forEach((column, expression) -> map(mapping, "mapping." + column, column, expression));
		this.transformer.ifPresent((transformer) -> transformer.mapping()
			.forEach((mapped) -> map(mapping, TransformerColumns.PROPERTY, mapped)));
		if (!this.sameTable) {
			mapSameNames(mapping);
			checkComplete(mapping);
		}
		else if (mapping.isEmpty()) {
			throw new InvalidPlanException(this.plan.id(), "mapping",
					"source and target are the same table '%s', and nothing is mapped".formatted(this.source),
					"State 'rename' or 'mapping', or name another target");
		}
		return ordered(mapping, this.target);
	}

	/**
	 * What a transformer produces comes last, behind the values of the database.
	 */
	private static List<MappedColumn> ordered(Map<String, MappedColumn> mapped, MigrationTable table) {
		return mapped.values()
			.stream()
			.sorted(Comparator.comparing(MappedColumn::transformed)
				.thenComparing((column) -> table.columns().indexOf(column.column())))
			.toList();
	}

	private void map(Map<String, MappedColumn> mapping, String property, String to, String expression) {
		map(mapping, property, new MappedColumn(target(property, to), expression, true));
	}

	private void map(Map<String, MappedColumn> mapping, String property, MappedColumn mapped) {
		TableColumn column = mapped.column();
		checkWritable(property, column);
		if (this.target.key().contains(column)) {
			checkKey(property, column, mapped.expression());
			return;
		}
		if (mapping.put(column.name(), mapped) != null) {
			throw new InvalidPlanException(this.plan.id(), property,
					"target column '%s' is mapped twice".formatted(column.name()), "Keep one of the two");
		}
	}

	private TableColumn target(String property, String name) {
		try {
			return find(property, name, this.target);
		}
		catch (InvalidPlanException ex) {
			throw this.sameTable ? new MissingTargetException(this.plan.id(), property, ex.getProblem(), ex.getFix())
					: ex;
		}
	}

	/**
	 * A key is what both sides have in common, so it cannot be computed.
	 */
	private void checkKey(String property, TableColumn column, String expression) {
		String from = this.source.key().get(this.target.key().indexOf(column)).name();
		boolean plain = new SqlExpression(expression).plainColumn().filter(from::equals).isPresent();
		if (this.sameTable || !plain) {
			throw new InvalidPlanException(this.plan.id(), property,
					"'%s' would compute the key column '%s'".formatted(expression, column.name()),
					"A key has the values of the source's key; leave it out, or name another column in 'target.key'");
		}
	}

	private void mapSameNames(Map<String, MappedColumn> mapping) {
		for (TableColumn column : this.target.columns()) {
			if (!column.generated() && !this.target.key().contains(column)) {
				this.source.column(column.name())
					.filter((same) -> !this.source.key().contains(same))
					.ifPresent((same) -> mapping.putIfAbsent(column.name(),
							new MappedColumn(column, "source." + same.sql(), false)));
			}
		}
	}

	private void checkComplete(Map<String, MappedColumn> mapping) {
		for (TableColumn column : this.target.columns()) {
			if (!column.isOptional() && !mapping.containsKey(column.name()) && !this.target.key().contains(column)) {
				throw new InvalidPlanException(this.plan.id(), "mapping." + column.name(),
						"target column '%s' needs a value, and nothing is mapped to it".formatted(column.name()),
						"Map it, or give it a default, or let it accept null");
			}
		}
	}

	/**
	 * The source's columns that can be computed from a target row, in their order.
	 */
	List<MappedColumn> reverse(List<MappedColumn> mapping) {
		Map<String, MappedColumn> reverse = new LinkedHashMap<>();
		for (MappedColumn mapped : mapping) {
			new SqlExpression(mapped.expression()).plainColumn()
				.flatMap(this.source::column)
				.filter((column) -> !column.generated() && !this.source.key().contains(column))
				.ifPresent((column) -> reverse.putIfAbsent(column.name(),
						new MappedColumn(column, "target." + mapped.column().sql(), false)));
		}
		this.plan.reverse().forEach((name, expression) -> {
			String property = "reverse." + name;
			TableColumn column = find(property, name, this.source);
			checkWritable(property, column);
			if (this.source.key().contains(column)) {
				throw new InvalidPlanException(this.plan.id(), property, "'%s' is a key column".formatted(name),
						"Leave it out; a key has the values of the target's key");
			}
			reverse.put(column.name(), new MappedColumn(column, expression, true));
		});
		this.transformer.ifPresent((transformer) -> transformer.reverse()
			.forEach((mapped) -> reverse.put(mapped.column().name(), mapped)));
		return ordered(reverse, this.source);
	}

	private void checkWritable(String property, TableColumn column) {
		if (column.generated()) {
			throw new InvalidPlanException(this.plan.id(), property,
					"column '%s' is generated by the database".formatted(column.name()), "Leave it out");
		}
	}

	@Nullable String oneWayReason(List<MappedColumn> mapping, List<MappedColumn> reverse) {
		Set<String> known = new HashSet<>();
		reverse.forEach((column) -> known.add(column.column().name()));
		this.source.key().forEach((column) -> known.add(column.name()));
		for (MappedColumn mapped : mapping) {
			for (String column : new SqlExpression(mapped.expression()).sourceColumns()) {
				if (!known.contains(column)) {
					return "target column '%s' is computed from source column '%s', for which there is no 'reverse'%s"
						.formatted(mapped.column().name(), column,
								mapped.transformed() ? " and no ReversibleMigrationTransformer" : "");
				}
			}
		}
		return null;
	}

	private TableColumn find(String property, String name, MigrationTable table) {
		return find(this.plan, property, List.of(name), table.columns()).get(0);
	}

	/**
	 * Find columns by their names as declared: as they are, or folded and unquoted as
	 * PostgreSQL would.
	 */
	static List<TableColumn> find(MigrationPlan plan, String property, List<String> names, List<TableColumn> columns) {
		return names.stream()
			.map((name) -> named(name, columns).or(() -> named(SqlExpression.unquote(name), columns))
				.orElseThrow(() -> new InvalidPlanException(plan.id(), property,
						"there is no column '%s'".formatted(name), theColumnsAre(columns))))
			.toList();
	}

	static Optional<TableColumn> named(String name, List<TableColumn> columns) {
		return columns.stream().filter((column) -> column.name().equals(name)).findFirst();
	}

	static String theColumnsAre(List<TableColumn> columns) {
		return "The columns are " + columns.stream().map(TableColumn::name).toList();
	}

}
