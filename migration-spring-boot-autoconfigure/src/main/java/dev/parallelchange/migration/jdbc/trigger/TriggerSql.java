package dev.parallelchange.migration.jdbc.trigger;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.TriggerNames;
import dev.parallelchange.migration.jdbc.mirror.DerivationSql;
import dev.parallelchange.migration.jdbc.mirror.ExchangeSql;

/**
 * The functions and triggers that mirror between two tables: one trigger per kind of
 * statement, whose function makes the other side's rows equal, and a function that finds
 * the keys for which that is not possible.
 *
 * <p>
 * The functions run with the rights of their owner, since any role may write the
 * application's tables without a right to the other side or to the library's tables;
 * their search path is pinned, so that a caller cannot put other objects in the way.
 */
final class TriggerSql {

	/**
	 * Half of the keys again and again until the failing ones stand alone: so a failure
	 * costs a few statements, not one for each row. What another attempt of the
	 * transaction can cure is left to the writer, whose own statement has lost as well.
	 */
	private static final String RESTORE = """
			create or replace function {restore}(_migration_keys jsonb) returns void
			language plpgsql security definer set search_path = {path} set enable_seqscan = off set jit = off
			{quiet} as $migration$
			#variable_conflict use_column
			declare
				_migration_half integer := jsonb_array_length(_migration_keys) / 2;
			begin
				if exists (select from {tables}plan where id = {plan} and {deferred}) then
					insert into {tables}pending (plan_id, side, key)
					select {plan}, {written}, keys.item from (select {decoded}, item.value as item
						from jsonb_array_elements(_migration_keys) as item) as keys
					where {unequal};
				elsif _migration_half = 0 then
			{one}
				else
			{many}
				end if;
			exception when others then
				if {transient} then
					raise;
				end if;
				{exchange}
				if _migration_half = 0 then
					insert into {tables}pending (plan_id, side, key, error)
					values ({plan}, {written}, _migration_keys -> 0, sqlerrm);
				else
					perform {restore}((select jsonb_agg(item.value order by item.ordinality)
						from jsonb_array_elements(_migration_keys) with ordinality as item
						where item.ordinality <= _migration_half));
					perform {restore}((select jsonb_agg(item.value order by item.ordinality)
						from jsonb_array_elements(_migration_keys) with ordinality as item
						where item.ordinality > _migration_half));
				end if;
			end
			$migration$""";

	/**
	 * Rows that collide may do so only on their way, as when two exchange a value.
	 */
	private static final String EXCHANGE = """
			if _migration_half > 0 and sqlstate in ('23505', '23P01') then
					begin
						{moves}
						{many}
						return;
					exception when others then
						if {transient} then
							raise;
						end if;
					end;
				end if;""";

	/**
	 * Keys are deferred only where the sides differ: what the library itself has made
	 * equal must not come back toward the side that it was made from, which may have been
	 * written again by then.
	 */
	private static final String UNEQUAL = """
			exists (select from {source} where {source_key} and {filter})
						<> exists (select from {target} where {target_key})
					or exists (select from {source} join {target} on {match}
						where {source_key} and {filter} and {differs})""";

	private static final String TRIGGER = """
			create or replace trigger {trigger} after {event} on {table} {referencing}
			for each statement execute function {mirror}()""";

	/**
	 * Failures that cost the writer its transaction or its connection anyway; to swallow
	 * a deadlock could lose the other side's update.
	 */
	static final String TRANSIENT = "sqlstate like '40%' or sqlstate like '57%' or sqlstate = '55P03'";

	/**
	 * Before DUAL_READ the target may lack what has been written to the source and is
	 * pending, and no release uses it but one that the cluster has given up: an instance
	 * that was stopped and wakes. The source's rows have been locked by now, so whoever
	 * has written them has ended, and its entries are seen.
	 */
	static final String ADMIT = """
			if exists (select from {tables}plan where id = {plan} and phase in ('DUAL_WRITE', 'BACKFILL'))
					and exists (select from {tables}pending where plan_id = {plan} and side = 'TARGET'{of_key}) then
				raise exception using errcode = 'serialization_failure', message = 'migration plan '
					|| quote_literal({plan}) || ': the target is not in use, and rows of the source are not mirrored yet';
			end if;""";

	private static final String DEFERRED = "writes_deferred and phase in ('DUAL_WRITE', 'BACKFILL')";

	private final DerivedPlan plan;

	private final TriggerNames names;

	private final PlanSql sql;

	private final DerivationSql derivation;

	private final Set<MigrationSide> asWritten;

	private final MirrorFunctionSql mirror;

