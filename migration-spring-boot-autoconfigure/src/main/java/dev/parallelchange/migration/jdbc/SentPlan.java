package dev.parallelchange.migration.jdbc;

import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.TableColumn;

/**
 * A plan as it stands in the database that rows of one side are sent to.
 */
public final class SentPlan {

	private static final String MAPPED = "migration mapped ";

	private static final String RESTORED = "migration restored ";

	private SentPlan() {
	}

	static DerivedPlan of(DerivedPlan plan, MigrationSide side) {
		return (side == MigrationSide.SOURCE) ? inTargetDatabase(plan) : inSourceDatabase(plan);
	}

	/**
	 * Whether a column of sent target rows has what the mapping makes of the source row.
	 */
	static boolean isMapped(TableColumn column) {
		return column.name().startsWith(MAPPED);
	}

	/**
	 * The source consists of its key and the mapped values here.
	 */
	private static DerivedPlan inTargetDatabase(DerivedPlan plan) {
		List<TableColumn> key = new ArrayList<>();
		plan.source().key().forEach((column) -> key.add(named("k" + (key.size() + 1), column)));
		List<TableColumn> columns = new ArrayList<>(key);
		List<MappedColumn> mapping = new ArrayList<>();
		for (MappedColumn mapped : plan.mapping()) {
			TableColumn sent = named("c" + (mapping.size() + 1), portable(mapped.column()));
			columns.add(sent);
			mapping.add(new MappedColumn(mapped.column(), "source." + sent.sql(), false));
		}
		MigrationTable source = new MigrationTable(plan.source().schema(), plan.source().name(), key, columns);
		return new DerivedPlan(plan.plan().withoutFilter(), plan.shape(), source, plan.target(), mapping,
				plan.reverse(), plan.oneWayReason(), plan.mirror(), plan.switchKind(), plan.definition(),
				plan.tables());
	}

	/**
	 * What a transformer produces are more columns of the target here: what it restores,
	 * and what it makes of the source row.
	 */
	private static DerivedPlan inSourceDatabase(DerivedPlan plan) {
		MigrationTable target = portable(plan.target());
		List<TableColumn> columns = new ArrayList<>(target.columns());
		List<MappedColumn> reverse = sentBeside(RESTORED, plan.reverse(), columns);
		List<MappedColumn> mapping = sentBeside(MAPPED, portable(plan.mapping()), columns);
		return new DerivedPlan(plan.plan(), plan.shape(), plan.source(),
				new MigrationTable(target.schema(), target.name(), target.key(), columns), mapping, reverse,
				plan.oneWayReason(), plan.mirror(), plan.switchKind(), plan.definition(), plan.tables());
	}

	private static List<MappedColumn> sentBeside(String prefix, List<MappedColumn> mapping, List<TableColumn> columns) {
		return mapping.stream().map((mapped) -> {
			if (!mapped.transformed()) {
				return mapped;
			}
			TableColumn sent = named(prefix + columns.size(), mapped.column());
			columns.add(sent);
			return new MappedColumn(mapped.column(), "target." + sent.sql(), true);
		}).toList();
	}

	public static List<MappedColumn> portable(List<MappedColumn> mapping) {
		return mapping.stream()
			.map((mapped) -> new MappedColumn(portable(mapped.column()), mapped.expression(), mapped.explicit(),
					mapped.transformed()))
			.toList();
	}

	/**
	 * A table of another database as its rows can stand in this one.
	 */
	public static MigrationTable portable(MigrationTable table) {
		return new MigrationTable(table.schema(), table.name(), table.key().stream().map(SentPlan::portable).toList(),
				table.columns().stream().map(SentPlan::portable).toList());
	}

	static TableColumn portable(TableColumn column) {
		String type = column.portableType();
		boolean known = !type.equals("text");
		return new TableColumn(column.name(), type, type.replaceAll("\\([^)]*\\)", ""), column.nullable(),
				column.defaultExpression(), column.generated(), column.identity(),
				!known || column.comparableDirectly(), type);
	}

	private static TableColumn named(String name, TableColumn column) {
		return new TableColumn(name, column.type(), column.baseType(), column.nullable(), null, false, false,
				column.comparableDirectly(), column.portableType());
	}

}
