package dev.parallelchange.migration.script.review;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.parallelchange.migration.ScriptFinding;
import dev.parallelchange.migration.script.sql.CreateTable;
import dev.parallelchange.migration.script.sql.SqlName;
import dev.parallelchange.migration.script.sql.SqlScript;
import dev.parallelchange.migration.script.sql.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * A script under review, with what came before it.
 */
final class ReviewedScript {

	/** Stands between statements of a rewrite that belong to different scripts. */
	static final String NEXT_SCRIPT = "\n-- next script\n";

	private static final int SHOWN = 120;

	private final SqlScript script;

	private final List<SqlScript> earlier;

	private final Catalog catalog;

	private final boolean contracting;

	private final List<SqlName> created = new ArrayList<>();

	private final List<ScriptFinding> findings = new ArrayList<>();

	ReviewedScript(SqlScript script, List<SqlScript> earlier, Catalog catalog, boolean contracting) {
		this.script = script;
		this.earlier = List.copyOf(earlier);
		this.catalog = catalog;
		this.contracting = contracting;
	}

	SqlScript script() {
		return this.script;
	}

	Catalog catalog() {
		return this.catalog;
	}

	/**
	 * Whether what is dropped is meant to be gone.
	 */
	boolean isContracting() {
		return this.contracting;
	}

	List<ScriptFinding> findings() {
		return this.findings;
	}

	/**
	 * Look at the next statement.
	 */
	void enter(SqlStatement statement) {
		CreateTable created = CreateTable.of(statement);
		if (created != null && !isThereAlready(created, statement)) {
			this.created.add(created.table());
		}
	}

	private boolean isThereAlready(CreateTable created, SqlStatement statement) {
		return statement.tokens().contains("IF", "NOT", "EXISTS") && this.catalog.hasTable(created.table().sql());
	}

	/**
	 * Whether nobody else can know a table yet, since this script has created it.
	 */
	boolean isNew(@Nullable SqlName table) {
		return table != null && this.created.stream().anyMatch((created) -> created.matches(table));
	}

	/**
	 * The statements of this script that come before another one.
	 */
	List<SqlStatement> before(SqlStatement statement) {
		return this.script.statements().stream().takeWhile((other) -> other != statement).toList();
	}

	/**
	 * The statements of all scripts before this one.
	 */
	Stream<SqlStatement> earlier() {
		return this.earlier.stream().flatMap((other) -> other.statements().stream());
	}

	/**
	 * All statements that have been run by the time of another one.
	 */
	Stream<SqlStatement> known(SqlStatement statement) {
		return Stream.concat(earlier(), before(statement).stream());
	}

	/**
	 * All statements of this script and of those before it.
	 */
	Stream<SqlStatement> all() {
		return Stream.concat(earlier(), this.script.statements().stream());
	}

	void add(ReviewRule rule, SqlStatement statement, String rewrite) {
		String sql = statement.sql().replaceAll("\\s+", " ");
		this.findings.add(new ScriptFinding(rule.id(), this.script.name(), statement.line(),
				(sql.length() > SHOWN) ? sql.substring(0, SHOWN) + "…" : sql, rule.reason(), rewrite,
				new Exceptions(statement).reason(rule)));
	}

	/**
	 * Join statements that have to be in scripts of their own.
	 */
	static String scripts(String... statements) {
		return String.join(NEXT_SCRIPT, statements);
	}

}
