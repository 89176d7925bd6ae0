package dev.parallelchange.migration.jdbc.contract;

import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.contract.SourceDependents;
import dev.parallelchange.migration.contract.StoredSource;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.StatementLimits;
import dev.parallelchange.migration.jdbc.TriggerNames;
import dev.parallelchange.migration.jdbc.plan.RetiredColumns;
import dev.parallelchange.migration.jdbc.trigger.JdbcTriggers;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.Assert;

/**
 * Reads from PostgreSQL's catalogue what depends on a source.
 */
public final class JdbcSourceDependents implements SourceDependents {

	private final MigrationDatabase database;

	public JdbcSourceDependents(MigrationDatabase database) {
		this.database = database;
	}

	@Override
	public List<String> find(DerivedPlan plan) {
		Map<String, String> hidden = hiddenNames(plan);
		List<String> found = new ArrayList<>();
		if (plan.shape() == PlanShape.MOVED_TABLE) {
			String name = hidden.getOrDefault(plan.source().name(), plan.source().name());
			found.addAll(ofTable(DependentsSql.OF_TABLE, plan, SourceDefinitions.qualified(plan.source(), name)));
		}
		else {
			List<String> columns = RetiredColumns.of(plan)
				.stream()
				.map((column) -> hidden.getOrDefault(column.name(), column.name()))
				.toList();
			if (!columns.isEmpty()) {
				found.addAll(
						bound(DependentsSql.OF_COLUMNS, plan, plan.source().sql(), columns).query(String.class).list());
				found.addAll(violatedChecks(plan, columns));
			}
		}
		return found.stream().distinct().toList();
	}

	@Override
	public List<String> columns(DerivedPlan plan) {
		return RetiredColumns.of(plan).stream().map(TableColumn::name).toList();
	}

	/**
	 * Some of them would vanish with the source without a word, such as an index over
	 * several columns.
	 */
	void refuseAny(DerivedPlan plan) {
		List<String> found = find(plan);
		Assert.state(found.isEmpty(), () -> "the source of plan '%s' is not dropped, since something depends on it: %s"
			.formatted(plan.id(), String.join("; ", found)));
	}

	@Override
	public UnmovedRows unmovedRows(DerivedPlan plan) {
		List<TableColumn> columns = RetiredColumns.of(plan);
		boolean table = plan.shape() == PlanShape.MOVED_TABLE;
		if (plan.plan().filter() == null || (!table && columns.isEmpty())) {
			return new UnmovedRows(0, "");
		}
		PlanSql sql = new PlanSql(plan);
		String lost = table ? "" : " and (source.%s is not null)"
			.formatted(String.join(" is not null or source.", columns.stream().map(TableColumn::sql).toList()));
		String query = "select source.* from %s where (%s) is not true%s".formatted(sql.from(MigrationSide.SOURCE),
				sql.filter(), lost);
		return this.database.inTransaction(() -> {
			StatementLimits.apply(this.database, plan.plan().safety());
			long count = this.database
				.sql("select count(*) from (%s limit %d) as found".formatted(query, UnmovedRows.LIMIT + 1))
				.query(Long.class)
				.single();
			JdbcSourceWatch.announce(this.database, plan);
			return new UnmovedRows(count, query);
		});
	}

	/**
	 * A check over hidden columns alone is harmless if it accepts what an insert leaves
	 * in them.
	 */
	private List<String> violatedChecks(DerivedPlan plan, List<String> columns) {
		return bound(DependentsSql.CHECKS, plan, plan.source().sql(), columns)
			.query((row, number) -> new Check(row.getString("statement"), row.getString("test")))
			.list()
			.stream()
			.filter((check) -> !this.database.sql(check.test()).query(Boolean.class).single())
			.map(Check::statement)
			.toList();
	}

	private List<String> ofTable(String query, DerivedPlan plan, String table) {
		return bound(query, plan, table, List.of()).query(String.class).list();
	}

	private JdbcClient.StatementSpec bound(String query, DerivedPlan plan, String table, Collection<String> columns) {
		TriggerNames names = new JdbcTriggers(this.database).names(plan);
		return this.database.sql(query)
			.param("table", table)
			.param("columns", columns.toArray(String[]::new))
			.param("schema", names.schema())
			.param("stem", names.stem())
			.param("sequence", plan.plan().target().sequence(), Types.VARCHAR);
	}

	private Map<String, String> hiddenNames(DerivedPlan plan) {
		return new JdbcSourceStore(this.database).read(plan).map(StoredSource::names).orElse(Map.of());
	}

	/**
	 * A check constraint.
	 *
	 * @param statement drops it
	 * @param test a query for whether it accepts a row that leaves its columns out
	 */
	private record Check(String statement, String test) {

	}

}
