package dev.parallelchange.migration.jdbc.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.MigrationTransformer;
import dev.parallelchange.migration.ReversibleMigrationTransformer;
import dev.parallelchange.migration.TableColumn;

/**
 * The columns that a plan's transformer reads and produces. Where an expression would
 * stand, its version stands, and the columns that it reads as an expression would name
 * them: a plan's definition and its way back depend on them alike.
 */
final class TransformerColumns {

	static final String PROPERTY = "transformer";

	private static final Pattern VERSION = Pattern.compile("[\\p{L}\\p{N}._$:+-]{1,300}");

	private final MigrationPlan plan;

	private final MigrationTransformer transformer;

	private final MigrationTable source;

	private final List<TableColumn> sourceColumns;

	private final List<TableColumn> targetColumns;

	TransformerColumns(MigrationPlan plan, MigrationTransformer transformer, MigrationTable source,
			MigrationTable target) {
		this.plan = plan;
		this.transformer = transformer;
		this.source = source;
		this.sourceColumns = find("sourceColumns()", transformer.sourceColumns(), source);
		this.targetColumns = find("targetColumns()", transformer.targetColumns(), target);
		if (!VERSION.matcher(transformer.version()).matches()) {
			throw new InvalidPlanException(plan.id(), PROPERTY,
					"'%s' is not a version".formatted(transformer.version()),
					"Return letters, digits and . _ $ : + - from version(), or leave it out");
		}
	}

	private List<TableColumn> find(String method, Collection<String> names, MigrationTable table) {
		List<TableColumn> columns = new ArrayList<>();
		for (String name : new TreeSet<>(names)) {
			columns.add(table.column(name)
				.orElseThrow(() -> new InvalidPlanException(this.plan.id(), PROPERTY,
						"%s of %s names '%s', which is no column of '%s'".formatted(method,
								this.transformer.getClass().getName(), name, table),
						PlanColumns.theColumnsAre(table.columns()))));
		}
		if (columns.isEmpty()) {
			throw new InvalidPlanException(this.plan.id(), PROPERTY,
					"%s of %s is empty".formatted(method, this.transformer.getClass().getName()),
					"Name the columns that the transformer reads and produces");
		}
		return columns;
	}

	List<MappedColumn> mapping() {
		String expression = expression("source", this.sourceColumns);
		return this.targetColumns.stream().map((column) -> new MappedColumn(column, expression, true, true)).toList();
	}

	List<MappedColumn> reverse() {
		if (!(this.transformer instanceof ReversibleMigrationTransformer)) {
			return List.of();
		}
		String expression = expression("target", this.targetColumns);
		List<MappedColumn> reverse = new ArrayList<>();
		for (TableColumn column : this.sourceColumns) {
			if (!column.generated() && !this.source.key().contains(column)) {
				checkNotStated(column);
				reverse.add(new MappedColumn(column, expression, true, true));
			}
		}
		return reverse;
	}

	private void checkNotStated(TableColumn column) {
		if (!this.plan.reverse().isEmpty() && PlanColumns
			.find(this.plan, "reverse", List.copyOf(this.plan.reverse().keySet()), this.source.columns())
			.contains(column)) {
			throw new InvalidPlanException(this.plan.id(), "reverse." + column.name(),
					"the transformer restores column '%s' too".formatted(column.name()), "Leave one of the two out");
		}
	}

	private String expression(String side, List<TableColumn> columns) {
		return columns.stream()
			.map((column) -> side + "." + column.sql())
			.collect(Collectors.joining(", ", PROPERTY + " " + this.transformer.version() + "(", ")"));
	}

}
