package dev.parallelchange.migration.jdbc.plan;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import javax.sql.DataSource;

import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.job.LiveTables;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.Assert;

/**
 * Reads tables from PostgreSQL's catalogue, as plans do.
 */
public final class JdbcLiveTables implements LiveTables {

	private static final List<String> KINDS = List.of("r", "p");

	private static final String COLLATIONS = """
			select a.attname, quote_ident(n.nspname) || '.' || quote_ident(l.collname)
			from pg_attribute a
			join pg_type t on t.oid = a.atttypid
			join pg_collation l on l.oid = a.attcollation
			join pg_namespace n on n.oid = l.collnamespace
			where a.attrelid = :table and a.attnum > 0 and not a.attisdropped and a.attcollation <> t.typcollation""";

	private final Supplier<DataSource> dataSource;

	/**
	 * Create the reader.
	 * @param dataSource where the tables are; asked when one is read
	 */
	public JdbcLiveTables(Supplier<DataSource> dataSource) {
		this.dataSource = dataSource;
	}

	@Override
	public LiveTable read(String name) {
		JdbcClient client = JdbcClient.create(this.dataSource.get());
		JdbcCatalog catalog = new JdbcCatalog(client);
		JdbcCatalog.Table table = find(catalog, name)
			.orElseThrow(() -> new IllegalArgumentException("There is no table '%s'; %s".formatted(name,
					"put names with capital letters or special characters in double quotes, and a schema in front of it that is not on the search path")));
		Assert.isTrue(KINDS.contains(table.kind()), () -> "'%s' is no table that holds rows".formatted(name));
		List<TableColumn> columns = catalog.columns(table);
		List<String> primary = catalog.primaryKey(table);
		List<String> key = primary.isEmpty() ? unique(catalog, table, columns) : primary;
		Assert.notEmpty(key,
				() -> "Table '%s' has neither a primary key nor a unique index over columns that do not accept null; create one first, since a plan needs it to tell rows apart"
					.formatted(name));
		return new LiveTable(new MigrationTable(table.schema(), table.name(), named(columns, key), columns),
				!primary.isEmpty(), collations(client, table));
	}

	private static Map<String, String> collations(JdbcClient client, JdbcCatalog.Table table) {
		Map<String, String> collations = new HashMap<>();
		client.sql(COLLATIONS).param("table", table.oid()).query((rs) -> {
			collations.put(rs.getString(1), rs.getString(2));
		});
		return collations;
	}

	private static Optional<JdbcCatalog.Table> find(JdbcCatalog catalog, String name) {
		try {
			return catalog.table(name);
		}
		catch (DataAccessException ex) {
			if (ExpressionCompiler.sqlState(ex).startsWith("42") || ExpressionCompiler.sqlState(ex).startsWith("0A")) {
				return Optional.empty();
			}
			throw ex;
		}
	}

	private static List<String> unique(JdbcCatalog catalog, JdbcCatalog.Table table, List<TableColumn> columns) {
		return catalog.uniqueKeys(table)
			.stream()
			.filter((key) -> columns.stream().noneMatch((column) -> key.contains(column.name()) && column.nullable()))
			.min(Comparator.<Set<String>>comparingInt(Set::size).thenComparing(Object::toString))
			.map((key) -> columns.stream().map(TableColumn::name).filter(key::contains).toList())
			.orElse(List.of());
	}

	private static List<TableColumn> named(List<TableColumn> columns, List<String> names) {
		return names.stream()
			.map((name) -> columns.stream().filter((column) -> column.name().equals(name)).findFirst().orElseThrow())
			.toList();
	}

}
