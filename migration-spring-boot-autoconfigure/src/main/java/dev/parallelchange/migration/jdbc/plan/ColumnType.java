package dev.parallelchange.migration.jdbc.plan;

/**
 * The type of a column as a script states it.
 *
 * @param name the column's name, unquoted
 * @param type the full type, with the collation where that is not the type's own
 * @param constrained whether it is a domain with a constraint or a default, so that a new
 * column of it is written into each row that there is
 */
record ColumnType(String name, String type, boolean constrained) {

	/** The columns of {@code :table}, in order. */
	static final String OF_TABLE = """
			select a.attname as name,
				format_type(a.atttypid, a.atttypmod)
					|| coalesce(' collate ' || quote_ident(n.nspname) || '.' || quote_ident(l.collname), '') as type,
				exists (
					with recursive domain as (
						select d.oid, d.typbasetype, d.typnotnull, d.typdefault from pg_type d where d.oid = a.atttypid
						union all
						select d.oid, d.typbasetype, d.typnotnull, d.typdefault
						from pg_type d join domain above on d.oid = above.typbasetype)
					select from domain where typnotnull or (domain.typbasetype <> 0 and typdefault is not null)
						or exists (select from pg_constraint c where c.contypid = domain.oid)) as constrained
			from pg_attribute a
			join pg_type t on t.oid = a.atttypid
			left join pg_collation l on l.oid = a.attcollation and a.attcollation <> t.typcollation
			left join pg_namespace n on n.oid = l.collnamespace
			where a.attrelid = to_regclass(:table) and a.attnum > 0 and not a.attisdropped
			order by a.attnum""";

}
