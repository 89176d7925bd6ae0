package dev.parallelchange.migration.jdbc.plan;

import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.script.sql.SqlDialect;
import dev.parallelchange.migration.script.sql.SqlScript;
import dev.parallelchange.migration.script.sql.SqlToken;
import dev.parallelchange.migration.script.sql.SqlTokens;

/**
 * A valid index as PostgreSQL describes it.
 *
 * @param definition the statement that creates it
 * @param columns its columns, in order, also those that are merely included
 * @param copied whether an equal one may be made from its text: it is not unique, and has
 * neither expressions nor a condition
 */
record CatalogIndex(String definition, List<String> columns, boolean copied) {

	/** The indexes of {@code :table}. */
	static final String OF_TABLE = """
			select pg_get_indexdef(i.indexrelid) as definition,
				array(select a.attname::text from unnest(i.indkey) with ordinality as k (attnum, position)
					join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum order by k.position) as columns,
				not i.indisunique and not i.indisexclusion and i.indexprs is null and i.indpred is null as copied
			from pg_index i where i.indrelid = to_regclass(:table) and i.indisvalid
			order by i.indexrelid""";

	/**
	 * What the index is, from its method on, with other columns.
	 * @param names quoted names by the columns that they replace
	 */
	String with(Map<String, String> names) {
		StringBuilder text = new StringBuilder();
		List<SqlToken> tokens = kind();
		Heads heads = new Heads();
		for (int i = 0; i < tokens.size(); i++) {
			SqlToken token = tokens.get(i);
			boolean gap = i > 0 && token.offset() > tokens.get(i - 1).end();
			String name = heads.isHead(token) ? names.get(token.name()) : null;
			text.append(gap ? " " : "").append((name != null) ? name : token.text());
		}
		return text.toString();
	}

	/**
	 * The same for indexes that differ in nothing but their name.
	 */
	List<String> signature() {
		return signature(kind());
	}

	static List<String> signature(String kind) {
		return signature(tokens(kind));
	}

	private static List<String> signature(List<SqlToken> tokens) {
		return tokens.stream().map((token) -> token.isName() ? token.name() : token.text()).toList();
	}

	private List<SqlToken> kind() {
		List<SqlToken> tokens = tokens(this.definition);
		return new SqlTokens(tokens).from(new SqlTokens(tokens).indexOf("USING")).all();
	}

	private static List<SqlToken> tokens(String sql) {
		return SqlScript.read("index", sql, SqlDialect.POSTGRESQL).statements().get(0).tokens().all();
	}

	/**
	 * Tells columns from what follows them: operator classes, collations, options.
	 */
	private static final class Heads {

		private int depth;

		private boolean options;

		private boolean begins;

		boolean isHead(SqlToken token) {
			boolean head = this.begins && this.depth == 1 && !this.options && token.isName();
			if (this.depth == 0) {
				this.options = token.is("WITH") || (this.options && token.is("("));
			}
			this.depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
			this.begins = token.is("(") || token.is(",");
			return head;
		}

	}

}
