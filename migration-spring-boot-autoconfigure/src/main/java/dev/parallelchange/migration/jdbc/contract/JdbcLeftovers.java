package dev.parallelchange.migration.jdbc.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Leftover;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.contract.LeftoverStore;
import dev.parallelchange.migration.contract.StoredSource;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.TriggerNames;
import dev.parallelchange.migration.jdbc.plan.RetiredColumns;
import dev.parallelchange.migration.jdbc.trigger.JdbcTriggers;

/**
 * Looks for what is left of a completed plan in PostgreSQL.
 */
public final class JdbcLeftovers implements LeftoverStore {

	private static final String TABLE = "select to_regclass(:table) is not null";

	private static final String COLUMNS = """
			select attname from pg_attribute where attrelid = to_regclass(:table) and attnum > 0 and not attisdropped
				and attname = any(:columns) order by attnum""";

	private static final String FUNCTIONS = """
			select p.oid::regprocedure::text from pg_proc p
			where p.pronamespace = to_regnamespace(quote_ident(:schema)) and starts_with(p.proname, :stem) order by 1""";

	private static final String PROPERTIES = """
			select format('migration.plans.%s.phase of instance %s', a.plan_id, i.host)
			from %PREFIX%acknowledgement a join %PREFIX%instance i on i.id = a.instance_id
			where a.plan_id = :plan and a.asks is not null and i.lease_until > clock_timestamp()
			union all
			select format('migration.plans.%s of instance %s%s', a.plan_id, i.host,
				case when a.uses = 'TARGET' then ', with uses=target' else '' end)
			from %PREFIX%acknowledgement a join %PREFIX%instance i on i.id = a.instance_id
			where a.plan_id = :plan and i.lease_until > clock_timestamp()""";

	private static final String ROWS = """
			delete from %PREFIX%plan where id = {plan}; delete from %PREFIX%pending where plan_id = {plan}; \
			delete from %PREFIX%history where plan_id = {plan}""";

	private final MigrationDatabase database;

	private final JdbcSourceStore sources;

	public JdbcLeftovers(MigrationDatabase database) {
		this.database = database;
		this.sources = new JdbcSourceStore(database);
	}

	@Override
	public List<Leftover> find(DerivedPlan plan) {
		List<Leftover> leftovers = new ArrayList<>();
		Map<String, String> names = this.sources.read(plan).map(StoredSource::names).orElse(Map.of());
		if (plan.shape() == PlanShape.MOVED_TABLE) {
			String name = plan.source().name();
			table(plan, name, leftovers);
			if (names.containsKey(name)) {
				table(plan, names.get(name), leftovers);
			}
		}
		else {
			columns(plan, names, leftovers);
		}
		TriggerNames triggers = new JdbcTriggers(this.database).names(plan);
		this.database.sql(FUNCTIONS)
			.param("schema", triggers.schema())
			.param("stem", triggers.stem())
			.query(String.class)
			.list()
			.forEach((function) -> leftovers
				.add(new Leftover(Leftover.Kind.FUNCTION, function, "drop function %s cascade".formatted(function))));
		this.database.sql(PROPERTIES)
			.param("plan", plan.id())
			.query(String.class)
			.list()
			.forEach((property) -> leftovers.add(new Leftover(Leftover.Kind.PROPERTY, property,
					"remove %s from the configuration".formatted(property.substring(0, property.indexOf(' '))))));
		leftovers.add(new Leftover(Leftover.Kind.ROWS, "what the library keeps of the plan",
				"when no instance declares the plan any more: "
						+ this.database.tables().in(ROWS).replace("{plan}", TriggerNames.literal(plan.id()))));
		return leftovers;
	}

	private void table(DerivedPlan plan, String name, List<Leftover> leftovers) {
		String table = SourceDefinitions.qualified(plan.source(), name);
		if (this.database.sql(TABLE).param("table", table).query(Boolean.class).single()) {
			leftovers.add(new Leftover(Leftover.Kind.SOURCE, "table " + table, "drop table " + table));
		}
	}

	/**
	 * Also those that keep something else besides, which only the team can tell.
	 */
	private void columns(DerivedPlan plan, Map<String, String> names, List<Leftover> leftovers) {
		MigrationTable source = plan.source();
		List<String> columns = new ArrayList<>(names.values());
		RetiredColumns.of(plan).forEach((column) -> columns.add(column.name()));
		plan.reverse().stream().map(MappedColumn::column).forEach((column) -> columns.add(column.name()));
		this.database.sql(COLUMNS)
			.param("table", source.sql())
			.param("columns", columns.toArray(String[]::new))
			.query(String.class)
			.list()
			.forEach((column) -> leftovers
				.add(new Leftover(Leftover.Kind.SOURCE, "column %s of %s".formatted(column, source),
						"if nothing else is kept in it: alter table %s drop column %s".formatted(source.sql(),
								SourceDefinitions.quote(column)))));
	}

}
