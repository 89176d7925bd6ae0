package dev.parallelchange.migration.jdbc.rehearse;

import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.parallelchange.migration.RehearsalFinding;
import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalFinding.Severity;
import dev.parallelchange.migration.StatementFailure;

import org.springframework.boot.json.JsonParserFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterUtils;
import org.springframework.jdbc.core.namedparam.ParsedSql;
import org.springframework.util.Assert;

/**
 * Has the read queries of a plan explained on the target.
 *
 * <p>
 * The target may be empty still, and of an empty table every plan is cheap. So reading
 * from end to end is made as dear as can be: where it stays, there is no index to use.
 * Parameters become subqueries, whose values the planner does not know, as those of a
 * prepared statement; nothing is prepared for longer than the statement, which poolers
 * would not bear.
 */
final class ReadQueryCheck {

	/** Smaller tables may be read from end to end. */
	private static final long LARGE = 10_000;

	/** A question mark in a text or a name is none. */
	private static final Pattern PARAMETER = Pattern.compile("'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\\?");

	private static final String ROWS = """
			select coalesce(max(greatest(c.reltuples, 0)), 0) from pg_class c join pg_namespace n on n.oid = c.relnamespace
			where c.relname = ? and n.nspname = ?""";

	private final Stage stage;

	private final long total;

	private final JdbcTemplate template;

	/**
	 * Create the check.
	 * @param total the rows that the target will have
	 */
	ReadQueryCheck(Stage stage, long total) {
		this.stage = stage;
		this.total = total;
		this.template = stage.template();
	}

	void run() {
		List<String> queries = this.stage.plan().plan().readQueries();
		if (queries.isEmpty()) {
			return;
		}
		this.template.execute("set local enable_seqscan = off");
		queries.forEach(this::check);
		this.template.execute("set local enable_seqscan = on");
	}

	private void check(String query) {
		try {
			this.stage.database().nested(() -> explain(query));
		}
		catch (DataAccessException ex) {
			if (StatementFailure.of(ex).isPassing()) {
				throw ex;
			}
			this.stage.report()
				.find(new RehearsalFinding(Severity.BLOCKING, Kind.READ_QUERY, query,
						"the query does not work on the target: " + StatementFailure.of(ex).publicError(), remedy()));
		}
	}

	@SuppressWarnings("unchecked")
	private void explain(String query) {
		String json = String.join("\n",
				this.template.queryForList("explain (verbose, format json) " + withUnknowns(query), String.class));
		Map<String, Object> plan = (Map<String, Object>) JsonParserFactory.getJsonParser().parseList(json).get(0);
		Set<String> read = new LinkedHashSet<>();
		collect((Map<String, Object>) plan.getOrDefault("Plan", Map.of()), false, read);
		read.forEach((table) -> this.stage.report()
			.find(new RehearsalFinding(Severity.WARNING, Kind.READ_QUERY, query,
					"the query reads all of %s, since no index serves it".formatted(table), remedy())));
	}

	private String remedy() {
		return "Create an index on the target with what the query looks for, or correct migration.plans.%s.read-queries"
			.formatted(this.stage.plan().id());
	}

	/**
	 * The query with values that the planner cannot know.
	 */
	private String withUnknowns(String query) {
		ParsedSql parsed = NamedParameterUtils.parseSqlStatement(query);
		String marked = NamedParameterUtils.substituteNamedParameters(parsed, null);
		List<String> types = this.template.execute((ConnectionCallback<List<String>>) (connection) -> {
			try (PreparedStatement statement = connection.prepareStatement(marked)) {
				ParameterMetaData parameters = statement.getParameterMetaData();
				List<String> names = new ArrayList<>();
				for (int i = 1; i <= parameters.getParameterCount(); i++) {
					names.add(parameters.getParameterTypeName(i));
				}
				return names;
			}
		});
		Assert.state(types != null, "'types' must not be null");
		Iterator<String> next = types.iterator();
		return PARAMETER.matcher(marked)
			.replaceAll((match) -> Matcher.quoteReplacement(
					match.group().equals("?") ? "(select cast(null as %s))".formatted(next.next()) : match.group()));
	}

	/**
	 * The large tables that a plan reads from end to end; a few rows in the order of an
	 * index are not.
	 */
	@SuppressWarnings("unchecked")
	private void collect(Map<String, Object> node, boolean limited, Set<String> read) {
		String type = String.valueOf(node.get("Node Type"));
		if (isWhole(node, type, limited) && rows(node) >= LARGE) {
			read.add(node.get("Schema") + "." + node.get("Relation Name"));
		}
		boolean few = type.equals("Limit") || (limited && !type.equals("Sort") && !type.equals("Aggregate"));
		((List<Object>) node.getOrDefault("Plans", List.of()))
			.forEach((child) -> collect((Map<String, Object>) child, few, read));
	}

	private static boolean isWhole(Map<String, Object> node, String type, boolean limited) {
		if (!node.containsKey("Relation Name")) {
			return false;
		}
		if (type.startsWith("Index")) {
			return !node.containsKey("Index Cond") && (node.containsKey("Filter") || !limited);
		}
		return type.equals("Seq Scan") || (type.equals("Bitmap Heap Scan") && !node.containsKey("Recheck Cond"));
	}

	private long rows(Map<String, Object> node) {
		String schema = String.valueOf(node.get("Schema"));
		String name = String.valueOf(node.get("Relation Name"));
		if (schema.equals(this.stage.plan().target().schema()) && name.equals(this.stage.plan().target().name())) {
			return this.total;
		}
		Long rows = this.template.queryForObject(ROWS, Long.class, name, schema);
		return (rows != null) ? rows : 0;
	}

}
