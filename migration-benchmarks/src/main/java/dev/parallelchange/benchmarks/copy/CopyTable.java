package dev.parallelchange.benchmarks.copy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.parallelchange.benchmarks.world.Database;

/**
 * Rows of one kind: {@code orders} is copied to {@code purchases}, where one column is
 * computed.
 *
 * @param title what is special about the rows
 * @param key the columns of the key with their types
 * @param keyValues the key's values, from the number {@code i}
 * @param note the value of the widest column, from the number {@code i}
 * @param order in which order rows are inserted in the first place
 * @param additions what the target has besides its primary key
 */
public record CopyTable(String title, Map<String, String> key, String keyValues, String note, String order,
		List<String> additions) {

	/** The source. */
	public static final String SOURCE = "orders";

	/** The target. */
	public static final String TARGET = "purchases";

	/** What the source is compared with. */
	public static final String TWIN = "orders_alone";

	private static final String NOTE = "'order number ' || i || ' of the year'";

	private static final List<String> SAME_COLUMNS = List.of("customer_id", "amount", "note", "created_at");

	/**
	 * Return rows in the order of a growing number.
	 * @return the rows
	 */
	public static CopyTable sequential() {
		return sequential("sequential keys");
	}

	static CopyTable sequential(String title) {
		return new CopyTable(title, Map.of("id", "bigint"), "i", NOTE, "i", List.of());
	}

	static CopyTable uuid() {
		return new CopyTable("random UUID keys", Map.of("id", "uuid"), "cast(md5('key ' || i) as uuid)", NOTE, "i",
				List.of());
	}

	static CopyTable composite() {
		Map<String, String> key = new LinkedHashMap<>();
		key.put("tenant", "integer");
		key.put("number", "bigint");
		return new CopyTable("composite keys", key, "i % 50, i", NOTE, "i", List.of());
	}

	static CopyTable text() {
		return new CopyTable("text keys", Map.of("code", "text"), "'ORD-' || lpad(cast(i as text), 12, '0')", NOTE, "i",
				List.of());
	}

	/**
	 * Return rows of 2 KB.
	 * @return the rows
	 */
	public static CopyTable wide() {
		return new CopyTable("wide rows (2 KB)", Map.of("id", "bigint"), "i", "repeat(md5(cast(i as text)), 60)", "i",
				List.of());
	}

	static CopyTable indexed() {
		return new CopyTable("a target with three more indexes and a foreign key", Map.of("id", "bigint"), "i", NOTE,
				"i",
				List.of("create index on purchases (customer_id)", "create index on purchases (created_at)",
						"create index on purchases (state, amount)",
						"alter table purchases add foreign key (customer_id) references customers"));
	}

	/**
	 * Create both tables, fill the source, and forget what was migrated before.
	 * @param database where
	 * @param rows how many rows
	 */
	public void create(Database database, long rows) {
		createSource(database, rows);
		createTarget(database);
		database.forgetPlans();
	}

	/**
	 * Create a table like the source that nothing mirrors.
	 * @param database where
	 */
	public void createTwin(Database database) {
		database.execute("create table %s (like %s including all)".formatted(TWIN, SOURCE),
				"insert into %s select * from %s".formatted(TWIN, SOURCE), "vacuum (analyze) " + TWIN);
	}

	/**
	 * Create the source and fill it.
	 * @param database where
	 * @param rows how many rows
	 */
	public void createSource(Database database, long rows) {
		database.execute("drop table if exists orders, purchases, customers",
				"create table customers (id bigint primary key, name text not null)",
				"insert into customers select i, 'customer ' || i from generate_series(0, 999) as i",
				"create table orders (%s, customer_id bigint not null, status text not null, amount numeric(12, 2) not null, note text, created_at timestamptz not null, primary key (%s))"
					.formatted(keyDefinition(), keyColumns()),
				"""
						insert into orders select %s, i %% 1000, (array['new', 'paid', 'sent'])[1 + i %% 3], i / 100.0, %s,
							timestamptz '2026-01-01 00:00:00Z' + i * interval '1 second'
						from generate_series(1, %d) as i order by %s"""
					.formatted(this.keyValues, this.note, rows, this.order),
				"vacuum (analyze) orders", "vacuum (analyze) customers");
	}

	/**
	 * Create an empty target, and write all that waits for it to the disk.
	 * @param database where the target is
	 */
	public void createTarget(Database database) {
		createTarget(database::execute);
	}

	void createTarget(Consumer<String> database) {
		List.of("drop table if exists purchases",
				"create table purchases (%s, customer_id bigint not null, state text not null, amount numeric(12, 2) not null, note text, created_at timestamptz not null, primary key (%s))"
					.formatted(keyDefinition(), keyColumns()))
			.forEach(database);
		this.additions.forEach(database);
		database.accept("checkpoint");
	}

	/**
	 * Return the properties of a plan that copies the rows.
	 * @return the properties by name
	 */
	public Map<String, String> plan() {
		return Map.of("source", SOURCE, "target", TARGET, "mapping.state", "upper(source.status)", "reverse.status",
				"lower(target.state)");
	}

	List<String> columns() {
		return Stream.concat(this.key.keySet().stream(), Stream.concat(SAME_COLUMNS.stream(), Stream.of("state")))
			.toList();
	}

	/**
	 * Return the values of the target's columns, over the source.
	 */
	String values() {
		return columns().stream()
			.map((column) -> column.equals("state") ? "upper(source.status) as state" : "source." + column)
			.collect(Collectors.joining(", "));
	}

	String keyColumns() {
		return String.join(", ", this.key.keySet());
	}

	private String keyDefinition() {
		return this.key.entrySet()
			.stream()
			.map((column) -> column.getKey() + " " + column.getValue())
			.collect(Collectors.joining(", "));
	}

	/**
	 * Return the statement that copies all rows at once, in the order of their key.
	 * @return the statement
	 */
	public String insertSelect() {
		return insertSelect("true");
	}

	/**
	 * Return the statement that copies some rows at once, in the order of their key.
	 * @param condition which rows of {@code source}
	 * @return the statement
	 */
	String insertSelect(String condition) {
		return "insert into purchases (%s) select %s from orders as source where %s order by %s"
			.formatted(String.join(", ", columns()), values(), condition, keyColumns());
	}

}
