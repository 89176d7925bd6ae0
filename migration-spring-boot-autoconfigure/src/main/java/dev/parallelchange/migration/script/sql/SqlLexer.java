package dev.parallelchange.migration.script.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.parallelchange.migration.script.sql.SqlToken.Kind;

/**
 * Takes a script apart. Nothing in a text, a quoted name, a comment or a function's body
 * is taken for a keyword, and each character belongs to one token or is space.
 */
final class SqlLexer {

	private static final Pattern DOLLAR = Pattern.compile("\\$([\\p{L}_][\\p{L}\\p{N}_]*)?\\$");

	private static final Pattern WORD = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_$]*");

	private static final Pattern NUMBER = Pattern.compile("[0-9]([\\p{L}0-9_.]*|[0-9.]*[eE][+-]?[0-9]+)");

	/** Prefixes of texts: escapes, bits, hexadecimal, national. */
	private static final Pattern PREFIXED = Pattern.compile("([eEbBxXnN]|[uU]&)'");

	private static final Pattern DELIMITER = Pattern.compile("(?i)delimiter[ \\t]+(\\S+)[ \\t]*(?=\\R|$)");

	private final String text;

	private final boolean mysql;

	private final List<SqlToken> tokens = new ArrayList<>();

	private int position;

	private int line = 1;

	private String delimiter = ";";

	SqlLexer(String text, SqlDialect dialect) {
		this.text = text;
		this.mysql = dialect == SqlDialect.MYSQL;
	}

	List<SqlToken> tokens() {
		while (this.position < this.text.length()) {
			if (Character.isWhitespace(at(0)) || at(0) == '\uFEFF') {
				skip();
			}
			else if (!isDelimiterCommand() && !isConditional()) {
				next();
			}
		}
		return this.tokens;
	}

	private void next() {
		if (this.text.startsWith(this.delimiter, this.position)) {
			add(Kind.DELIMITER, this.position + this.delimiter.length());
		}
		else if (isLineComment()) {
			add(Kind.COMMENT, endOfLine());
		}
		else if (this.text.startsWith("/*", this.position)) {
			block();
		}
		else if (!quoted() && !matched(WORD, Kind.WORD) && !matched(NUMBER, Kind.NUMBER)) {
			add(Kind.SYMBOL, this.position + 1);
		}
	}

	private boolean isLineComment() {
		if (this.mysql && at(0) == '#') {
			return true;
		}
		return at(0) == '-' && at(1) == '-'
				&& (!this.mysql || this.position + 2 >= this.text.length() || Character.isWhitespace(at(2)));
	}

	/**
	 * Comments nest in PostgreSQL.
	 */
	private void block() {
		int depth = 1;
		int end = this.position + 2;
		while (end < this.text.length() && depth > 0) {
			if (this.text.startsWith("*/", end)) {
				depth--;
				end += 2;
			}
			else if (!this.mysql && this.text.startsWith("/*", end)) {
				depth++;
				end += 2;
			}
			else {
				end++;
			}
		}
		add((depth == 0) ? Kind.COMMENT : Kind.BROKEN, end);
	}

	private boolean quoted() {
		Matcher prefixed = matcher(PREFIXED);
		if (prefixed.lookingAt()) {
			boolean escapes = this.mysql || prefixed.group(1).equalsIgnoreCase("e");
			quoted(prefixed.end() - 1, '\'', escapes, Kind.STRING);
			return true;
		}
		char quote = at(0);
		if (quote == '\'' || (quote == '"' && this.mysql)) {
			quoted(this.position, quote, this.mysql, Kind.STRING);
			return true;
		}
		if (quote == '"' || (quote == '`' && this.mysql)) {
			quoted(this.position, quote, false, Kind.QUOTED);
			return true;
		}
		return !this.mysql && dollars();
	}

	private void quoted(int start, char quote, boolean escapes, Kind kind) {
		int end = start + 1;
		while (end < this.text.length()) {
			char character = this.text.charAt(end);
			if (escapes && character == '\\') {
				end += 2;
			}
			else if (character == quote) {
				if (end + 1 < this.text.length() && this.text.charAt(end + 1) == quote) {
					end += 2;
				}
				else {
					add(kind, end + 1);
					return;
				}
			}
			else {
				end++;
			}
		}
		add(Kind.BROKEN, this.text.length());
	}

	private boolean dollars() {
		Matcher opening = matcher(DOLLAR);
		if (!opening.lookingAt()) {
			return false;
		}
		int closing = this.text.indexOf(opening.group(), opening.end());
		boolean closed = closing >= 0;
		add(closed ? Kind.STRING : Kind.BROKEN, closed ? closing + opening.group().length() : this.text.length());
		return true;
	}

	/**
	 * What MySQL runs although it looks like a comment is no comment.
	 */
	private boolean isConditional() {
		if (!this.mysql) {
			return false;
		}
		Matcher opening = matcher(Pattern.compile("/\\*M?![0-9]*"));
		if (opening.lookingAt()) {
			move(opening.end());
			return true;
		}
		if (this.text.startsWith("*/", this.position)) {
			move(this.position + 2);
			return true;
		}
		return false;
	}

	private boolean isDelimiterCommand() {
		if (!this.mysql) {
			return false;
		}
		Matcher command = matcher(DELIMITER);
		if (command.lookingAt()) {
			this.delimiter = command.group(1);
			move(command.end());
			return true;
		}
		return false;
	}

	private boolean matched(Pattern pattern, Kind kind) {
		Matcher matcher = matcher(pattern);
		if (matcher.lookingAt()) {
			add(kind, matcher.end());
			return true;
		}
		return false;
	}

	private Matcher matcher(Pattern pattern) {
		return pattern.matcher(this.text).region(this.position, this.text.length());
	}

	private char at(int ahead) {
		int index = this.position + ahead;
		return (index < this.text.length()) ? this.text.charAt(index) : '\0';
	}

	private int endOfLine() {
		int end = this.position;
		while (end < this.text.length() && this.text.charAt(end) != '\n' && this.text.charAt(end) != '\r') {
			end++;
		}
		return end;
	}

	private void add(Kind kind, int end) {
		String token = this.text.substring(this.position, Math.min(end, this.text.length()));
		this.tokens.add(new SqlToken(kind, token, this.position, this.line));
		move(end);
	}

	private void skip() {
		move(this.position + 1);
	}

	private void move(int end) {
		for (; this.position < end && this.position < this.text.length(); this.position++) {
			if (this.text.charAt(this.position) == '\n') {
				this.line++;
			}
		}
	}

}
