package dev.parallelchange.chaos.load;

/**
 * One side of a plan, with the names that it has for the parts of a row.
 *
 * @param database the database
 * @param table the table
 * @param id the key's column
 * @param n the number's column
 * @param writer the writer's column
 * @param prefix what stands before the writer's name
 */
public record RowTable(Database database, String table, String id, String n, String writer, String prefix) {

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
