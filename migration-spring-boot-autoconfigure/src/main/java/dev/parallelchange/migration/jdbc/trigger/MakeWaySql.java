package dev.parallelchange.migration.jdbc.trigger;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.CopyTransaction;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.TriggerNames;

/**
 * The function and trigger that remove the mirror's row when the release that writes both
 * sides inserts its own in the same transaction, as an insert must not collide with a row
 * that nobody but the mirror has made.
 */
final class MakeWaySql {

	/**
	 * A visible row is this transaction's if its creator has not ended. It is the
	 * mirror's if the other side's row was there before it. To remove it is no delete to
	 * mirror.
	 */
	private static final String FUNCTION = """
			create or replace function {function}() returns trigger
			language plpgsql security definer set search_path = {path} set enable_seqscan = off
			set {setting} = 'on' as $migration$
			#variable_conflict use_column
			begin
				if not exists (
						select from {target} join {source} on {match}
						where {same} and {target_ours} and {source_ours}
							and target.cmin::text::bigint > source.cmin::text::bigint) then
					return new;
				end if;
				delete from {target} where {same};
				return new;
			end
			$migration$""";

	private static final String OURS = """
			case when age({alias}.xmin) <= age(pg_current_xact_id()::xid)
				then pg_xact_status((pg_current_xact_id()::text::numeric + age(pg_current_xact_id()::xid)
					- age({alias}.xmin))::text::xid8) = 'in progress'
				else false end""";

	/**
	 * Neither the mirror nor the copier inserts in its own way. To ask here spares a call
	 * for each row.
	 */
	private static final String TRIGGER = """
			create or replace trigger {trigger} before insert on {table}
			for each row when (pg_trigger_depth() = 0 and {not_copying}) execute function {function}()""";

	private final DerivedPlan plan;

	private final TriggerNames names;

	MakeWaySql(DerivedPlan plan, TriggerNames names) {
		this.plan = plan;
		this.names = names;
	}

	List<String> statements() {
		PlanSql sql = new PlanSql(this.plan);
		String function = FUNCTION.replace("{function}", this.names.makeWay())
			.replace("{path}", this.names.searchPath())
			.replace("{target}", sql.from(MigrationSide.TARGET))
			.replace("{source}", sql.from(MigrationSide.SOURCE))
			.replace("{match}", sql.sidesMatch())
			.replace("{same}", same())
			.replace("{target_ours}", OURS.replace("{alias}", "target"))
			.replace("{source_ours}", OURS.replace("{alias}", "source"))
			.replace("{setting}", this.names.setting());
		return List.of(function,
				TRIGGER.replace("{trigger}", this.names.makeWayTrigger())
					.replace("{table}", this.plan.target().sql())
					.replace("{not_copying}", CopyTransaction.isNotOf(this.plan))
					.replace("{function}", this.names.makeWay()));
	}

	private String same() {
		List<TableColumn> key = this.plan.target().key();
		return IntStream.range(0, key.size())
			.mapToObj((i) -> "target." + key.get(i).sql() + " = new." + key.get(i).sql())
			.collect(Collectors.joining(" and "));
	}

}
