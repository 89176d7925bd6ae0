package dev.parallelchange.migration.jdbc.trigger;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.jdbc.CopyTransaction;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.TriggerNames;
import dev.parallelchange.migration.jdbc.mirror.DerivationSql;

/**
 * The function that a side's statement triggers call: it makes the other side's rows
 * equal for all rows of the statement at once. If that fails, or is deferred, it hands
 * their keys in parts to the function that tells good keys from bad.
 *
 * <p>
 * Its plans are kept, so they must serve one row as well as a million: each key is looked
 * up in an index, whatever the size of the tables was when the plan was made.
 */
final class MirrorFunctionSql {

	private static final String FUNCTION = """
			create or replace function {mirror}() returns trigger
			language plpgsql security definer set search_path = {path} set jit = off
			set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $migration$
			#variable_conflict use_column
			declare
				_migration_keys jsonb;
				_migration_rows bigint;
				_migration_moved boolean;
				_migration_changed bigint;
				_migration_setting text;
			begin
				{copier}
				if current_setting('{setting}', true) = 'on' then
					return null;
				end if;
				if tg_op <> 'TRUNCATE' and not exists (select from {tables}plan where id = {plan} and {deferred}) then
					begin
						{quiet}
						if tg_op = 'INSERT' then
			{insert}
						elsif tg_op = 'UPDATE' then
			{update}
						else
			{delete}
						end if;
						{loud}
						{admit}
						return null;
					exception when others then
						if {transient} then
							raise;
						end if;
					end;
				end if;
				if tg_op = 'INSERT' then
					for _migration_keys in {inserted} loop
						perform {restore}(_migration_keys);
					end loop;
				elsif tg_op = 'UPDATE' then
					for _migration_keys in {updated} loop
						perform {restore}(_migration_keys);
					end loop;
				elsif tg_op = 'DELETE' then
					for _migration_keys in {deleted} loop
						perform {restore}(_migration_keys);
					end loop;
				else
					for _migration_keys in {truncated} loop
						perform {restore}(_migration_keys);
					end loop;
				end if;
				{admit}
				return null;
			end
			$migration$""";

	/**
	 * The copier inserts what it has read a moment ago. To mirror that back would bring
	 * back a source row that was deleted in between; verification finds the orphan. In
	 * the same way, to mirror back that repair removes an orphan would remove a row of
	 * the other side that has been written in between.
	 */
	private static final String LEAVE_COPIER_ALONE = """
			if current_setting('{copying}', true) = {plan} then
					return null;
				end if;""";

	/**
	 * Whoever looks at an old snapshot must not mirror a row that is gone. At other
	 * levels no query is begun.
	 */
	private static final String UNLESS_GONE = """
			if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
				if %s then
					raise exception using errcode = 'serialization_failure',
						message = 'could not serialize access due to concurrent delete of a row of the same key';
				end if;
			end if;
			""";

	/**
	 * Two rows have different keys, so a key may have gone unless one row has been
	 * changed and has kept its key, as by most statements.
	 */
	private static final String LOOK = """
			select count(*), exists (select from (%s) as old_keys, (%s) as new_keys where (%s) is distinct from (%s))
			into _migration_rows, _migration_moved from new_rows;
			""";

	private static final String IF_MOVED = """
			if _migration_moved then
			%s
			end if;
			""";

	/**
	 * Nearly always the rows are there and differ. Only where one is not is it looked for
	 * what to insert, and what is equal and must be locked.
	 */
	private static final String UNLESS_ALL_CHANGED = """
			get diagnostics _migration_changed = row_count;
			if _migration_changed < _migration_rows then
			%s
			end if;""";

	private static final String CHUNKS = """
			select jsonb_agg(jsonb_build_array({ks}) order by {ks})
			from (select {ks}, (row_number() over (order by {ks}) - 1) / 5000 as _migration_part
				from ({keys}) as keys) as numbered
			group by _migration_part order by _migration_part""";

	private final DerivedPlan plan;

	private final TriggerNames names;

	private final Set<MigrationSide> asWritten;

	private final PlanSql sql;

	private final DerivationSql derivation;

