package dev.parallelchange.migration.jdbc.trigger;

import java.util.List;
import java.util.stream.Collectors;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.CopyTransaction;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.TriggerNames;

/**
 * The function and trigger that keep two sets of columns of one row equal. The trigger
 * fires before the row is written, so that the columns of either side may be
 * {@code NOT NULL} although a release does not fill them.
 */
final class ColumnTriggerSql {

	/**
	 * A value that the table would refuse must not cost the writer its statement, so the
	 * table's own checks are made here first.
	 */
	private static final String COLUMNS = """
			create or replace function {columns}() returns trigger
			language plpgsql security definer set search_path = {path} as $migration$
			#variable_conflict use_column
			declare
				_migration_row record := new;
				_migration_matches boolean;
				_migration_equal boolean;
				_migration_source boolean;
				_migration_target boolean;
				_migration_phase text;
				_migration_deferred boolean;
				_migration_written text := 'TARGET';
			begin
				select coalesce({filter}, false), not ({differs}) into _migration_matches, _migration_equal
				from (select new.*) as source;
				if _migration_equal or not _migration_matches then
					return new;
				end if;
				select plan.phase, {deferred} into _migration_phase, _migration_deferred
				from {tables}plan as plan where plan.id = {plan};
				if {reversible} then
					if tg_op = 'UPDATE' then
						_migration_source := (select row({mapped}) from (select old.*) as source)
							is distinct from (select row({mapped}) from (select new.*) as source);
						_migration_target := {target_changed};
					else
						_migration_source := {source_supplied};
						_migration_target := {target_supplied};
						if not _migration_source and not _migration_target then
							_migration_source := {source_present};
							_migration_target := not _migration_source;
						end if;
					end if;
					if _migration_target and not _migration_source
							or _migration_target = _migration_source and _migration_phase = 'CUTOVER' then
						_migration_written := 'SOURCE';
					end if;
				end if;
				if _migration_deferred and _migration_written = 'TARGET' then
					insert into {tables}pending (plan_id, side, key)
					values ({plan}, _migration_written, jsonb_build_array({key}));
				elsif _migration_written = 'TARGET' then
					select {mapped_values} into {target_columns} from (select new.*) as source;
					{target_checks}
				else
					{admit}
					{write_source}
				end if;
				{checks}
				return new;
			exception when others then
				if {transient} then
					raise;
				end if;
				new := _migration_row;
				insert into {tables}pending (plan_id, side, key, error)
				values ({plan}, _migration_written, jsonb_build_array({key}), sqlerrm);
				return new;
			end
			$migration$""";

	private static final String WRITE_SOURCE = """
			select {reverse_values} into {source_columns}
					from (select new.*) as source, (select new.*) as target;
					{source_checks}""";

	private static final String NOT_NULL = """
			if {column} is null then
						raise not_null_violation using message = {message};
					end if;""";

	private static final String CHECK = """
			if exists (select from (select new.*) as _migration_checked where ({check}) is false) then
					raise check_violation using message = {message};
				end if;""";

	/**
	 * The copier fills the columns itself. To ask here spares a call for each row.
	 */
	private static final String TRIGGER = """
			create or replace trigger {trigger} before insert or update on {table}
			for each row when ({not_copying}) execute function {columns}()""";

	private final DerivedPlan plan;

	private final TriggerNames names;

	private final PlanSql sql;

	private final List<String> checks;

	/**
	 * Create the SQL.
	 * @param checks the conditions of the table's check constraints
	 */
	ColumnTriggerSql(DerivedPlan plan, TriggerNames names, List<String> checks) {
		this.plan = plan;
		this.names = names;
		this.sql = new PlanSql(plan);
		this.checks = checks;
	}

	List<String> statements() {
		return List.of(function(),
				TRIGGER.replace("{trigger}", this.names.columnTrigger())
					.replace("{table}", this.plan.source().sql())
					.replace("{not_copying}", CopyTransaction.isNotOf(this.plan))
					.replace("{columns}", this.names.columns()));
	}

