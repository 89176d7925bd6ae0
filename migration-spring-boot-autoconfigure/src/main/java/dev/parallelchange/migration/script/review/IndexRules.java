package dev.parallelchange.migration.script.review;

import dev.parallelchange.migration.script.sql.CreateIndex;
import dev.parallelchange.migration.script.sql.SqlStatement;
import dev.parallelchange.migration.script.sql.SqlToken;
import dev.parallelchange.migration.script.sql.SqlTokens;

/**
 * Indexes are built and dropped beside running code.
 */
final class IndexRules implements StatementRules {

	@Override
	public void look(SqlStatement statement, ReviewedScript script) {
		CreateIndex index = CreateIndex.of(statement);
		if (index != null && !script.isNew(index.table())) {
			created(index, statement, script);
		}
		else if (statement.startsWith("DROP", "INDEX")) {
			dropped(statement, script);
		}
		else if (statement.startsWith("REINDEX") && !statement.tokens().mentions("CONCURRENTLY")) {
			script.add(ReviewRule.INDEX_NOT_CONCURRENT, statement,
					statement.with(kind(statement.tokens()), " concurrently"));
		}
	}

	private static void created(CreateIndex index, SqlStatement statement, ReviewedScript script) {
		if (!index.concurrently() || index.name() == null || !index.ifNotExists()) {
			script.add(index.concurrently() ? ReviewRule.NOT_REPEATABLE : ReviewRule.INDEX_NOT_CONCURRENT, statement,
					rewritten(index, statement));
		}
	}

	private static String rewritten(CreateIndex index, SqlStatement statement) {
		SqlTokens rest = statement.tokens().from(statement.tokens().indexOf("ON"));
		String name = (index.name() != null) ? index.name().sql()
				: "%s_%s_idx".formatted(index.table().simple(), String.join("_", index.columns()));
		return "create %sindex concurrently if not exists %s %s".formatted(index.unique() ? "unique " : "", name,
				rest.sql());
	}

	private static void dropped(SqlStatement statement, ReviewedScript script) {
		boolean concurrently = statement.tokens().mentions("CONCURRENTLY");
		boolean repeatable = statement.tokens().contains("IF", "EXISTS");
		if (!concurrently || !repeatable) {
			SqlToken last = statement.tokens().all().get(concurrently ? 2 : 1);
			script.add(concurrently ? ReviewRule.NOT_REPEATABLE : ReviewRule.INDEX_NOT_CONCURRENT, statement,
					statement.with(last, (concurrently ? "" : " concurrently") + (repeatable ? "" : " if exists")));
		}
	}

	private static SqlToken kind(SqlTokens tokens) {
		return tokens.all()
			.stream()
			.filter((token) -> token.is("INDEX") || token.is("TABLE") || token.is("SCHEMA") || token.is("DATABASE"))
			.findFirst()
			.orElse(tokens.first());
	}

}
