package dev.parallelchange.migration.jdbc;

import java.util.List;
import java.util.regex.Pattern;

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

	private static final Pattern TABLE = Pattern.compile("create table if not exists (\\S+)");

	/**
	 * Two instances that start together would collide in the catalogue in spite of
	 * {@code if not exists}.
	 */
	private static final String LOCK = "select 1 from pg_advisory_xact_lock(hashtextextended('%PREFIX%', 4711))";

	private static final String EXISTS = "select to_regclass(:table) is not null";

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
			return true;
		});
	}

	/**
	 * Look for the tables.
	 * @return the names of those that do not exist
	 */
	public List<String> missingTables() {
		return TABLE.matcher(this.script)
			.results()
			.map((match) -> match.group(1))
			.filter((table) -> !this.database.sql(EXISTS).param("table", table).query(Boolean.class).single())
			.toList();
	}

}
