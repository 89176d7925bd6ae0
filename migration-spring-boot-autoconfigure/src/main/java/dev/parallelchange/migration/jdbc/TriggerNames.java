package dev.parallelchange.migration.jdbc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import dev.parallelchange.migration.MigrationSide;

/**
 * The names of a plan's functions and triggers; they fit PostgreSQL's 63 bytes and are
 * distinct for each plan.
 *
 * @param schema the schema of the library's tables and functions, unquoted
 * @param prefix the prefix of the library's tables, without schema
 * @param stem what all names of a plan begin with
 * @param path the schemas in which the mapping's expressions find what they call
 */
public record TriggerNames(String schema, String prefix, String stem, List<String> path) {

	/** The names of triggers begin with so much of the tables' prefix. */
	public static final int PREFIX_LENGTH = 14;

	private static final int SLUG_LENGTH = 20;

	public static TriggerNames of(String planId, String schema, String prefix, List<String> path) {
		String slug = planId.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
		String stem = cut(prefix, PREFIX_LENGTH) + cut(slug, SLUG_LENGTH) + "_" + hash(prefix + planId).substring(0, 8);
		return new TriggerNames(schema, prefix, stem, path);
	}

	/**
	 * The regular expression for the names of all plans' triggers.
	 * @param prefix the prefix of the library's tables, with or without a schema
	 */
	public static String pattern(String prefix) {
		return "^(zz_)?%s[a-z0-9_]{1,%d}_[0-9a-f]{8}(_|$)"
			.formatted(cut(prefix.substring(prefix.indexOf('.') + 1), PREFIX_LENGTH), SLUG_LENGTH);
	}

	/**
	 * The qualified function that makes rows of a side equal to the other side's.
	 */
	public String restore(MigrationSide written) {
		return function("_to_" + PlanSql.alias(written));
	}

	/**
	 * The qualified function of the triggers on a side's table.
	 */
	public String mirror(MigrationSide side) {
		return function("_on_" + PlanSql.alias(side));
	}

	/**
	 * The qualified function of the trigger of a column plan.
	 */
	public String columns() {
		return function("_columns");
	}

	/**
	 * The qualified function that removes the mirror's row before an insert.
	 */
	public String makeWay() {
		return function("_make_way");
	}

	/**
	 * The trigger that removes the mirror's row; it sorts behind the application's own
	 * triggers, which may still change the key.
	 */
	public String makeWayTrigger() {
		return quote("zz_" + this.stem + "_make_way");
	}

	/**
	 * The setting that is on while the mirror writes what need not be mirrored back.
	 */
	public String setting() {
		return "migration." + this.stem;
	}

	public String trigger(MigrationSide side, String event) {
		return quote(this.stem + "_" + PlanSql.alias(side) + "_" + event);
	}

	/**
	 * The trigger of a column plan; it sorts behind the application's own triggers, so
	 * that it sees what they have made of the row.
	 */
	public String columnTrigger() {
		return quote("zz_" + this.stem);
	}

	/**
	 * What the qualified names of the library's tables begin with.
	 */
	public String tables() {
		return quote(this.schema) + "." + this.prefix.toLowerCase(Locale.ROOT);
	}

	/**
	 * The search path of the functions; temporary objects come last, since anybody can
	 * create them.
	 */
	public String searchPath() {
		return this.path.stream().map(TriggerNames::quote).collect(Collectors.joining(", ", "", ", pg_temp"));
	}

	public static String hash(String text) {
		try {
			return HexFormat.of()
				.formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static String literal(String text) {
		return "'" + text.replace("'", "''") + "'";
	}

	private String function(String suffix) {
		return quote(this.schema) + "." + quote(this.stem + suffix);
	}

	private static String quote(String identifier) {
		return '"' + identifier.replace("\"", "\"\"") + '"';
	}

	private static String cut(String text, int length) {
		return text.substring(0, Math.min(length, text.length()));
	}

}
