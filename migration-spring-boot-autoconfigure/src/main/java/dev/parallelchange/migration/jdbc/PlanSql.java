package dev.parallelchange.migration.jdbc;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.TableColumn;

/**
 * The pieces of SQL that all statements about a plan are made of. The tables are always
 * called {@code source} and {@code target}, the columns of a key {@code k1} to
 * {@code kn}.
 */
final class PlanSql {

	private final DerivedPlan plan;

	PlanSql(DerivedPlan plan) {
		this.plan = plan;
	}

	/**
	 * The table of a side with its alias, such as {@code "public"."users" as source}.
	 */
	String from(MigrationSide side) {
		return this.plan.table(side).sql() + " as " + alias(side);
	}

	/**
	 * The key columns of a side, such as {@code source."id"}.
	 */
	String key(MigrationSide side) {
		return key(alias(side), side);
	}

	String key(String alias, MigrationSide side) {
		return list(this.plan.table(side).key(), (column) -> alias + "." + column.sql());
	}

	/**
	 * The key columns of a side, renamed to {@code k1} to {@code kn}.
	 */
	String keyAsK(String alias, MigrationSide side) {
		List<TableColumn> key = this.plan.table(side).key();
		return IntStream.range(0, key.size())
			.mapToObj((i) -> alias + "." + key.get(i).sql() + " as k" + (i + 1))
			.collect(Collectors.joining(", "));
	}

	/**
	 * The key of a row of a side as JSON.
	 */
	String keyAsJson(MigrationSide side) {
		return "jsonb_build_array(" + key(side) + ")";
	}

	/**
	 * The condition that a row of a side has the key of a row of {@code keys}.
	 */
	String keyEquals(MigrationSide side, String keys) {
		List<TableColumn> key = this.plan.table(side).key();
		return IntStream.range(0, key.size())
			.mapToObj((i) -> alias(side) + "." + key.get(i).sql() + " = " + keys + ".k" + (i + 1))
			.collect(Collectors.joining(" and "));
	}

	/**
	 * The condition that a source row and a target row have the same key.
	 */
	String sidesMatch() {
		return IntStream.range(0, this.plan.source().key().size())
			.mapToObj((i) -> "source." + this.plan.source().key().get(i).sql() + " = target."
					+ this.plan.target().key().get(i).sql())
			.collect(Collectors.joining(" and "));
	}

	/**
	 * A query for keys as {@code k1} to {@code kn} from the parameter {@code :keys}, a
	 * JSON array of keys.
	 */
	String keysOfParameter() {
		return "select distinct " + decodedKey("item.value")
				+ " from jsonb_array_elements(cast(:keys as jsonb)) as item";
	}

	/**
	 * The columns {@code k1} to {@code kn} from an expression that yields a key as JSON.
	 */
	String decodedKey(String json) {
		List<TableColumn> key = this.plan.source().key();
		return IntStream.range(0, key.size())
			.mapToObj((i) -> "cast(" + json + " ->> " + i + " as " + key.get(i).baseType() + ") as k" + (i + 1))
			.collect(Collectors.joining(", "));
	}

	/**
	 * The condition that the key of a row of a side compares to the JSON key of a
	 * parameter, in the order of the key's index.
	 */
	String keyCompares(MigrationSide side, String operator, String parameter) {
		List<TableColumn> key = this.plan.source().key();
		String bound = IntStream.range(0, key.size())
			.mapToObj((i) -> "cast(cast(:" + parameter + " as jsonb) ->> " + i + " as " + key.get(i).baseType() + ")")
			.collect(Collectors.joining(", "));
		return "(" + key(side) + ") " + operator + " (" + bound + ")";
	}

	/**
	 * The condition for source rows that belong to the plan.
	 */
	String filter() {
		String filter = this.plan.plan().filter();
		return (filter != null) ? "(" + filter + ")" : "true";
	}

	/**
	 * The mapped values, in the order of {@link #targetColumns()}.
	 */
	String mappedValues() {
		return list(this.plan.mapping(), PlanSql::value);
	}

	/**
	 * The mapped columns of the target, without its key.
	 */
	String targetColumns() {
		return list(this.plan.mapping(), (mapped) -> mapped.column().sql());
	}

	boolean mapsColumns() {
		return !this.plan.mapping().isEmpty();
	}

	/**
	 * The condition that a joined source and target row are not equal; the filter is not
	 * looked at.
	 */
	String differs() {
		return differs("target");
	}

	String differs(String target) {
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
	static String value(MappedColumn mapped) {
		TableColumn column = mapped.column();
		boolean cutsOff = column.baseType().equals("character varying") || column.baseType().equals("character")
				|| column.baseType().equals("bit") || column.baseType().equals("bit varying");
		String type = column.baseType().equals("character") ? "bpchar" : column.baseType();
		return "cast((" + mapped.expression() + ") as " + (cutsOff ? type : column.type()) + ")";
	}

	static String comparable(TableColumn column, String expression) {
		return column.comparableDirectly() ? expression : "cast(" + expression + " as text) collate \"C\"";
	}

	static String assignments(List<MappedColumn> columns) {
		return list(columns, (mapped) -> mapped.column().sql() + " = " + value(mapped));
	}

	static <T> String list(List<T> items, Function<T, String> sql) {
		return items.stream().map(sql).collect(Collectors.joining(", "));
	}

	static String alias(MigrationSide side) {
		return (side == MigrationSide.SOURCE) ? "source" : "target";
	}

}
