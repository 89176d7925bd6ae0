package dev.parallelchange.migration.jdbc;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.TableColumn;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of SQL that all statements about a plan are made of. The tables are always
 * called {@code source} and {@code target}, the columns of a key {@code k1} to
 * {@code kn}.
 */
public final class PlanSql {

	private static final Set<String> CUTTING_TYPES = Set.of("character varying", "character", "bit", "bit varying");

	private static final Set<String> TEXT_TYPES = Set.of("text", "character varying", "character");

	private final DerivedPlan plan;

	private final @Nullable MigrationSide sent;

	private final @Nullable String sentRows;

	public PlanSql(DerivedPlan plan) {
		this(plan, null, null);
	}

	/**
	 * Create the pieces where the rows of one side are not in their table.
	 * @param sent the side whose rows are sent
	 * @param sentRows the relation that they are there
	 */
	public PlanSql(DerivedPlan plan, @Nullable MigrationSide sent, @Nullable String sentRows) {
		this.plan = plan;
		this.sent = sent;
		this.sentRows = sentRows;
	}

	/**
	 * The table of a side with its alias, such as {@code "public"."users" as source}.
	 */
	public String from(MigrationSide side) {
		return (isSent(side) ? this.sentRows : this.plan.table(side).sql()) + " as " + alias(side);
	}

	/**
	 * Whether the rows of a side are sent; then there are no others than those wanted.
	 */
	public boolean isSent(MigrationSide side) {
		return side == this.sent;
	}

	/**
	 * The key columns of a side, such as {@code source."id"}.
	 */
	public String key(MigrationSide side) {
		return key(alias(side), side);
	}

	public String key(String alias, MigrationSide side) {
		return list(this.plan.table(side).key(), (column) -> alias + "." + column.sql());
	}

	/**
	 * The columns of the source's key.
	 */
	public List<TableColumn> keyColumns() {
		return this.plan.source().key();
	}

	/**
	 * The key columns of a side, renamed to {@code k1} to {@code kn}.
	 */
	public String keyAsK(String alias, MigrationSide side) {
		List<TableColumn> key = this.plan.table(side).key();
		return IntStream.range(0, key.size())
			.mapToObj((i) -> alias + "." + key.get(i).sql() + " as k" + (i + 1))
			.collect(Collectors.joining(", "));
	}

	/**
	 * The key of a row of a side as JSON.
	 */
	public String keyAsJson(MigrationSide side) {
		return "jsonb_build_array(" + key(side) + ")";
	}

	/**
	 * The condition that a row of a side has the key of a row of {@code keys}.
	 */
	public String keyEquals(MigrationSide side, String keys) {
		List<TableColumn> key = this.plan.table(side).key();
		return IntStream.range(0, key.size())
			.mapToObj((i) -> alias(side) + "." + key.get(i).sql() + " = " + keys + ".k" + (i + 1))
			.collect(Collectors.joining(" and "));
	}

	/**
	 * The condition that a source row and a target row have the same key.
	 */
	public String sidesMatch() {
		return IntStream.range(0, this.plan.source().key().size())
			.mapToObj((i) -> "source." + this.plan.source().key().get(i).sql() + " = target."
					+ this.plan.target().key().get(i).sql())
			.collect(Collectors.joining(" and "));
	}

	/**
	 * A query for keys as {@code k1} to {@code kn} from the parameter {@code :keys}, a
	 * JSON array of keys.
	 */
	public String keysOfParameter() {
		return keysOf("cast(:keys as jsonb)");
	}

	/**
	 * The condition that the key of a row of a side is in the parameter {@code :keys}.
	 */
	public String among(MigrationSide side) {
		return "exists (select from (%s) as keys where %s)".formatted(keysOfParameter(), keyEquals(side, "keys"));
	}

	/**
	 * A query for keys as {@code k1} to {@code kn} from an expression that yields a JSON
	 * array of keys.
	 */
	public String keysOf(String jsonArray) {
		return "select distinct " + decodedKey("item.value") + " from jsonb_array_elements(" + jsonArray + ") as item";
	}

	/**
	 * The columns {@code k1} to {@code kn}.
	 */
	public String ks() {
		return ks("");
	}

	/**
	 * The same columns of one of several sets of keys.
	 */
	public String ks(String alias) {
		String prefix = alias.isEmpty() ? "" : alias + ".";
		return IntStream.rangeClosed(1, this.plan.source().key().size())
			.mapToObj((i) -> prefix + "k" + i)
			.collect(Collectors.joining(", "));
	}

