package dev.parallelchange.migration.script.sql;

import java.util.List;

/**
 * The name of a table, index or another thing, as a script writes it.
 *
 * @param parts the parts as the database knows them, such as schema and table
 * @param sql the text as written
 */
public record SqlName(List<String> parts, String sql) {

	public SqlName {
		parts = List.copyOf(parts);
	}

	/**
	 * Return the last part.
	 * @return the name without its schema
	 */
	public String simple() {
		return this.parts.get(this.parts.size() - 1);
	}

	/**
	 * Return whether this and another name may mean the same thing.
	 * @param other the other name
	 * @return {@code true} if the parts that both state are equal
	 */
	public boolean matches(SqlName other) {
		int common = Math.min(this.parts.size(), other.parts.size());
		return last(common).equals(other.last(common));
	}

	private List<String> last(int number) {
		return this.parts.subList(this.parts.size() - number, this.parts.size());
	}

	@Override
	public String toString() {
		return this.sql;
	}

}
