package dev.parallelchange.migration.script.sql;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Reads tokens from left to right.
 */
public final class SqlReader {

	private final SqlTokens tokens;

	private int position;

	public SqlReader(SqlTokens tokens) {
		this.tokens = tokens;
	}

	/**
	 * Read keywords, if they come next.
	 * @param words the keywords or symbols
	 * @return whether they did
	 */
	public boolean accept(String... words) {
		boolean next = rest().startsWith(words);
		this.position += next ? words.length : 0;
		return next;
	}

	/**
	 * Read a name, if one comes next.
	 * @return the name; {@code null} if there is none
	 */
	public @Nullable SqlName name() {
		List<String> parts = new ArrayList<>();
		StringBuilder sql = new StringBuilder();
		while (this.position < this.tokens.all().size() && this.tokens.all().get(this.position).isName()) {
			SqlToken token = this.tokens.all().get(this.position++);
			parts.add(token.name());
			sql.append(token.text());
			if (!accept(".")) {
				break;
			}
			sql.append('.');
		}
		return parts.isEmpty() ? null : new SqlName(parts, sql.toString());
	}

	/**
	 * Return what has not been read.
	 * @return the rest
	 */
	public SqlTokens rest() {
		return this.tokens.from(this.position);
	}

}