	/**
	 * The columns {@code k1} to {@code kn} from an expression that yields a key as JSON.
	 */
	public String decodedKey(String json) {
		List<TableColumn> key = this.plan.source().key();
		return IntStream.range(0, key.size())
			.mapToObj((i) -> "cast(" + json + " ->> " + i + " as " + uncutType(key.get(i)) + ") as k" + (i + 1))
			.collect(Collectors.joining(", "));
	}

	/**
	 * The condition that the key of a row of a side compares to the JSON key of a
	 * parameter, in the order of the key's index.
	 */
	public String keyCompares(MigrationSide side, String operator, String parameter) {
		return keyComparesTo(side, operator, "cast(:" + parameter + " as jsonb)");
	}

	/**
	 * The condition that the key of a row of a side compares to an expression that yields
	 * a key as JSON.
	 */
	public String keyComparesTo(MigrationSide side, String operator, String json) {
		List<TableColumn> key = this.plan.source().key();
		String bound = IntStream.range(0, key.size())
			.mapToObj((i) -> "cast(" + json + " ->> " + i + " as " + uncutType(key.get(i)) + ")")
			.collect(Collectors.joining(", "));
		return "(" + key(side) + ") " + operator + " (" + bound + ")";
	}

	/**
	 * The condition for source rows that belong to the plan.
	 */
	public String filter() {
		String filter = this.plan.plan().filter();
		return (filter != null) ? "(" + filter + ")" : "true";
	}

	/**
	 * The mapped values, in the order of {@link #targetColumns()}.
	 */
	public String mappedValues() {
		return list(this.plan.mapping(), PlanSql::value);
	}

	/**
	 * The mapped columns of the target, without its key.
	 */
	public String targetColumns() {
		return list(this.plan.mapping(), (mapped) -> mapped.column().sql());
	}

	public boolean mapsColumns() {
		return !this.plan.mapping().isEmpty();
	}

	/**
	 * The condition that a joined source and target row are not equal; the filter is not
	 * looked at.
	 */
	public String differs() {
		return differs("target");
	}

	public String differs(String target) {
		if (!mapsColumns()) {
			return "false";
		}
		return "("
				+ list(this.plan.mapping(),
						(mapped) -> comparable(mapped.column(), target + "." + mapped.column().sql()))
				+ ") is distinct from ("
				+ list(this.plan.mapping(), (mapped) -> comparable(mapped.column(), value(mapped))) + ")";
	}

	/**
	 * A mapped value in the type of its column. Types that would cut a value off without
	 * a word are left to the column's own check.
	 */
	public static String value(MappedColumn mapped) {
		return "cast((" + mapped.expression() + ") as " + valueType(mapped.column()) + ")";
	}

	public static String valueType(TableColumn column) {
		return CUTTING_TYPES.contains(elementType(column)) ? uncutType(column) : column.type();
	}

	/**
	 * The type of a column without a length; the bare names of some types mean a length
	 * of one.
	 */
	public static String uncutType(TableColumn column) {
		return switch (elementType(column)) {
			case "character" -> column.baseType().replace("character", "bpchar");
			case "bit" -> column.baseType().replace("bit", "\"bit\"");
			default -> column.baseType();
		};
	}

	/**
	 * A value in a form whose equality tells all values apart, whatever the collations of
	 * the two columns are.
	 */
	public static String comparable(TableColumn column, String expression) {
		if (!column.comparableDirectly()) {
			return "cast(" + expression + " as text) collate \"C\"";
		}
		return TEXT_TYPES.contains(elementType(column)) ? expression + " collate \"C\"" : expression;
	}

	private static String elementType(TableColumn column) {
		return column.baseType().replace("[]", "");
	}

	public static String assignments(List<MappedColumn> columns) {
		return list(columns, (mapped) -> mapped.column().sql() + " = " + value(mapped));
	}

	/**
	 * A text as it stands in a statement without parameters, whatever the session's
	 * settings are.
	 */
	public static String literal(String text) {
		String quoted = "'" + text.replace("'", "''") + "'";
		return text.contains("\\") ? " E" + quoted.replace("\\", "\\\\") : quoted;
	}

	public static <T> String list(List<T> items, Function<T, String> sql) {
		return items.stream().map(sql).collect(Collectors.joining(", "));
	}

	public static String alias(MigrationSide side) {
		return (side == MigrationSide.SOURCE) ? "source" : "target";
	}

}
