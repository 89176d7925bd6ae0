package dev.parallelchange.migration.script.review;

import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.ScriptFinding;
import dev.parallelchange.migration.script.sql.SqlDialect;
import dev.parallelchange.migration.script.sql.SqlScript;
import dev.parallelchange.migration.script.sql.SqlStatement;

/**
 * Reviews scripts by the rules of one database. The rules are those of strong_migrations,
 * squawk, eugene and online_migrations.
 */
public final class ScriptReview {

	private static final List<StatementRules> POSTGRESQL = List.of(new TransactionRules(), new IndexRules(),
			new ConstraintRules(), new ForeignKeyRules(), new ColumnRules(), new LockRules(), new DestructionRules(),
			new DataRules());

	private static final List<StatementRules> MYSQL = List.of(new MySqlRules(), new DestructionRules(),
			new DataRules());

	private final List<StatementRules> rules;

	private final Catalog catalog;

	/**
	 * Create a review.
	 * @param dialect the database
	 * @param catalog what is known of its tables
	 */
	public ScriptReview(SqlDialect dialect, Catalog catalog) {
		this.rules = (dialect == SqlDialect.MYSQL) ? MYSQL : POSTGRESQL;
		this.catalog = catalog;
	}

	/**
	 * Review scripts.
	 * @param scripts the scripts in the order in which they run
	 * @param contracting whether they may drop what nobody uses any more
	 * @return what is dangerous, also what the scripts allow
	 */
	public List<ScriptFinding> review(List<SqlScript> scripts, boolean contracting) {
		List<ScriptFinding> findings = new ArrayList<>();
		for (int i = 0; i < scripts.size(); i++) {
			ReviewedScript script = new ReviewedScript(scripts.get(i), scripts.subList(0, i), this.catalog,
					contracting);
			scripts.get(i).statements().forEach((statement) -> look(statement, script));
			findings.addAll(script.findings());
		}
		return findings;
	}

	private void look(SqlStatement statement, ReviewedScript script) {
		if (!statement.isReadable()) {
			script.add(ReviewRule.UNREADABLE, statement, "-- close the text, the name or the comment");
			return;
		}
		script.enter(statement);
		for (String rule : new Exceptions(statement).incomplete()) {
			script.add(ReviewRule.ALLOW, statement,
					"-- migration:allow %s: <why it does no harm here>".formatted(rule.isEmpty() ? "<rule>" : rule));
		}
		this.rules.forEach((rules) -> rules.look(statement, script));
	}

}
