package dev.parallelchange.migration.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.TableColumn;

/**
 * Rows of one side that are sent to the other side's database, where they stand for their
 * table in the same statements as within one database. All expressions are evaluated in
 * the source's database: a source row is sent as what the mapping makes of it, a target
 * row as it is.
 */
public final class SentRows {

	/**
	 * The name of the parameter that holds the rows as a JSON array of arrays of texts.
	 */
	public static final String PARAMETER = "sent";

	private final DerivedPlan plan;

	private final MigrationSide side;

	public SentRows(DerivedPlan plan, MigrationSide side) {
		this.plan = plan;
		this.side = side;
	}

	/**
	 * The plan as it stands in the database that the rows are sent to.
	 */
	public DerivedPlan plan() {
		return (this.side == MigrationSide.SOURCE) ? inTargetDatabase() : inSourceDatabase();
	}

	public PlanSql sql() {
		return new PlanSql(plan(), this.side);
	}

	/**
	 * A query in the database of the side for the rows, as one JSON text.
	 * @param condition which rows
	 */
	public String select(String condition) {
		boolean source = this.side == MigrationSide.SOURCE;
		PlanSql sql = new PlanSql(this.plan);
		Stream<String> key = this.plan.table(this.side).key().stream().map((column) -> alias() + "." + column.sql());
		Stream<String> values = source ? Stream.concat(key, portableMapping().stream().map(PlanSql::value))
				: this.plan.target().columns().stream().map((column) -> alias() + "." + column.sql());
		return select(values, source ? sql.filter() + " and " + condition : condition);
	}

	/**
	 * A query for the rows of the side by their keys alone, whether or not they belong to
	 * the plan.
	 * @param condition which rows
	 */
	public String selectKeys(String condition) {
		return select(this.plan.table(this.side).key().stream().map((column) -> alias() + "." + column.sql()),
				condition);
	}

	// An array, since no function takes more than a hundred arguments.
	private String select(Stream<String> values, String condition) {
		return "select coalesce(cast(json_agg(to_json(array[%s])) as text), '[]') from %s where %s".formatted(
				values.map((value) -> "cast(" + value + " as text)").collect(Collectors.joining(", ")),
				new PlanSql(this.plan).from(this.side), condition);
	}

	/**
	 * The rows of the parameter as a relation with the columns of a table.
	 */
	static String relation(MigrationTable table) {
		return "(select %s from jsonb_array_elements(cast(:%s as jsonb)) as item)"
			.formatted(IntStream.range(0, table.columns().size())
				.mapToObj((i) -> "cast(item ->> %d as %s) as %s".formatted(i, PlanSql.valueType(table.columns().get(i)),
						table.columns().get(i).sql()))
				.collect(Collectors.joining(", ")), PARAMETER);
	}

	/**
	 * A relation with the columns of a table and a row of nulls, to compile against.
	 */
	public static String emptyRow(MigrationTable table) {
		return "(select %s)".formatted(PlanSql.list(table.columns(),
				(column) -> "cast(null as %s) as %s".formatted(column.type(), column.sql())));
	}

	/**
	 * The source consists of its key and the mapped values here.
	 */
	private DerivedPlan inTargetDatabase() {
		List<TableColumn> key = new ArrayList<>();
		this.plan.source().key().forEach((column) -> key.add(named("k" + (key.size() + 1), column)));
		List<TableColumn> columns = new ArrayList<>(key);
		List<MappedColumn> mapping = new ArrayList<>();
		for (MappedColumn mapped : this.plan.mapping()) {
			TableColumn sent = named("c" + (mapping.size() + 1), portable(mapped.column()));
			columns.add(sent);
			mapping.add(new MappedColumn(mapped.column(), "source." + sent.sql(), false));
		}
		MigrationTable source = new MigrationTable(this.plan.source().schema(), this.plan.source().name(), key,
				columns);
		return new DerivedPlan(withoutFilter(this.plan.plan()), this.plan.shape(), source, this.plan.target(), mapping,
				this.plan.reverse(), this.plan.oneWayReason(), this.plan.mirror(), this.plan.switchKind(),
				this.plan.definition(), this.plan.tables());
	}

	private DerivedPlan inSourceDatabase() {
		return new DerivedPlan(this.plan.plan(), this.plan.shape(), this.plan.source(), portable(this.plan.target()),
				portableMapping(), this.plan.reverse(), this.plan.oneWayReason(), this.plan.mirror(),
				this.plan.switchKind(), this.plan.definition(), this.plan.tables());
	}

	private List<MappedColumn> portableMapping() {
		return portable(this.plan.mapping());
	}

	public static List<MappedColumn> portable(List<MappedColumn> mapping) {
		return mapping.stream()
			.map((mapped) -> new MappedColumn(portable(mapped.column()), mapped.expression(), mapped.explicit()))
			.toList();
	}

	/**
	 * A table of another database as its rows can stand in this one.
	 */
	public static MigrationTable portable(MigrationTable table) {
		return new MigrationTable(table.schema(), table.name(), table.key().stream().map(SentRows::portable).toList(),
				table.columns().stream().map(SentRows::portable).toList());
	}

	private static TableColumn portable(TableColumn column) {
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

	private static MigrationPlan withoutFilter(MigrationPlan plan) {
		return new MigrationPlan(plan.id(), plan.source(), plan.target(), plan.rename(), plan.mapping(), null,
				plan.reverse(), plan.dependsOn(), plan.shape(), plan.mirror(), plan.switchKind(), plan.phase(),
				plan.uses(), plan.flags(), plan.rollout(), plan.backfill(), plan.verification(), plan.safety(),
				plan.contract());
	}

	private String alias() {
		return PlanSql.alias(this.side);
	}

}
