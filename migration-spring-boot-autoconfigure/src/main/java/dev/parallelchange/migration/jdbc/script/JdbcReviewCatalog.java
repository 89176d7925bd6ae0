package dev.parallelchange.migration.jdbc.script;

import java.util.List;

import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.script.review.Catalog;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL's catalogue tells of tables that scripts alter.
 */
final class JdbcReviewCatalog implements Catalog {

	private static final String EXISTS = "select to_regclass(:table) is not null";

	private static final String TYPE = """
			select format_type(a.atttypid, a.atttypmod) from pg_attribute a
			where a.attrelid = to_regclass(:table) and a.attnum > 0 and not a.attisdropped
				and case when cast(:column as text) is not null then a.attname = :column
					else (select i.indkey[0] = a.attnum from pg_index i
						where i.indrelid = a.attrelid and i.indisprimary and i.indnkeyatts = 1) end""";

	private static final String INDEXED = """
			select exists (
				select from pg_index i where i.indrelid = to_regclass(:table) and i.indisvalid and i.indpred is null
				and (select array_agg(cast(a.attname as text) order by cast(a.attname as text))
					from unnest(i.indkey) with ordinality as k (attnum, position)
					join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
					where k.position <= cardinality(cast(:columns as text[])))
					= (select array_agg(c order by c) from unnest(cast(:columns as text[])) as c))""";

	private final MigrationDatabase database;

	JdbcReviewCatalog(MigrationDatabase database) {
		this.database = database;
	}

	@Override
	public boolean hasTable(String table) {
		return this.database.sql(EXISTS).param("table", table).query(Boolean.class).single();
	}

	@Override
	public @Nullable String columnType(String table, @Nullable String column) {
		return this.database.sql(TYPE)
			.param("table", table)
			.param("column", column)
			.query(String.class)
			.optional()
			.orElse(null);
	}

	@Override
	public boolean hasIndex(String table, List<String> columns) {
		return this.database.sql(INDEXED)
			.param("table", table)
			.param("columns", columns.toArray(String[]::new))
			.query(Boolean.class)
			.single();
	}

}
