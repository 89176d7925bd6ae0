package dev.parallelchange.migration.jdbc.contract;

/**
 * Queries of PostgreSQL's catalogue for what depends on a table or on columns of it. Each
 * row is a statement that ends one dependence. What belongs to the table itself goes with
 * it and is no dependence.
 */
final class DependentsSql {

	private static final String THINGS = """
			with it as (
				select c.oid, c.relname, c.reltype, t.typarray from pg_class c join pg_type t on t.oid = c.reltype
				where c.oid = to_regclass(:table)
			), columns as (
				select a.attnum, a.attname, a.atttypid, a.attidentity, d.adbin is not null as defaulted
				from it join pg_attribute a on a.attrelid = it.oid and a.attnum > 0 and not a.attisdropped
				left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
				where a.attname = any(:columns)
			), depending as (
				select distinct d.classid, d.objid from it join pg_depend d
				on d.refclassid = 'pg_class'::regclass and d.refobjid = it.oid and (cardinality(:columns) = 0
					or d.refobjsubid in (select attnum from columns))
				union
				select d.classid, d.objid from it join pg_depend d on d.refclassid = 'pg_type'::regclass
					and d.refobjid in (it.reltype, it.typarray) and d.deptype = 'n' and cardinality(:columns) = 0
			)
			""";

	private static final String VIEWS = """
			select distinct case c.relkind when 'v' then format('drop view %s', c.oid::regclass)
				when 'm' then format('drop materialized view %s', c.oid::regclass)
				else format('drop rule %I on %s', r.rulename, c.oid::regclass) end as statement
			from depending d join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
			join pg_class c on c.oid = r.ev_class join it on c.oid <> it.oid or cardinality(:columns) > 0
			""";

	private static final String FOREIGN_KEYS = """
			select format('alter table %s drop constraint %I', f.conrelid::regclass, f.conname)
			from it join pg_constraint f on f.contype = 'f' and f.confrelid = it.oid and f.conparentid = 0
			where (cardinality(:columns) = 0 and f.conrelid <> it.oid)
				or f.confkey && array(select attnum from columns)
			""";

	private static final String POLICIES = """
			select format('drop policy %I on %s', p.polname, p.polrelid::regclass)
			from depending d join pg_policy p on d.classid = 'pg_policy'::regclass and p.oid = d.objid
			join it on p.polrelid <> it.oid or cardinality(:columns) > 0
			""";

	private static final String ROUTINES = """
			select format('drop routine %s', p.oid::regprocedure)
			from depending d join pg_proc p on d.classid = 'pg_proc'::regclass and p.oid = d.objid
			""";

	/**
	 * A sequence goes with the column that owns it, also when the application alone draws
	 * from it.
	 */
	private static final String SEQUENCES = """
			select format('alter sequence %s owned by none', s.oid::regclass)
			from depending d join pg_class s on d.classid = 'pg_class'::regclass and s.oid = d.objid and s.relkind = 'S'
			join it on true
			where s.oid = to_regclass(cast(:sequence as text)) or exists (
				select from pg_depend u left join pg_attrdef v on u.classid = 'pg_attrdef'::regclass and v.oid = u.objid
				where u.refclassid = 'pg_class'::regclass and u.refobjid = s.oid and u.deptype = 'n'
					and (v.adrelid is distinct from it.oid or (cardinality(:columns) > 0
						and v.adnum not in (select attnum from columns))))
			""";

	private static final String CHILDREN = """
			select format('alter table %s no inherit %s', i.inhrelid::regclass, it.oid::regclass)
			from it join pg_inherits i on i.inhparent = it.oid join pg_class c on c.oid = i.inhrelid
			where not c.relispartition
			""";

	private static final String TYPED = """
			select format('alter table %s drop column %I', a.attrelid::regclass, a.attname)
			from it join pg_attribute a on a.atttypid in (it.reltype, it.typarray) and not a.attisdropped
			join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
			""";

	private static final String PUBLICATIONS = """
			select format('alter publication %I drop table %s', b.pubname, it.oid::regclass)
			from it join pg_publication_rel p on p.prrelid = it.oid join pg_publication b on b.oid = p.prpubid
			where cardinality(:columns) = 0 or exists (select from columns where attnum = any(p.prattrs))
				or exists (select from depending d where d.classid = 'pg_publication_rel'::regclass and d.objid = p.oid)
			""";

	/**
	 * The bodies of functions are texts to PostgreSQL; a body that names the table fails
	 * when it is called.
	 */
	private static final String BODIES = """
			select format('change function %s, whose text names %s', p.oid::regprocedure, it.relname)
			from it join pg_proc p on p.prosrc ~* ('(^|[^[:alnum:]_$])"?'
				|| regexp_replace(it.relname, '([^[:alnum:]_ ])', '\\\\\\1', 'g') || '"?($|[^[:alnum:]_$])')
			join pg_namespace n on n.oid = p.pronamespace
			join pg_language l on l.oid = p.prolang and l.lanname not in ('internal', 'c')
			where n.nspname not in ('pg_catalog', 'information_schema')
				and not (n.nspname = :schema and starts_with(p.proname, :stem))
			""";

