package dev.parallelchange.migration.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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

	/** The temporary table that holds rows which are not sent as a parameter. */
	private static final String STAGE = "pg_temp.migration_sent";

	/** Types whose binary form is the same in all databases of all versions. */
	private static final Set<String> BINARY_TYPES = Set.of("smallint", "integer", "bigint", "real", "double precision",
			"numeric", "boolean", "text", "character varying", "character", "bytea", "uuid", "date",
			"time without time zone", "timestamp without time zone", "timestamp with time zone", "interval", "json",
			"jsonb");

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

	/**
	 * The pieces of SQL where the rows are the parameter.
	 */
	public PlanSql sql() {
		DerivedPlan there = plan();
		return new PlanSql(there, this.side, relation(there.table(this.side)));
	}

	/**
	 * The pieces of SQL where the rows are in the stage.
	 */
	public PlanSql stagedSql() {
		return new PlanSql(plan(), this.side, STAGE);
	}

	/**
	 * The stage, which exists as long as the transaction.
	 */
	public String createStage() {
		return "create temporary table migration_sent (%s) on commit drop".formatted(PlanSql
			.list(plan().table(this.side).columns(), (column) -> column.sql() + " " + PlanSql.valueType(column)));
	}

	public String copyToStage() {
		return "copy " + STAGE + " from stdin" + format();
	}

	/**
	 * A copy of source rows straight into the target, which fails where a row is there.
	 */
	public String copyToTarget() {
		return "copy %s (%s) from stdin%s".formatted(this.plan.target().sql(),
				Stream.concat(this.plan.target().key().stream(), this.plan.mapping().stream().map(MappedColumn::column))
					.map(TableColumn::sql)
					.collect(Collectors.joining(", ")),
				format());
	}

	/**
	 * A copy of rows of the side out of its database, in the order of the key.
	 * @param condition which rows, without parameters
	 */
	public String copyOut(String condition) {
		PlanSql sql = new PlanSql(this.plan);
		return "copy (select %s from %s where %s and %s order by %s) to stdout%s".formatted(
				values().collect(Collectors.joining(", ")), sql.from(this.side), filter(), condition,
				sql.key(this.side), format());
	}

	// Without a cast both sides must have the very same type.
	private String format() {
		List<TableColumn> key = this.plan.source().key();
		boolean binary = IntStream.range(0, key.size())
			.allMatch((i) -> hasBinaryForm(key.get(i))
					&& key.get(i).baseType().equals(this.plan.target().key().get(i).baseType()))
				&& this.plan.mapping().stream().allMatch((mapped) -> hasBinaryForm(mapped.column()));
		return binary ? " (format binary)" : "";
	}

	private static boolean hasBinaryForm(TableColumn column) {
		return column.baseType().equals(portable(column).baseType())
				&& BINARY_TYPES.contains(column.baseType().replace("[]", ""));
	}

	/**
	 * A query in the database of the side for the rows, as one JSON text.
	 * @param condition which rows
	 */
	public String select(String condition) {
		return select(values(), filter() + " and " + condition);
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

	private Stream<String> values() {
		if (this.side == MigrationSide.TARGET) {
			return this.plan.target().columns().stream().map((column) -> alias() + "." + column.sql());
		}
		return Stream.concat(this.plan.source().key().stream().map((column) -> alias() + "." + column.sql()),
				portableMapping().stream().map(PlanSql::value));
	}

	private String filter() {
		return (this.side == MigrationSide.SOURCE) ? new PlanSql(this.plan).filter() : "true";
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
				plan.contract(), plan.scripts());
	}

	private String alias() {
		return PlanSql.alias(this.side);
	}

}
