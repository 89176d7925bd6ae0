package dev.parallelchange.migration.script.sql;

import java.util.List;

/**
 * One statement of a script.
 *
 * @param sql the text as written, without the delimiter
 * @param line the line in which it begins, from 1
 * @param offset where it begins in the script
 * @param tokens its tokens
 * @param comments the comments before it and in it
 */
public record SqlStatement(String sql, int line, int offset, SqlTokens tokens, List<SqlToken> comments) {

	public SqlStatement {
		comments = List.copyOf(comments);
	}

	/**
	 * Return whether the statement begins with keywords.
	 * @param words the keywords
	 * @return {@code true} if it does
	 */
	public boolean startsWith(String... words) {
		return this.tokens.startsWith(words);
	}

	/**
	 * Return the statement with a text behind one of its tokens.
	 * @param token the token
	 * @param text what is put behind it
	 * @return the statement's text
	 */
	public String with(SqlToken token, String text) {
		int at = token.end() - this.offset;
		return this.sql.substring(0, at) + text + this.sql.substring(at);
	}

	/**
	 * Return whether all of the text could be read.
	 * @return {@code false} if a text, a name or a comment has no end
	 */
	public boolean isReadable() {
		return this.tokens.all().stream().noneMatch((token) -> token.kind() == SqlToken.Kind.BROKEN);
	}

	/**
	 * Return whether the database runs the statement only outside of a transaction.
	 * @return {@code true} for concurrent index builds and the like
	 */
	public boolean isOutsideTransaction() {
		return isConcurrent() || startsWith("VACUUM") || startsWith("CREATE", "DATABASE")
				|| startsWith("DROP", "DATABASE") || startsWith("ALTER", "SYSTEM");
	}

	/**
	 * Return whether the statement works without blocking others, and waits for them.
	 * @return {@code true} for indexes and partitions, {@code CONCURRENTLY}
	 */
	public boolean isConcurrent() {
		return isConcurrentIndex() || (startsWith("ALTER", "TABLE") && this.tokens.contains("DETACH", "PARTITION")
				&& this.tokens.contains("CONCURRENTLY"));
	}

	/**
	 * Return whether the statement builds, rebuilds or drops an index concurrently.
	 * @return {@code true} if it does
	 */
	public boolean isConcurrentIndex() {
		return (startsWith("CREATE", "INDEX") || startsWith("CREATE", "UNIQUE", "INDEX") || startsWith("DROP", "INDEX")
				|| startsWith("REINDEX")) && this.tokens.mentions("CONCURRENTLY");
	}

}
