package dev.parallelchange.migration.script.sql;

import java.util.Locale;

/**
 * A word, symbol, literal or comment of a script.
 *
 * @param kind what it is
 * @param text the text as written
 * @param offset where it begins in the script
 * @param line the line in which it begins, from 1
 */
public record SqlToken(Kind kind, String text, int offset, int line) {

	/**
	 * Return whether this is a keyword or symbol.
	 * @param word the keyword, in any case, or the symbol
	 * @return {@code false} for a literal, a quoted name and a comment
	 */
	public boolean is(String word) {
		return (this.kind == Kind.WORD || this.kind == Kind.SYMBOL) && this.text.equalsIgnoreCase(word);
	}

	/**
	 * Return whether this may be a name.
	 * @return {@code true} for words and quoted names
	 */
	public boolean isName() {
		return this.kind == Kind.WORD || this.kind == Kind.QUOTED;
	}

	/**
	 * Return the name as the database knows it.
	 * @return the text without quotes, or in lower case
	 */
	public String name() {
		if (this.kind != Kind.QUOTED) {
			return this.text.toLowerCase(Locale.ROOT);
		}
		String quote = this.text.substring(0, 1);
		return this.text.substring(1, this.text.length() - 1).replace(quote + quote, quote);
	}

	/**
	 * Return where the next token may begin.
	 * @return the offset behind the last character
	 */
	public int end() {
		return this.offset + this.text.length();
	}

	/** What a token is. */
	public enum Kind {

		/** A keyword or a name without quotes. */
		WORD,

		/** A name in quotes. */
		QUOTED,

		/** A text, also between dollars. */
		STRING,

		/** A number. */
		NUMBER,

		/** Anything else that has a meaning. */
		SYMBOL,

		/** The end of a statement. */
		DELIMITER,

		/** A comment. */
		COMMENT,

		/** A text, name or comment without an end. */
		BROKEN

	}

}
