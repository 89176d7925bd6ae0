package dev.parallelchange.migration.jdbc;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.datasource.init.DatabasePopulatorUtils;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The library's own tables.
 */
public final class MigrationSchema {

	/** The script that creates the tables, with a placeholder for their prefix. */
	public static final String SCRIPT = "classpath:dev/parallelchange/migration/jdbc/schema-postgresql.sql";

	private static final Pattern TABLE = Pattern
		.compile("(?ms)^create table if not exists (\\S+) \\(\\n\\t(.+?)\\n\\);$");

	private static final Pattern COLUMN = Pattern.compile("(?!primary key)(\\w+) .+", Pattern.DOTALL);

	/**
	 * Two instances that start together would collide in the catalogue in spite of
	 * {@code if not exists}.
	 */
	private static final String LOCK = "select 1 from pg_advisory_xact_lock(hashtextextended('%PREFIX%', 4711))";

	private static final String COLUMNS = """
			select attname from pg_attribute
			where attrelid = to_regclass(:table) and attnum > 0 and not attisdropped""";

	private static final String USABLE = """
			select bool_and(has_table_privilege(to_regclass(:table), privilege))
			from unnest(array['select', 'insert', 'update', 'delete']) as privilege""";

	private final MigrationDatabase database;

	private final String script;

	/**
	 * Describe the tables of a database.
	 * @param database the database
	 * @param script the text of the script
	 */
	public MigrationSchema(MigrationDatabase database, String script) {
		this.database = database;
		this.script = database.tables().in(script);
	}

	/**
	 * Create what is missing, in one transaction.
	 */
	public void create() {
		Resource resource = new ByteArrayResource(this.script.getBytes(UTF_8));
		ResourceDatabasePopulator populator = new ResourceDatabasePopulator(false, false, UTF_8.name(), resource);
		this.database.inTransaction(() -> {
			this.database.sql(LOCK).query(Integer.class).single();
			DatabasePopulatorUtils.execute(populator, this.database.dataSource());
			missingColumns().forEach((statement) -> this.database.sql(statement).update());
			return true;
		});
	}

	/**
	 * Look for the tables.
	 * @return the names of those that do not exist
	 */
	public List<String> missingTables() {
		return tables().filter((table) -> columns(table).isEmpty()).map((table) -> table.group(1)).toList();
	}

	/**
	 * Look for columns that tables of an earlier version do not have.
	 * @return the statements that add them
	 */
	public List<String> missingColumns() {
		return tables().flatMap(this::missingColumns).toList();
	}

	/**
	 * Look for tables that the role may not read and write.
	 * @return the names of the tables that exist and are not for it
	 */
	public List<String> forbiddenTables() {
		return tables().map((table) -> table.group(1))
			.filter((table) -> this.database.sql(USABLE)
				.param("table", table)
				.query(Boolean.class)
				.optional()
				.filter(Boolean.FALSE::equals)
				.isPresent())
			.toList();
	}

	private Stream<String> missingColumns(MatchResult table) {
		Set<String> present = columns(table);
		return Arrays.stream(table.group(2).split(",\\n\\t(?!\\t)"))
			.map(COLUMN::matcher)
			.filter((column) -> !present.isEmpty() && column.matches() && !present.contains(column.group(1)))
			.map((column) -> "alter table %s add column %s".formatted(table.group(1), column.group()));
	}

	private Stream<MatchResult> tables() {
		return TABLE.matcher(this.script).results();
	}

	private Set<String> columns(MatchResult table) {
		return this.database.sql(COLUMNS).param("table", table.group(1)).query(String.class).set();
	}

}