	private static final String GENERATED = """
			select case a.attgenerated when 's' then format('alter table %s alter column %I drop expression',
				a.attrelid::regclass, a.attname) else format('alter table %s drop column %I', a.attrelid::regclass,
				a.attname) end
			from it join pg_attribute a on a.attrelid = it.oid and a.attgenerated <> '' and not a.attisdropped
				and a.attnum not in (select attnum from columns)
			join pg_attrdef e on e.adrelid = a.attrelid and e.adnum = a.attnum
			where exists (select from pg_depend d where d.refclassid = 'pg_class'::regclass and d.refobjid = it.oid
				and d.refobjsubid in (select attnum from columns)
				and ((d.classid = 'pg_attrdef'::regclass and d.objid = e.oid)
					or (d.classid = 'pg_class'::regclass and d.objid = it.oid and d.objsubid = a.attnum)))
			""";

	private static final String TRIGGERS = """
			select format('drop trigger %I on %s', t.tgname, t.tgrelid::regclass)
			from depending d join pg_trigger t on d.classid = 'pg_trigger'::regclass and t.oid = d.objid
			where not t.tgisinternal
			""";

	/**
	 * An index over several columns would vanish with one of them; one that is unique
	 * over what inserts leave out would refuse the second row.
	 */
	private static final String INDEXES = """
			select case when c.oid is not null then format('alter table %s drop constraint %I', i.indrelid::regclass,
				c.conname) else format('drop index concurrently %s', i.indexrelid::regclass) end
			from it join pg_index i on i.indrelid = it.oid
			left join pg_constraint c on c.conindid = i.indexrelid and c.conrelid = it.oid and c.contype in ('p', 'u', 'x')
			where exists (select from depending d where d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
					union select from depending d where d.classid = 'pg_constraint'::regclass and d.objid = c.oid
					union select from columns where attnum = any(i.indkey))
				and (i.indisprimary or exists (select from unnest(i.indkey) as k(attnum)
						where k.attnum <> 0 and k.attnum not in (select attnum from columns))
					or exists (select from pg_depend o where o.classid = 'pg_class'::regclass
						and o.objid = i.indexrelid and o.refclassid = 'pg_class'::regclass and o.refobjid = it.oid
						and o.refobjsubid > 0 and o.refobjsubid not in (select attnum from columns))
					or (i.indisunique and (i.indnullsnotdistinct or exists (
						select from columns where defaulted and attnum = any(i.indkey)))))
			""";

	/** What keeps a column from accepting null in spite of {@code drop not null}. */
	private static final String NOT_NULLS = """
			select case when c.attidentity <> '' then format('alter table %s alter column %I drop identity',
				it.oid::regclass, c.attname) else format('alter table %s alter column %I type %s', it.oid::regclass,
				c.attname, format_type(t.typbasetype, t.typtypmod)) end
			from it cross join columns c join pg_type t on t.oid = c.atttypid
			where c.attidentity <> '' or (t.typnotnull and not c.defaulted and t.typdefault is null)
			""";

	/**
	 * The triggers of the application and of other plans on the table that handle the
	 * column.
	 */
	private static final String ROW_BODIES = """
			select format('change function %s, whose text names %s', p.oid::regprocedure, c.attname)
			from it join pg_trigger t on t.tgrelid = it.oid and not t.tgisinternal
			join pg_proc p on p.oid = t.tgfoid join pg_namespace n on n.oid = p.pronamespace
			join columns c on p.prosrc ~* ('(new|old|source|target)\\s*\\.\\s*"?'
				|| regexp_replace(c.attname, '([^[:alnum:]_ ])', '\\\\\\1', 'g') || '"?($|[^[:alnum:]_$])')
			where not (n.nspname = :schema and starts_with(p.proname, :stem))
			""";

	static final String OF_TABLE = THINGS + String.join("union all ", VIEWS, FOREIGN_KEYS, POLICIES, ROUTINES,
			SEQUENCES, CHILDREN, TYPED, PUBLICATIONS, BODIES);

	static final String OF_COLUMNS = THINGS + String.join("union all ", VIEWS, FOREIGN_KEYS, POLICIES, ROUTINES,
			SEQUENCES, PUBLICATIONS, GENERATED, TRIGGERS, INDEXES, NOT_NULLS, ROW_BODIES);

	/**
	 * Checks that read hidden columns, each with a query for whether it accepts a row
	 * that leaves them out.
	 */
	static final String CHECKS = THINGS
			+ """
					select format('alter table %s drop constraint %I', it.oid::regclass, k.conname) as statement,
						case when k.conkey <@ array(select attnum from columns) then
							format('select (%s) is not false from (select %s) as one', pg_get_expr(k.conbin, k.conrelid),
								(select string_agg(format('cast(%s as %s) as %I', coalesce(pg_get_expr(d.adbin, d.adrelid), 'null'),
										format_type(a.atttypid, a.atttypmod), a.attname), ', ')
									from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
									where a.attrelid = it.oid and a.attnum = any(k.conkey)))
						else 'select false' end as test
					from it join pg_constraint k on k.conrelid = it.oid and k.contype = 'c'
						and k.conkey && array(select attnum from columns)""";

	private DependentsSql() {
	}

}
