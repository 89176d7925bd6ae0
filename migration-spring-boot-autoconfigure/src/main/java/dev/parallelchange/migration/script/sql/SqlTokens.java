package dev.parallelchange.migration.script.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Tokens of a statement, or of a part of it, without comments.
 *
 * @param all the tokens
 */
public record SqlTokens(List<SqlToken> all) {

	public SqlTokens {
		all = List.copyOf(all);
	}

	/**
	 * Return whether the first tokens are keywords or symbols.
	 * @param words the keywords or symbols
	 * @return {@code true} if these come first
	 */
	public boolean startsWith(String... words) {
		return isAt(0, words);
	}

	/**
	 * Return whether keywords follow each other somewhere outside of parentheses.
	 * @param words the keywords
	 * @return {@code true} if they do
	 */
	public boolean contains(String... words) {
		return indexOf(words) >= 0;
	}

	/**
	 * Find keywords that follow each other outside of parentheses.
	 * @param words the keywords
	 * @return the index of the first of them, or -1
	 */
	public int indexOf(String... words) {
		int depth = 0;
		for (int i = 0; i < this.all.size(); i++) {
			if (depth == 0 && isAt(i, words)) {
				return i;
			}
			depth += depth(this.all.get(i));
		}
		return -1;
	}

	/**
	 * Return whether a keyword is anywhere, also in parentheses.
	 * @param word the keyword
	 * @return {@code true} if it is
	 */
	public boolean mentions(String word) {
		return this.all.stream().anyMatch((token) -> token.is(word));
	}

	/**
	 * Return the tokens from one on.
	 * @param index the first token's index
	 * @return the rest
	 */
	public SqlTokens from(int index) {
		return new SqlTokens(this.all.subList(Math.min(index, this.all.size()), this.all.size()));
	}

	/**
	 * Return the tokens between the first parenthesis and its counterpart.
	 * @return what is in between; {@code null} if there is none
	 */
	public @Nullable SqlTokens parenthesized() {
		int start = -1;
		int depth = 0;
		for (int i = 0; i < this.all.size(); i++) {
			if (this.all.get(i).is("(") && depth++ == 0) {
				start = i + 1;
			}
			else if (this.all.get(i).is(")") && --depth == 0) {
				return new SqlTokens(this.all.subList(start, i));
			}
		}
		return null;
	}

	/**
	 * Split at commas outside of parentheses.
	 * @return the parts
	 */
	public List<SqlTokens> list() {
		List<SqlTokens> parts = new ArrayList<>();
		List<SqlToken> part = new ArrayList<>();
		int depth = 0;
		for (SqlToken token : this.all) {
			depth += depth(token);
			if (depth == 0 && token.is(",")) {
				parts.add(new SqlTokens(part));
				part = new ArrayList<>();
			}
			else {
				part.add(token);
			}
		}
		if (!part.isEmpty()) {
			parts.add(new SqlTokens(part));
		}
		return parts;
	}

	/**
	 * Return the names that the parts of a list begin with.
	 * @return the names, such as columns
	 */
	public List<String> names() {
		return list().stream()
			.filter((part) -> !part.isEmpty() && part.first().isName())
			.map((part) -> part.first().name())
			.toList();
	}

	/**
	 * Return the first token.
	 * @return the token
	 */
	public SqlToken first() {
		return this.all.get(0);
	}

	public boolean isEmpty() {
		return this.all.isEmpty();
	}

	/**
	 * Return the tokens with a space between words.
	 * @return SQL without comments and line breaks
	 */
	public String sql() {
		StringBuilder sql = new StringBuilder();
		int end = -1;
		for (SqlToken token : this.all) {
			if (end >= 0 && token.offset() > end) {
				sql.append(' ');
			}
			sql.append(token.text());
			end = token.end();
		}
		return sql.toString();
	}

	@Override
	public String toString() {
		return this.all.stream().map(SqlToken::text).collect(Collectors.joining(" "));
	}

	private boolean isAt(int index, String... words) {
		if (index + words.length > this.all.size()) {
			return false;
		}
		for (int i = 0; i < words.length; i++) {
			if (!this.all.get(index + i).is(words[i])) {
				return false;
			}
		}
		return true;
	}

	private static int depth(SqlToken token) {
		return token.is("(") ? 1 : token.is(")") ? -1 : 0;
	}

}
