package dev.parallelchange.migration.script;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import javax.sql.DataSource;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.script.sql.SqlStatement;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs finishing touches. What has been run is what the catalogue shows, so nothing has
 * to be remembered.
 */
final class FinishTool implements ScriptTool {

	private final DerivedPlan plan;

	private final FinishCatalog catalog;

	FinishTool(DerivedPlan plan, FinishCatalog catalog) {
		this.plan = plan;
		this.catalog = catalog;
	}

	@Override
	public History history(ScriptSet set, DataSource dataSource) {
		List<FinishTouch> touches = new FinishTouches(this.plan).all();
		List<Integer> done = this.catalog.done(this.plan, touches);
		Set<String> applied = new HashSet<>();
		for (int i = 0; i < touches.size(); i++) {
			for (int statement = 0; statement < done.get(i); statement++) {
				applied.add(FinishTouches.version(touches.get(i), statement));
			}
		}
		return new History(applied, List.of());
	}

	@Override
	public void run(ScriptSet set, PlanScript script, DataSource dataSource) {
		JdbcTemplate template = new JdbcTemplate(dataSource);
		List<SqlStatement> statements = script.sql().statements();
		if (script.sql().isOutsideTransaction()) {
			statements.forEach((statement) -> template.execute(statement.sql()));
			return;
		}
		new TransactionTemplate(new JdbcTransactionManager(dataSource))
			.executeWithoutResult((status) -> statements.forEach((statement) -> template.execute(statement.sql())));
	}

	@Override
	public String forget(ScriptSet set, PlanScript script) {
		throw new IllegalStateException("Finishing touches are not undone");
	}

}
