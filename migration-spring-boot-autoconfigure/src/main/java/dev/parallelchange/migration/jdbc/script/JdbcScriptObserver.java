package dev.parallelchange.migration.jdbc.script;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.ScriptObservation;
import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.script.sql.SqlScript;
import dev.parallelchange.migration.script.sql.SqlStatement;
import dev.parallelchange.migration.script.sql.SqlToken;
import dev.parallelchange.migration.script.sql.SqlTokens;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs scripts on empty copies of the tables that they name, in a transaction that is
 * rolled back; the idea is eugene's. The copies are alone in the search path and names
 * with a schema are not taken, so that no statement reaches the tables themselves.
 */
final class JdbcScriptObserver {

	private static final String TABLES = """
			select c.relname from pg_class c
			where c.relkind in ('r', 'p') and c.relname = any(?) and c.oid = to_regclass(quote_ident(c.relname))
				and c.relnamespace <> 'pg_catalog'::regnamespace""";

	private static final String SCHEMAS = "select nspname from pg_namespace";

	private static final String LOCKS = """
			select l.mode || ' on ' || c.relname from pg_locks l join pg_class c on c.oid = l.relation
			where l.pid = pg_backend_pid() and l.granted and c.relnamespace = to_regnamespace(?)
				and c.relname = any(?)""";

	private static final String FILES = """
			select c.relname, pg_relation_filenode(c.oid) from pg_class c
			where c.relnamespace = to_regnamespace(?) and c.relname = any(?) and c.relkind = 'r'""";

	/**
	 * Statements that do nothing but to what they name. What writes rows may call
	 * functions, and take values of the sequences themselves.
	 */
	private static final List<String> HARMLESS = List.of("ALTER TABLE", "ALTER INDEX", "COMMENT ON", "CREATE TABLE",
			"CREATE INDEX", "CREATE UNIQUE INDEX", "CREATE SEQUENCE", "CREATE TYPE", "CREATE VIEW", "CREATE TRIGGER",
			"DROP TABLE", "DROP INDEX", "DROP VIEW", "TRUNCATE");

	private final JdbcTemplate template;

	private final TransactionTemplate transaction;

	private final String copy = "observed_" + UUID.randomUUID().toString().substring(0, 8);

	private String[] tables = new String[0];

	private Set<String> schemas = Set.of();

	private @Nullable String obstacle;

	JdbcScriptObserver(DataSource connections, SafetySettings safety) {
		DataSource limited = new ScriptConnections(connections,
				new ScriptLimits(safety.lockTimeout(), safety.statementTimeout()), (connection) -> {
				});
		this.template = new JdbcTemplate(limited);
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(limited));
	}

	Map<String, List<ScriptObservation>> observe(List<SqlScript> scripts) {
		Map<String, List<ScriptObservation>> observed = new LinkedHashMap<>();
		try {
			this.transaction.executeWithoutResult((status) -> copy(scripts));
			this.transaction.executeWithoutResult((status) -> {
				status.setRollbackOnly();
				observe(scripts, observed);
			});
		}
		finally {
			this.transaction.executeWithoutResult(
					(status) -> this.template.execute("drop schema if exists %s cascade".formatted(this.copy)));
		}
		return observed;
	}

	private void copy(List<SqlScript> scripts) {
		this.tables = this.template.queryForList(TABLES, String.class, (Object) names(scripts)).toArray(String[]::new);
		this.schemas = Set.copyOf(this.template.queryForList(SCHEMAS, String.class));
		this.template.execute("create schema " + this.copy);
		for (String table : this.tables) {
			this.template.execute("create table %s.%s (like %2$s including all)".formatted(this.copy, quote(table)));
		}
	}

	private void observe(List<SqlScript> scripts, Map<String, List<ScriptObservation>> observed) {
		this.template.execute("set local search_path to " + this.copy);
		Set<String> held = new HashSet<>();
		for (SqlScript script : scripts) {
			List<ScriptObservation> statements = new ArrayList<>();
			script.statements().forEach((statement) -> statements.add(observe(statement, held)));
			observed.put(script.name(), statements);
		}
	}

	private ScriptObservation observe(SqlStatement statement, Set<String> held) {
		String problem = (this.obstacle != null) ? this.obstacle : problem(statement);
		Map<String, Long> files = (problem == null) ? files() : Map.of();
		try {
			if (problem == null) {
				this.template.execute(plain(statement));
			}
		}
		catch (DataAccessException ex) {
			problem = StatementFailure.of(ex).error();
		}
		if (problem != null) {
			this.obstacle = "a statement before it was not";
			return not(statement, problem);
		}
		List<String> locks = locks().stream().filter(held::add).sorted().toList();
		return statement.isConcurrentIndex() ? not(statement, "it runs outside of a transaction")
				: new ScriptObservation(statement.line(), locks, rewritten(files), null);
	}

	private List<String> rewritten(Map<String, Long> before) {
		Map<String, Long> now = files();
		List<String> rewritten = new ArrayList<>();
		before.forEach((table, file) -> {
			if (!file.equals(now.getOrDefault(table, file))) {
				rewritten.add(table);
			}
		});
		return rewritten;
	}

	private static ScriptObservation not(SqlStatement statement, String note) {
		return new ScriptObservation(statement.line(), List.of(), List.of(), "not observed: " + note);
	}

	private @Nullable String problem(SqlStatement statement) {
		SqlTokens tokens = statement.tokens();
		if (HARMLESS.stream().noneMatch((words) -> statement.startsWith(words.split(" ")))
				|| (statement.startsWith("CREATE", "TABLE") && tokens.contains("AS"))) {
			return "it may do more than what it names";
		}
		for (int i = 0; i + 1 < tokens.all().size(); i++) {
			SqlToken token = tokens.all().get(i);
			if (token.isName() && tokens.all().get(i + 1).is(".") && this.schemas.contains(token.name())) {
				return "it names the schema '%s'".formatted(token.name());
			}
		}
		return null;
	}

	/**
	 * Nobody else has the copy, so that the plain form gives the same index.
	 */
	private static String plain(SqlStatement statement) {
		if (!statement.isConcurrentIndex()) {
			return statement.sql();
		}
		return new SqlTokens(statement.tokens().all().stream().filter((token) -> !token.is("CONCURRENTLY")).toList())
			.sql();
	}

	private static String[] names(List<SqlScript> scripts) {
		return scripts.stream()
			.flatMap((script) -> script.statements().stream())
			.flatMap((statement) -> statement.tokens().all().stream())
			.filter(SqlToken::isName)
			.map(SqlToken::name)
			.distinct()
			.toArray(String[]::new);
	}

	private List<String> locks() {
		return this.template.queryForList(LOCKS, String.class, this.copy, this.tables);
	}

	private Map<String, Long> files() {
		Map<String, Long> files = new LinkedHashMap<>();
		this.template.query(FILES, (row) -> {
			files.put(row.getString(1), row.getLong(2));
		}, this.copy, this.tables);
		return files;
	}

	private static String quote(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

}
