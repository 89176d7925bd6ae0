package dev.parallelchange.chaos.load;

import dev.parallelchange.migration.MigrationSide;

/**
 * The names that one side of a plan has for the parts of a row.
 *
 * @param table the table
 * @param id the key's column
 * @param n the number's column
 * @param writer the writer's column
 * @param prefix what stands before the writer's name
 */
public record RowTable(String table, String id, String n, String writer, String prefix) {

	/** The plan that triggers mirror and releases switch. */
	public static final String RELEASED = "released";

	/** The plan that proxies mirror and switch. */
	public static final String PROXIED = "proxied";

	/**
	 * Return the names of a side of a plan.
	 * @param plan the plan's id
	 * @param side the side
	 * @return the names
	 */
	public static RowTable of(String plan, MigrationSide side) {
		boolean source = side == MigrationSide.SOURCE;
		if (plan.equals(RELEASED)) {
			return source ? new RowTable("item", "id", "n", "writer", "")
					: new RowTable("stock", "item_id", "amount", "tag", "w:");
		}
		return source ? new RowTable("person", "id", "n", "writer", "")
				: new RowTable("visitor", "person_id", "visits", "badge", "b:");
	}

	/**
	 * Put the names into a statement.
	 * @param statement the statement, with {@code {table}} and the like
	 * @return the statement for this table
	 */
	public String in(String statement) {
		return statement.replace("{table}", this.table)
			.replace("{id}", this.id)
			.replace("{n}", this.n)
			.replace("{writer}", this.writer)
			.replace("{prefix}", this.prefix);
	}

}
