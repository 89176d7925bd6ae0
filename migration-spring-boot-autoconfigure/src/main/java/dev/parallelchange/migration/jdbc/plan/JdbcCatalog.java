package dev.parallelchange.migration.jdbc.plan;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.parallelchange.migration.TableColumn;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads tables from PostgreSQL's catalogue.
 */
final class JdbcCatalog {

	private static final String TABLE = """
			select c.oid, n.nspname as schema, c.relname as name, c.relkind as kind
			from pg_class c join pg_namespace n on n.oid = c.relnamespace
			where c.oid = to_regclass(:name)""";

	/**
	 * A column is comparable directly where its type has an equality of its own, and that
	 * equality tells all values apart: not so citext, intervals, collations that ignore
	 * case; json, xml and geometric types have none.
	 */
	private static final String COLUMNS = """
			select a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
				format_type(a.atttypid, null) as base_type, not (a.attnotnull or t.typnotnull) as nullable,
				case when a.attgenerated = '' then coalesce(pg_get_expr(d.adbin, d.adrelid), t.typdefault) end
					as default_expression,
				a.attgenerated <> '' as generated,
				a.attidentity <> '' or coalesce(pg_get_expr(d.adbin, d.adrelid) like 'nextval(%', false) as identity,
				b.typname not in ('citext', 'interval') and coalesce(l.collisdeterministic, true)
				and exists (
					select from pg_opclass o join pg_am m on m.oid = o.opcmethod and m.amname = 'btree'
					where o.opcdefault and (o.opcintype = b.oid
						or (b.typtype = 'e' and o.opcintype = 'anyenum'::regtype)
						or (b.typname = 'varchar' and o.opcintype = 'text'::regtype))
				) as comparable_directly,
				case when p.typnamespace <> 'pg_catalog'::regnamespace then 'text'
					else format_type(p.oid, case when t.typbasetype <> 0 then t.typtypmod else a.atttypmod end) end
					as portable_type
			from pg_attribute a
			join pg_type t on t.oid = a.atttypid
			join pg_type e on e.oid = case when t.typcategory = 'A' and t.typelem <> 0 then t.typelem
				else coalesce(nullif(t.typbasetype, 0), t.oid) end
			join pg_type b on b.oid = coalesce(nullif(e.typbasetype, 0), e.oid)
			join pg_type p on p.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
			left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
			left join pg_collation l on l.oid = a.attcollation
			where a.attrelid = :table and a.attnum > 0 and not a.attisdropped
			order by a.attnum""";

	private static final String PRIMARY_KEY = """
			select a.attname from pg_index i
			cross join unnest(i.indkey) with ordinality as k(attnum, position)
			join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
			where i.indrelid = :table and i.indisprimary order by k.position""";

	private static final String UNIQUE_KEYS = """
			select array(select a.attname::text from unnest(i.indkey) with ordinality as k(attnum, position)
				join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
				where k.position <= i.indnkeyatts order by k.position) as columns
			from pg_index i
			where i.indrelid = :table and i.indisunique and i.indisvalid and i.indimmediate
				and i.indpred is null and i.indexprs is null""";

	private static final String COLLATION = """
			select case when l.oid = 'pg_catalog."default"'::regcollation
				then concat_ws(' ', d.datlocprovider, d.datcollate, to_jsonb(d) ->> 'daticulocale',
					to_jsonb(d) ->> 'datlocale', d.datcollversion)
				else concat_ws(' ', l.collprovider, l.collcollate, to_jsonb(l) ->> 'colliculocale',
					to_jsonb(l) ->> 'colllocale', l.collversion) end
			from pg_attribute a
			join pg_database d on d.datname = current_database()
			left join pg_collation l on l.oid = a.attcollation
			where a.attrelid = :table and a.attname = :column""";

	private static final String FOREIGN_KEY = """
			select array(select a.attname::text from unnest(cast(:key as text[])) with ordinality as w(name, position)
				join pg_attribute s on s.attrelid = c.confrelid and s.attname = w.name
				join unnest(c.confkey, c.conkey) as p(referenced, referencing) on p.referenced = s.attnum
				join pg_attribute a on a.attrelid = c.conrelid and a.attnum = p.referencing
				order by w.position) as columns
			from pg_constraint c
			where c.contype = 'f' and c.conrelid = :from and c.confrelid = :to
				and cardinality(c.confkey) = cardinality(cast(:key as text[]))
			order by c.oid""";