	/**
	 * Create the SQL.
	 * @param asWritten the sides whose rows stay as they are written, since the
	 * application has no triggers there; what the mirror writes there is equal already
	 */
	TriggerSql(DerivedPlan plan, TriggerNames names, Set<MigrationSide> asWritten) {
		this.asWritten = Set.copyOf(asWritten);
		this.plan = plan;
		this.names = names;
		this.sql = new PlanSql(plan);
		this.derivation = new DerivationSql(plan);
		this.mirror = new MirrorFunctionSql(plan, names, this.asWritten);
	}

	/**
	 * Return the statements that create the functions, then the triggers.
	 */
	List<String> statements() {
		List<String> statements = new ArrayList<>(statements(MigrationSide.SOURCE));
		statements.addAll(new MakeWaySql(this.plan, this.names).statements());
		if (this.plan.isReversible()) {
			statements.addAll(statements(MigrationSide.TARGET));
		}
		return List.copyOf(statements);
	}

	/**
	 * Return the condition under which mirror writes wait. From DUAL_READ on the releases
	 * of both sides may write, and one of them would write a row that lacks what the
	 * other has written. So it is before that where something writes the target.
	 * @param written the side that would be made equal
	 */
	static String deferred(MigrationSide written) {
		return (written == MigrationSide.TARGET) ? DEFERRED : "false";
	}

	private List<String> statements(MigrationSide side) {
		return List.of(restore(side.other()), revoke(side.other()), this.mirror.function(side),
				trigger(side, "insert", "referencing new table as new_rows"),
				trigger(side, "update", "referencing old table as old_rows new table as new_rows"),
				trigger(side, "delete", "referencing old table as old_rows"), trigger(side, "truncate", ""));
	}

	private String restore(MigrationSide written) {
		String one = "select " + this.sql.decodedKey("(_migration_keys -> 0)");
		return RESTORE.replace("{exchange}", exchange(written))
			.replace("{restore}", this.names.restore(written))
			.replace("{path}", this.names.searchPath())
			.replace("{tables}", this.names.tables())
			.replace("{plan}", TriggerNames.literal(this.plan.id()))
			.replace("{written}", TriggerNames.literal(written.name()))
			.replace("{transient}", TRANSIENT)
			.replace("{deferred}", deferred(written))
			.replace("{decoded}", this.sql.decodedKey("item.value"))
			.replace("{unequal}", unequal())
			.replace("{quiet}", this.asWritten.contains(written) ? "set " + this.names.setting() + " = 'on'" : "")
			.replace("{one}", inline(written, one))
			.replace("{many}", dynamic(withLock("select ", written, this.sql.keysOf("$1"))));
	}

	private String exchange(MigrationSide written) {
		List<String> moves = new ExchangeSql(this.plan).statements(written, this.sql.keysOf("$1"));
		return moves.isEmpty() ? "" : EXCHANGE.replace("{moves}", dynamic(moves));
	}

	private String unequal() {
		return UNEQUAL.replace("{source}", this.sql.from(MigrationSide.SOURCE))
			.replace("{target}", this.sql.from(MigrationSide.TARGET))
			.replace("{source_key}", this.sql.keyEquals(MigrationSide.SOURCE, "keys"))
			.replace("{target_key}", this.sql.keyEquals(MigrationSide.TARGET, "keys"))
			.replace("{match}", this.sql.sidesMatch())
			.replace("{filter}", this.sql.filter())
			.replace("{differs}", this.sql.differs());
	}

	private String inline(MigrationSide written, String keys) {
		return withLock("perform ", written, keys).stream().collect(Collectors.joining(";\n", "", ";"));
	}

	private List<String> withLock(String word, MigrationSide written, String keys) {
		return Stream
			.concat(this.derivation.lock(written, keys).map(word::concat).stream(),
					this.derivation.statements(written, keys).stream())
			.toList();
	}

	/**
	 * Statements over many keys are planned each time, since a plan kept from an emptier
	 * table could read all of it.
	 */
	private static String dynamic(List<String> statements) {
		return statements.stream()
			.map((statement) -> "execute $statement$" + statement + "$statement$ using _migration_keys")
			.collect(Collectors.joining(";\n", "", ";"));
	}

	private String revoke(MigrationSide written) {
		return "revoke execute on function " + this.names.restore(written) + "(jsonb) from public";
	}

	private String trigger(MigrationSide side, String event, String referencing) {
		return TRIGGER.replace("{trigger}", this.names.trigger(side, event))
			.replace("{event}", event)
			.replace("{table}", this.plan.table(side).sql())
			.replace("{referencing}", referencing)
			.replace("{mirror}", this.names.mirror(side));
	}

}
