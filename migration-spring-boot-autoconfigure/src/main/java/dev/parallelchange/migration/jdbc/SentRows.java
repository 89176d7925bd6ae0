package dev.parallelchange.migration.jdbc;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.transform.RowTransformation;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonWriter;

/**
 * Rows of one side that are sent to the other side's database, where they stand for their
 * table in the same statements as within one database. All expressions are evaluated in
 * the source's database: a source row is sent as what the mapping makes of it, a target
 * row as it is.
 *
 * <p>
 * A transformer is asked on the way: what it reads is at the end of each row that is
 * read, and what it produces at the end of each row that is sent. Target rows meet what
 * it makes of source rows, since the mapping tells whether they are equal.
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

	/** Types whose binary form is their text. */
	private static final Set<String> TEXT_TYPES = Set.of("text", "character varying", "character");

	/**
	 * The name of the parameter that holds, beside target rows, what the mapping makes of
	 * the source rows of their keys; it is asked for where there is a transformer.
	 */
	public static final String MAPPED = "mapped";

	private static final JsonWriter<Object> JSON = JsonWriter.standard();

	private final DerivedPlan plan;

	private final MigrationSide side;

	private final @Nullable RowTransformation transformation;

	public SentRows(DerivedPlan plan, MigrationSide side) {
		this(plan, side, RowTransformation.from(plan, side));
	}

	private SentRows(DerivedPlan plan, MigrationSide side, @Nullable RowTransformation transformation) {
		this.plan = plan;
		this.side = side;
		this.transformation = transformation;
	}

	/**
	 * Target rows to compare: what a transformer would restore of them is null.
	 */
	public static SentRows toCompare(DerivedPlan plan) {
		return new SentRows(plan, MigrationSide.TARGET, null);
	}

	/**
	 * What happens to the rows on their way; {@code null} if they stay as they are read.
	 */
	public @Nullable RowTransformation transformation() {
		return this.transformation;
	}

	/**
	 * The number of values of a row that stay as they are read, in front of those that
	 * are transformed.
	 */
	public int untouched() {
		return Math.toIntExact(values().count());
	}

	/**
	 * Whether the statements of {@link #sql()} have the parameter {@link #MAPPED}.
	 */
	public boolean meetMapped() {
		return this.side == MigrationSide.TARGET && this.plan.mapping().stream().anyMatch(MappedColumn::transformed);
	}

	/**
	 * The plan as it stands in the database that the rows are sent to.
	 */
	public DerivedPlan plan() {
		return SentPlan.of(this.plan, this.side);
	}

	/**
	 * The pieces of SQL where the rows are the parameter.
	 */
	public PlanSql sql() {
		DerivedPlan there = plan();
		String relation = relation(
				there.table(this.side).columns().stream().filter((column) -> !SentPlan.isMapped(column)));
		return new PlanSql(there, this.side, meetMapped() ? withMapped(relation, there.target()) : relation);
	}

	/**
	 * Target rows beside what the mapping makes of source rows.
	 */
	private String withMapped(String relation, MigrationTable target) {
		List<TableColumn> mapped = target.columns().stream().filter(SentPlan::isMapped).toList();
		int first = this.plan.source().key().size() + this.plan.mapping().size() - mapped.size();
		return "(select sent.*, %s from %s as sent left join (%s) as keys on %s)".formatted(
				IntStream.range(0, mapped.size())
					.mapToObj((i) -> value("keys.item", first + i, mapped.get(i)))
					.collect(Collectors.joining(", ")),
				relation,
				"select item, %s from jsonb_array_elements(cast(:%s as jsonb)) as item"
					.formatted(new PlanSql(this.plan).decodedKey("item"), MAPPED),
				IntStream.range(0, target.key().size())
					.mapToObj((i) -> "sent.%s = keys.k%d".formatted(target.key().get(i).sql(), i + 1))
					.collect(Collectors.joining(" and ")));
	}

	private static String value(String item, int position, TableColumn column) {
		return "cast(%s ->> %d as %s) as %s".formatted(item, position, PlanSql.valueType(column), column.sql());
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
				all().collect(Collectors.joining(", ")), sql.from(this.side), filter(), condition, sql.key(this.side),
				format());
	}

	private String format() {
		return isBinary() ? " (format binary)" : "";
	}

	/**
	 * Whether rows of the source are copied in the binary format. It has no cast, so both
	 * sides must have the very same types; a transformer yields texts.
	 */
	public boolean isBinary() {
		List<TableColumn> key = this.plan.source().key();
		return IntStream.range(0, key.size())
			.allMatch((i) -> hasBinaryForm(key.get(i))
					&& key.get(i).baseType().equals(this.plan.target().key().get(i).baseType()))
				&& this.plan.mapping()
					.stream()
					.allMatch((mapped) -> hasBinaryForm(mapped.column())
							&& (!mapped.transformed() || TEXT_TYPES.contains(mapped.column().baseType())));
	}

	private static boolean hasBinaryForm(TableColumn column) {
		return column.baseType().equals(SentPlan.portable(column).baseType())
				&& BINARY_TYPES.contains(column.baseType().replace("[]", ""));
	}

	/**
	 * A query in the database of the side for the rows, as one value that {@link #toJson}
	 * reads.
	 * @param condition which rows
	 */
	public String select(String condition) {
		if (this.transformation == null) {
			return select(values(), filter() + " and " + condition);
		}
		return selectTexts(all(), new PlanSql(this.plan).from(this.side) + " where " + filter() + " and " + condition);
	}

	/**
	 * A query for rows with the values of {@link #select}.
	 * @param values expressions for them
	 * @param from where they are from
	 */
	public static String selectTexts(Stream<String> values, String from) {
		return "select array_agg(array[%s]) from %s"
			.formatted(values.map((value) -> "cast(" + value + " as text)").collect(Collectors.joining(", ")), from);
	}

	/**
	 * Read the rows that a query of {@link #select} finds.
	 * @return a JSON array of arrays of texts, transformed
	 */
	public String read(MigrationDatabase database, String select, Map<String, ?> parameters) {
		return database.sql(select).params(parameters).query((rs, row) -> toJson(rs)).single();
	}

	/**
	 * Read rows from the first column of a result.
	 * @return a JSON array of arrays of texts, transformed
	 * @throws SQLException if they cannot be read, or one of them not be transformed
	 */
	public String toJson(ResultSet rs) throws SQLException {
		if (this.transformation == null) {
			return rs.getString(1);
		}
		Array found = rs.getArray(1);
		List<List<@Nullable String>> rows = new ArrayList<>();
		for (@Nullable
		String[] row : (found != null) ? (@Nullable String[][]) found.getArray() : new String[0][]) {
			rows.add(transform(this.transformation, Arrays.asList(row)));
		}
		return JSON.writeToString(rows);
	}

	private List<@Nullable String> transform(RowTransformation transformation, List<@Nullable String> row)
			throws SQLException {
		int untouched = row.size() - transformation.reads().size();
		List<@Nullable String> transformed = new ArrayList<>(row.subList(0, untouched));
		transformed.addAll(transformation.apply(row.subList(untouched, row.size())));
		return transformed;
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
				SentPlan.portable(this.plan.mapping())
					.stream()
					.filter((mapped) -> !mapped.transformed())
					.map(PlanSql::value));
	}

	/**
	 * The columns that are read to be transformed.
	 */
	public List<TableColumn> reads() {
		return (this.transformation != null) ? this.transformation.reads() : List.of();
	}

	private Stream<String> all() {
		return Stream.concat(values(),
				reads().stream().map((column) -> "cast(" + alias() + "." + column.sql() + " as text)"));
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
	 * The rows of the parameter as a relation with these columns.
	 */
	private static String relation(Stream<TableColumn> sent) {
		List<TableColumn> columns = sent.toList();
		return "(select %s from jsonb_array_elements(cast(:%s as jsonb)) as item)"
			.formatted(IntStream.range(0, columns.size())
				.mapToObj((i) -> value("item", i, columns.get(i)))
				.collect(Collectors.joining(", ")), PARAMETER);
	}

	/**
	 * A relation with the columns of a table and a row of nulls, to compile against.
	 */
	public static String emptyRow(MigrationTable table) {
		return "(select %s)".formatted(PlanSql.list(table.columns(),
				(column) -> "cast(null as %s) as %s".formatted(column.type(), column.sql())));
	}

	private String alias() {
		return PlanSql.alias(this.side);
	}

}