	MirrorFunctionSql(DerivedPlan plan, TriggerNames names, Set<MigrationSide> asWritten) {
		this.plan = plan;
		this.names = names;
		this.asWritten = asWritten;
		this.sql = new PlanSql(plan);
		this.derivation = new DerivationSql(plan);
	}

	/**
	 * Return the statement that creates the function.
	 * @param side the side that is written by others
	 */
	String function(MigrationSide side) {
		MigrationSide other = side.other();
		String oldKeys = keys(side, "old_rows");
		String newKeys = keys(side, "new_rows");
		String bothKeys = oldKeys + " union " + newKeys;
		String otherKeys = "select " + this.sql.keyAsK(PlanSql.alias(other), other) + " from " + this.sql.from(other)
				+ ((other == MigrationSide.SOURCE) ? " where " + this.sql.filter() : "");
		return FUNCTION.replace("{copier}", LEAVE_COPIER_ALONE)
			.replace("{insert}",
					unlessGone(other, newKeys) + removal(other, leavesPlan(other) ? newKeys : "")
							+ write(other, newKeys))
			.replace("{update}",
					unlessGone(other, newKeys) + look(oldKeys, newKeys)
							+ (leavesPlan(other) ? removal(other, bothKeys)
									: IF_MOVED.formatted(removal(other, oldKeys + " except " + newKeys)))
							+ change(other, newKeys))
			.replace("{delete}", removal(other, oldKeys))
			.replace("{inserted}", chunks(newKeys))
			.replace("{updated}", chunks(bothKeys))
			.replace("{deleted}", chunks(oldKeys))
			.replace("{truncated}", chunks(otherKeys))
			.replace("{quiet}", turn(other, "on"))
			.replace("{loud}", turn(other, ""))
			.replace("{admit}", (side == MigrationSide.TARGET) ? TriggerSql.ADMIT.replace("{of_key}", "") : "")
			.replace("{copying}", CopyTransaction.COPYING)
			.replace("{plan}", TriggerNames.literal(this.plan.id()))
			.replace("{tables}", this.names.tables())
			.replace("{deferred}", TriggerSql.deferred(other))
			.replace("{transient}", TriggerSql.TRANSIENT)
			.replace("{mirror}", this.names.mirror(side))
			.replace("{path}", this.names.searchPath())
			.replace("{restore}", this.names.restore(other))
			.replace("{setting}", this.names.setting());
	}

	private String keys(MigrationSide side, String rows) {
		return "select " + this.sql.keyAsK("changed", side) + " from " + rows + " as changed";
	}

	/**
	 * Whether a row that is still there may have lost its other side.
	 */
	private boolean leavesPlan(MigrationSide written) {
		return written == MigrationSide.TARGET && this.plan.plan().filter() != null;
	}

	private String unlessGone(MigrationSide written, String keys) {
		return UNLESS_GONE.formatted(this.derivation.severalOrigins(written, keys));
	}

	private String removal(MigrationSide written, String keys) {
		return keys.isEmpty() ? "" : lines(lock(written, keys), this.derivation.removals(written, keys).stream());
	}

	private String look(String oldKeys, String newKeys) {
		return LOOK.formatted(oldKeys, newKeys, this.sql.ks("old_keys"), this.sql.ks("new_keys"));
	}

	private String write(MigrationSide written, String keys) {
		return lines(lock(written, keys), this.derivation.writes(written, keys).stream());
	}

	private String change(MigrationSide written, String keys) {
		return this.derivation.update(written, keys)
			.map((update) -> update + ";\n" + UNLESS_ALL_CHANGED.formatted(write(written, keys)))
			.orElseGet(() -> write(written, keys));
	}

	private Optional<String> lock(MigrationSide written, String keys) {
		return this.derivation.lock(written, keys).map("perform "::concat);
	}

	private static String lines(Optional<String> first, Stream<String> others) {
		return Stream.concat(first.stream(), others)
			.map((statement) -> statement + ";\n")
			.collect(Collectors.joining());
	}

	private String turn(MigrationSide written, String value) {
		return this.asWritten.contains(written)
				? "_migration_setting := set_config('" + this.names.setting() + "', '" + value + "', true);" : "";
	}

	private String chunks(String keys) {
		return CHUNKS.replace("{ks}", this.sql.ks()).replace("{keys}", keys);
	}

}
