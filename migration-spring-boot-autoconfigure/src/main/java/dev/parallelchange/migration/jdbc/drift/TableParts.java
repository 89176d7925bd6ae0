package dev.parallelchange.migration.jdbc.drift;

import java.util.function.BiConsumer;

import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.TriggerNames;

/**
 * What a table consists of, and what changes, redirects or hides what is written to it.
 */
final class TableParts {

	/**
	 * An index that belongs to a constraint is shown once, as the constraint.
	 */
	private static final String STRUCTURE = """
			select concat('column ', a.attname) as name, concat(format_type(a.atttypid, a.atttypmod),
				case when a.attnotnull then ' not null' end,
				case when a.attidentity <> '' then ' identity' end,
				case when d.adbin is not null then
					case when a.attgenerated = '' then ' default ' else ' generated ' end
						|| pg_get_expr(d.adbin, d.adrelid) end) as definition
			from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
			where a.attrelid = to_regclass(:table) and a.attnum > 0 and not a.attisdropped
			union all
			select concat('constraint ', c.conname), pg_get_constraintdef(c.oid) from pg_constraint c
			where c.conrelid = to_regclass(:table) and c.contype in ('p', 'u', 'f', 'c', 'x')
			union all
			select concat('index ', i.relname), concat(pg_get_indexdef(x.indexrelid),
				case when not x.indisvalid then ' (invalid)' end)
			from pg_index x join pg_class i on i.oid = x.indexrelid
			where x.indrelid = to_regclass(:table)
				and not exists (select from pg_constraint c where c.conindid = x.indexrelid and c.conrelid = x.indrelid)
			union all
			select 'key', 'unique' where exists (
				select from pg_index x where x.indrelid = to_regclass(:table) and x.indisunique and x.indisvalid
					and x.indimmediate and x.indpred is null and x.indexprs is null
					and (select array_agg(a.attname::text) from unnest(x.indkey) with ordinality as k (attnum, position)
						join pg_attribute a on a.attrelid = x.indrelid and a.attnum = k.attnum
						where k.position <= x.indnkeyatts) <@ cast(:key as text[]))""";

	/**
	 * Partitions have triggers and rules of their own; copies of the table's are shown
	 * once. A function has the same name before and after somebody has replaced it.
	 */
	private static final String WRITERS = """
			with tree as (
				select to_regclass(:table) as part, '' as place
				union all
				select relid, ' on ' || cast(relid as text) from pg_partition_tree(to_regclass(:table)) where level > 0
			)
			select concat('trigger ', t.tgname, tree.place) as name, concat(pg_get_triggerdef(t.oid),
				' (body ', left(md5(p.prosrc), 8), ')', case when t.tgenabled = 'D' then ' (disabled)' end) as definition
			from pg_trigger t join tree on tree.part = t.tgrelid join pg_proc p on p.oid = t.tgfoid
			where not t.tgisinternal and t.tgparentid = 0 and t.tgname !~ :own
			union all
			select concat('rule ', r.rulename, tree.place), concat(
				regexp_replace(pg_get_ruledef(r.oid), '\\s+', ' ', 'g'), case when r.ev_enabled = 'D' then ' (disabled)' end)
			from pg_rewrite r join tree on tree.part = r.ev_class
			union all
			select concat('partition ', relid), coalesce(pg_get_expr(c.relpartbound, c.oid), 'default')
			from pg_partition_tree(to_regclass(:table)) join pg_class c on c.oid = relid where level > 0
			union all
			select 'row security', case when relforcerowsecurity then 'on, for the owner too' else 'on' end
			from pg_class where oid = to_regclass(:table) and relrowsecurity
			union all
			select concat('policy ', polname), concat_ws(' ', case when polpermissive then 'permissive' else 'restrictive' end,
				'for', case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
					when 'd' then 'delete' else 'all' end,
				'to', (select string_agg(case when role = 0 then 'public' else pg_get_userbyid(role) end, ', ' order by role)
					from unnest(polroles) as role),
				'using (' || pg_get_expr(polqual, polrelid) || ')',
				'with check (' || pg_get_expr(polwithcheck, polrelid) || ')')
			from pg_policy join pg_class c on c.oid = polrelid
			where c.oid = to_regclass(:table) and c.relrowsecurity""";

	private TableParts() {
	}

	/**
	 * Read the parts of a table, in the thread's transaction.
	 * @param parts takes their names and definitions
	 */
	static void read(MigrationDatabase database, MigrationTable table, BiConsumer<String, String> parts) {
		database.sql(STRUCTURE)
			.param("table", table.sql())
			.param("key", table.key().stream().map(TableColumn::name).toArray(String[]::new))
			.query((row) -> {
				parts.accept(row.getString("name"), row.getString("definition"));
			});
		database.sql(WRITERS)
			.param("table", table.sql())
			.param("own", TriggerNames.pattern(database.tables().prefix()))
			.query((row) -> {
				parts.accept(row.getString("name"), row.getString("definition"));
			});
	}

}
