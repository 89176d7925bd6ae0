package dev.parallelchange.migration.jdbc.plan;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanDefinition;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.SwitchKind;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.SqlExpression;

/**
 * Collects what makes two plans mean the same. A column that a plan does not touch may
 * come and go.
 */
final class DefinitionParts {

	private final Map<String, String> parts = new LinkedHashMap<>();

	private final MigrationTable source;

	private final MigrationTable target;

	DefinitionParts(MigrationTable source, MigrationTable target) {
		this.source = source;
		this.target = target;
		this.parts.put("source", source.toString());
		this.parts.put("target", target.toString());
		this.parts.put("key", names(source.key()) + " is " + names(target.key()));
	}

	DefinitionParts kinds(PlanShape shape, MirrorKind mirror, SwitchKind switchKind) {
		this.parts.put("shape", shape.name());
		this.parts.put("mirror", mirror.name());
		this.parts.put("switch", switchKind.name());
		return this;
	}

	DefinitionParts expressions(MigrationPlan plan, List<MappedColumn> mapping, List<MappedColumn> reverse) {
		if (plan.isAcrossDatabases()) {
			this.parts.put("target's data source", String.valueOf(plan.target().dataSource()));
		}
		if (plan.filter() != null) {
			this.parts.put("filter", plan.filter());
		}
		mapping.forEach((mapped) -> this.parts.put("mapping of " + mapped.column().name(), mapped.expression()));
		reverse.forEach((mapped) -> this.parts.put("reverse of " + mapped.column().name(), mapped.expression()));
		columns("source.", this.source, read(plan, mapping, reverse), written(this.source, reverse), List.of());
		columns("target.", this.target, Set.of(), written(this.target, mapping), plan.finish().notNull());
		return this;
	}

	DefinitionParts lookups(List<String> tables, Map<String, String> columns) {
		if (!tables.isEmpty()) {
			this.parts.put("lookups", String.join(", ", tables));
		}
		columns.forEach((column, type) -> this.parts.put(PlanDefinition.COLUMN + column, type));
		return this;
	}

	/**
	 * The schemas in which expressions find what they call.
	 */
	DefinitionParts searchPath(Collection<String> schemas) {
		this.parts.put("search path", String.join(", ", schemas));
		return this;
	}

	PlanDefinition build() {
		return PlanDefinition.of(this.parts);
	}

	private Set<String> read(MigrationPlan plan, List<MappedColumn> mapping, List<MappedColumn> reverse) {
		Set<String> read = new HashSet<>();
		mapping.forEach((mapped) -> read.addAll(new SqlExpression(mapped.expression()).sourceColumns()));
		reverse.forEach((mapped) -> read.addAll(new SqlExpression(mapped.expression()).sourceColumns()));
		if (plan.filter() != null) {
			read.addAll(new SqlExpression(plan.filter()).sourceColumns());
		}
		return read;
	}

	private static Set<String> written(MigrationTable table, List<MappedColumn> mapped) {
		Set<String> written = mapped.stream().map((column) -> column.column().name()).collect(Collectors.toSet());
		table.key().forEach((column) -> written.add(column.name()));
		return written;
	}

	/**
	 * Whether a column accepts null matters only where the plan writes it, and does not
	 * see to it itself.
	 */
	private void columns(String side, MigrationTable table, Set<String> read, Set<String> written,
			List<String> finished) {
		for (TableColumn column : table.columns()) {
			String name = column.name();
			if (written.contains(name) || read.contains(name)) {
				boolean needed = written.contains(name) && !column.nullable() && !finished.contains(name);
				this.parts.put(PlanDefinition.COLUMN + side + name, column.type() + (needed ? " not null" : ""));
			}
		}
	}

	private static String names(List<TableColumn> columns) {
		return columns.stream().map(TableColumn::name).collect(Collectors.joining(", "));
	}

}
