package dev.parallelchange.migration.jdbc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

	private static final String LOOK = """
			select name, array(
					select cast(attname as text) from pg_attribute
					where attrelid = to_regclass(name) and attnum > 0 and not attisdropped) as columns,
				coalesce((select bool_and(has_table_privilege(to_regclass(name), privilege))
					from unnest(array['select', 'insert', 'update', 'delete']) as privilege), true) as usable
			from unnest(string_to_array(:names, ' ')) as name""";

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
			look().missingColumns().forEach((statement) -> this.database.sql(statement).update());
			return true;
		});
	}

	/**
	 * Look at the tables.
	 * @return what they lack
	 */
	public Lack look() {
		Map<String, String> definitions = new LinkedHashMap<>();
		TABLE.matcher(this.script).results().forEach((table) -> definitions.put(table.group(1), table.group(2)));
		Lack lack = new Lack(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
		this.database.sql(LOOK).param("names", String.join(" ", definitions.keySet())).query((rows) -> {
			String table = rows.getString("name");
			Set<String> present = Set.of((String[]) rows.getArray("columns").getArray());
			if (present.isEmpty()) {
				lack.missingTables().add(table);
			}
			else {
				additions(table, definitions.getOrDefault(table, ""), present).forEach(lack.missingColumns()::add);
			}
			if (!rows.getBoolean("usable")) {
				lack.forbiddenTables().add(table);
			}
		});
		return lack;
	}

	private static Stream<String> additions(String table, String definition, Set<String> present) {
		return Arrays.stream(definition.split(",\\n\\t(?!\\t)"))
			.map(COLUMN::matcher)
			.filter((column) -> column.matches() && !present.contains(column.group(1)))
			.map((column) -> "alter table %s add column %s".formatted(table, column.group()));
	}

	/**
	 * What the tables lack.
	 *
	 * @param missingTables the names of those that do not exist
	 * @param missingColumns the statements that add columns to tables of an earlier
	 * version
	 * @param forbiddenTables the names of those that the role may not read and write
	 */
	public record Lack(List<String> missingTables, List<String> missingColumns, List<String> forbiddenTables) {

	}

}
