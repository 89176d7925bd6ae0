package dev.parallelchange.migration.job;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.TableColumn;

/**
 * A repository with an implementation for each side.
 *
 * @param names the names to use
 * @param table the source
 */
record ScaffoldRepository(ScaffoldNames names, MigrationTable table) {

	private static final Map<String, String> TYPES = Map.ofEntries(Map.entry("smallint", "Short"),
			Map.entry("integer", "Integer"), Map.entry("bigint", "Long"), Map.entry("text", "String"),
			Map.entry("character varying", "String"), Map.entry("boolean", "Boolean"),
			Map.entry("numeric", "java.math.BigDecimal"), Map.entry("real", "Float"),
			Map.entry("double precision", "Double"), Map.entry("uuid", "java.util.UUID"),
			Map.entry("date", "java.time.LocalDate"),
			Map.entry("timestamp without time zone", "java.time.LocalDateTime"),
			Map.entry("timestamp with time zone", "java.time.OffsetDateTime"));

	private static final String INTERFACE = """
			import java.util.Optional;

			import dev.parallelchange.migration.MigratedRepository;
			import dev.parallelchange.migration.MigratedWrite;
			import dev.parallelchange.migration.MigrationKey;

			/**
			 * Rows of %s, on the side that plan '%s' uses. Callers inject this interface. With triggers
			 * instead of proxies it is not needed.
			 */
			@MigratedRepository("%s")
			public interface %sRepository {

				Optional<%s> find(%s);

				@MigratedWrite(key = "%s")
				void save(%s row);

				void delete(%s);

				/**
				 * A row. What has no type in Java comes as text.
				 */
				record %s(%s) {

				}

			}
			""";

	private static final String SIDE = """
			import java.util.Optional;

			import dev.parallelchange.migration.%2$sSide;

			import org.springframework.jdbc.core.simple.JdbcClient;
			import org.springframework.stereotype.Repository;

			@Repository
			@%2$sSide
			class %2$s%1$sRepository implements %1$sRepository {

				private final JdbcClient client;

				%2$s%1$sRepository(JdbcClient client) {
					this.client = client;
				}

				@Override
				public Optional<%3$s> find(%4$s) {
					return this.client.sql(\"""
							select %5$s
							from %6$s where %7$s
							\""")%8$s.query(%3$s.class).optional();
				}

				@Override
				public void save(%3$s row) {
					this.client.sql(\"""
							insert into %6$s (%9$s)
							values (%10$s)
							on conflict (%11$s) do %12$s
							\""").paramSource(row).update();
				}

				@Override
				public void delete(%4$s) {
					this.client.sql(\"""
							delete from %6$s where %7$s
							\""")%8$s.update();
				}

			}
			""";

	Map<String, String> files() {
		Map<String, String> files = new LinkedHashMap<>();
		String type = this.names.type();
		String marked = list(this.table.key(), (column) -> "@MigrationKey " + parameter(column));
		files.put(type + "Repository.java",
				INTERFACE.formatted(this.table, this.names.planId(), this.names.planId(), type, row(), marked, key(),
						row(), marked, row(), list(this.table.columns(), ScaffoldRepository::parameter)));
		files.put("Source" + type + "Repository.java", side("Source", this.table.sql()));
		files.put("Target" + type + "Repository.java", side("Target", this.names.targetSql()));
		return files;
	}

	private String row() {
		return this.names.type() + "Row";
	}

	private String key() {
		String members = list(this.table.key(), (column) -> "#row." + member(column));
		return (this.table.key().size() == 1) ? members : "{" + members + "}";
	}

	private String side(String side, String table) {
		List<TableColumn> written = this.table.columns().stream().filter((column) -> !column.generated()).toList();
		List<TableColumn> others = written.stream().filter((column) -> !this.table.key().contains(column)).toList();
		String update = others.isEmpty() ? "nothing"
				: "update set " + list(others, (column) -> "%s = excluded.%s".formatted(column.sql(), column.sql()));
		return SIDE.formatted(this.names.type(), side, row(), list(this.table.key(), ScaffoldRepository::parameter),
				list(this.table.columns(), ScaffoldRepository::selected), table, condition(), params(),
				list(written, TableColumn::sql), list(written, ScaffoldRepository::value),
				list(this.table.key(), TableColumn::sql), update);
	}

	private String condition() {
		return this.table.key()
			.stream()
			.map((column) -> "%s = %s".formatted(column.sql(), value(column)))
			.collect(Collectors.joining(" and "));
	}

	private String params() {
		return this.table.key()
			.stream()
			.map((column) -> ".param(\"%1$s\", %1$s)".formatted(member(column)))
			.collect(Collectors.joining());
	}

	private static String selected(TableColumn column) {
		String read = TYPES.containsKey(column.baseType()) ? column.sql() : "cast(%s as text)".formatted(column.sql());
		return "%s as \"%s\"".formatted(read, member(column));
	}

	private static String value(TableColumn column) {
		return "cast(:%s as %s)".formatted(member(column), column.type());
	}

	private static String parameter(TableColumn column) {
		return TYPES.getOrDefault(column.baseType(), "String") + " " + member(column);
	}

	private static String member(TableColumn column) {
		return ScaffoldNames.member(column.name());
	}

	private static String list(List<TableColumn> columns, Function<TableColumn, String> part) {
		return columns.stream().map(part).collect(Collectors.joining(", "));
	}

}
