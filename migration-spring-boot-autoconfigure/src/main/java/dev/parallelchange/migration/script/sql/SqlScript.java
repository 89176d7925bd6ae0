package dev.parallelchange.migration.script.sql;

import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.script.sql.SqlToken.Kind;

/**
 * A script and its statements.
 *
 * @param name the name of its file
 * @param text its text
 * @param statements its statements, in order
 */
public record SqlScript(String name, String text, List<SqlStatement> statements) {

	public SqlScript {
		statements = List.copyOf(statements);
	}

	/**
	 * Read a script.
	 * @param name the name of its file
	 * @param text its text
	 * @param dialect how it is written
	 * @return the script
	 */
	public static SqlScript read(String name, String text, SqlDialect dialect) {
		return new SqlScript(name, text, new Splitter(text).statements(new SqlLexer(text, dialect).tokens()));
	}

	/**
	 * Return whether the database runs the script only outside of a transaction.
	 * @return {@code true} if one of its statements asks for it
	 */
	public boolean isOutsideTransaction() {
		return this.statements.stream().anyMatch(SqlStatement::isOutsideTransaction);
	}

	/**
	 * Ends statements at delimiters, except in a function's body of plain SQL.
	 */
	private static final class Splitter {

		private final String text;

		private final List<SqlStatement> statements = new ArrayList<>();

		private List<SqlToken> tokens = new ArrayList<>();

		private List<SqlToken> comments = new ArrayList<>();

		private int blocks;

		Splitter(String text) {
			this.text = text;
		}

		List<SqlStatement> statements(List<SqlToken> all) {
			for (SqlToken token : all) {
				if (token.kind() == Kind.COMMENT) {
					this.comments.add(token);
				}
				else if (token.kind() == Kind.DELIMITER && this.blocks <= 0) {
					end();
				}
				else {
					this.tokens.add(token);
					count(token);
				}
			}
			end();
			return this.statements;
		}

		private void count(SqlToken token) {
			if (token.is("ATOMIC") || (this.blocks > 0 && token.is("CASE"))) {
				this.blocks += isAtomic() || token.is("CASE") ? 1 : 0;
			}
			else if (this.blocks > 0 && token.is("END")) {
				this.blocks--;
			}
		}

		private boolean isAtomic() {
			int size = this.tokens.size();
			return size > 1 && this.tokens.get(0).is("CREATE") && this.tokens.get(size - 2).is("BEGIN");
		}

		private void end() {
			if (!this.tokens.isEmpty()) {
				SqlToken first = this.tokens.get(0);
				String sql = this.text.substring(first.offset(), this.tokens.get(this.tokens.size() - 1).end());
				this.statements.add(
						new SqlStatement(sql, first.line(), first.offset(), new SqlTokens(this.tokens), this.comments));
				this.comments = new ArrayList<>();
			}
			this.tokens = new ArrayList<>();
			this.blocks = 0;
		}

	}

}