	private String function() {
		String function = COLUMNS.replace("{write_source}", this.plan.reverse().isEmpty() ? "null;" : WRITE_SOURCE);
		return writes(decisions(function)).replace("{columns}", this.names.columns())
			.replace("{admit}", TriggerSql.ADMIT)
			.replace("{of_key}", " and key = jsonb_build_array({key})")
			.replace("{path}", this.names.searchPath())
			.replace("{tables}", this.names.tables())
			.replace("{plan}", TriggerNames.literal(this.plan.id()))
			.replace("{key}", this.sql.key("new", MigrationSide.SOURCE))
			.replace("{deferred}", TriggerSql.deferred(MigrationSide.TARGET))
			.replace("{transient}", TriggerSql.TRANSIENT);
	}

	private String decisions(String function) {
		List<MappedColumn> reverse = this.plan.reverse();
		List<MappedColumn> mapping = this.plan.mapping();
		return function.replace("{filter}", this.sql.filter())
			.replace("{differs}", this.sql.differs("source"))
			.replace("{reversible}", String.valueOf(!reverse.isEmpty()))
			.replace("{mapped}",
					PlanSql.list(mapping, (mapped) -> PlanSql.comparable(mapped.column(), PlanSql.value(mapped))))
			.replace("{target_changed}", any(mapping, (column) -> distinct(column, "old." + column.sql())))
			.replace("{source_supplied}", any(reverse, (column) -> distinct(column, defaultOf(column))))
			.replace("{target_supplied}", any(mapping, (column) -> distinct(column, defaultOf(column))))
			.replace("{source_present}", any(reverse, (column) -> "new." + column.sql() + " is not null"));
	}

	private String writes(String function) {
		return function.replace("{mapped_values}", this.sql.mappedValues())
			.replace("{target_columns}", fields(this.plan.mapping()))
			.replace("{target_checks}", notNull(this.plan.mapping()))
			.replace("{reverse_values}", PlanSql.list(this.plan.reverse(), PlanSql::value))
			.replace("{source_columns}", fields(this.plan.reverse()))
			.replace("{source_checks}", notNull(this.plan.reverse()))
			.replace("{checks}",
					this.checks.stream()
						.map((check) -> CHECK.replace("{check}", check)
							.replace("{message}", TriggerNames.literal("check constraint is violated: " + check)))
						.collect(Collectors.joining("\n")));
	}

	private static String any(List<MappedColumn> columns, java.util.function.Function<TableColumn, String> condition) {
		return columns.isEmpty() ? "false"
				: columns.stream()
					.map(MappedColumn::column)
					.map(condition)
					.collect(Collectors.joining(" or ", "(", ")"));
	}

	private static String distinct(TableColumn column, String other) {
		return PlanSql.comparable(column, "new." + column.sql()) + " is distinct from "
				+ PlanSql.comparable(column, other);
	}

	/**
	 * A sequence must not be advanced by looking at a default.
	 */
	private static String defaultOf(TableColumn column) {
		String expression = column.defaultExpression();
		boolean unknown = expression == null || column.identity() || expression.contains("nextval(");
		return "cast(" + (unknown ? "null" : expression) + " as " + PlanSql.uncutType(column) + ")";
	}

	private static String fields(List<MappedColumn> columns) {
		return PlanSql.list(columns, (mapped) -> "new." + mapped.column().sql());
	}

	private static String notNull(List<MappedColumn> columns) {
		return columns.stream()
			.map(MappedColumn::column)
			.filter((column) -> !column.nullable())
			.map((column) -> (NOT_NULL.replace("{column}", "new." + column.sql())
				.replace("{message}", TriggerNames.literal("null value in column '%s'".formatted(column.name())))))
			.collect(Collectors.joining("\n"));
	}

}