	private static final String PARTITION = "select relispartition from pg_class where oid = :table";

	private static final String RENDERED = """
			select quote_ident(part) from unnest(parse_ident(:name)) with ordinality as p (part, position)
			order by position""";

	/**
	 * An invalid index is the rest of a failed attempt to build the same.
	 */
	private static final String TAKEN = """
			select exists (select from pg_class c left join pg_index i on i.indexrelid = c.oid
				where c.relname = :name and c.relnamespace = coalesce(
					(select t.relnamespace from pg_class t where t.oid = to_regclass(:table)),
					to_regnamespace(:schema), to_regnamespace(quote_ident(current_schema())))
				and (i.indisvalid or i.indexrelid is null or i.indrelid is distinct from to_regclass(:table)))""";

	private static final String SEARCH_PATH = "select unnest(current_schemas(false))";

	private final JdbcClient client;

	JdbcCatalog(JdbcClient client) {
		this.client = client;
	}

	Optional<Table> table(String name) {
		return this.client.sql(TABLE).param("name", name).query(Table.class).optional();
	}

	List<TableColumn> columns(Table table) {
		return this.client.sql(COLUMNS).param("table", table.oid()).query(TableColumn.class).list();
	}

	List<String> primaryKey(Table table) {
		return this.client.sql(PRIMARY_KEY).param("table", table.oid()).query(String.class).list();
	}

	/**
	 * The sets of columns that are unique in every row, by an index that can decide a
	 * conflict.
	 */
	List<Set<String>> uniqueKeys(Table table) {
		return this.client.sql(UNIQUE_KEYS)
			.param("table", table.oid())
			.query((rs, row) -> Set.of((String[]) rs.getArray("columns").getArray()))
			.list();
	}

	/**
	 * How texts are sorted, in words that mean the same in any database; empty for a type
	 * that has no collation.
	 */
	String collation(Table table, TableColumn column) {
		return this.client.sql(COLLATION)
			.param("table", table.oid())
			.param("column", column.name())
			.query(String.class)
			.single();
	}

	/**
	 * The schemas in which names without one are looked for.
	 */
	List<String> searchPath() {
		return this.client.sql(SEARCH_PATH).query(String.class).list();
	}

	/**
	 * The columns of {@code from} that a foreign key makes refer to the given columns.
	 */
	Optional<List<String>> referencing(Table from, Table to, List<String> key) {
		return this.client.sql(FOREIGN_KEY)
			.param("from", from.oid())
			.param("to", to.oid())
			.param("key", key.toArray(String[]::new))
			.query((rs, row) -> List.of((String[]) rs.getArray("columns").getArray()))
			.list()
			.stream()
			.filter((columns) -> columns.size() == key.size())
			.findFirst();
	}

	/**
	 * The columns' types as scripts state them.
	 */
	List<ColumnType> types(String table) {
		return this.client.sql(ColumnType.OF_TABLE).param("table", table).query(ColumnType.class).list();
	}

	List<CatalogIndex> indexes(String table) {
		return this.client.sql(CatalogIndex.OF_TABLE)
			.param("table", table)
			.query((rs, row) -> new CatalogIndex(rs.getString("definition"),
					List.of((String[]) rs.getArray("columns").getArray()), rs.getBoolean("copied")))
			.list();
	}

	boolean isPartition(Table table) {
		return this.client.sql(PARTITION).param("table", table.oid()).query(Boolean.class).single();
	}

	/**
	 * The parts of a name as declared, in SQL: folded where they are not quoted, quoted
	 * where they have to be.
	 */
	List<String> rendered(String name) {
		return this.client.sql(RENDERED).param("name", name).query(String.class).list();
	}

	String quoted(String name) {
		return this.client.sql("select quote_ident(:name)").param("name", name).query(String.class).single();
	}

	/**
	 * Whether something else beside a table has a name that an index of it would have.
	 */
	boolean isTaken(String name, List<String> table) {
		return this.client.sql(TAKEN)
			.param("name", name)
			.param("table", String.join(".", table))
			.param("schema", (table.size() > 1) ? table.get(table.size() - 2) : null)
			.query(Boolean.class)
			.single();
	}

	/**
	 * A table's identity.
	 */
	record Table(long oid, String schema, String name, String kind) {

	}

}
