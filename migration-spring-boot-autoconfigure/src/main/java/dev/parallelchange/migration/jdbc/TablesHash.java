package dev.parallelchange.migration.jdbc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;

/**
 * Notices that a plan's tables are altered while they are copied.
 */
final class TablesHash {

	private static final String COLUMNS = """
			select coalesce(string_agg(concat_ws(' ', a.attrelid, a.attname, a.atttypid, a.atttypmod, a.attnotnull,
				a.attgenerated, a.attidentity), ',' order by a.attrelid, a.attnum), '')
			from pg_attribute a
			where a.attrelid = to_regclass(:table) and a.attnum > 0 and not a.attisdropped""";

	private static final String STORED = "select tables_hash from %PREFIX%backfill where plan_id = :plan";

	private final PlanDatabases databases;

	TablesHash(PlanDatabases databases) {
		this.databases = databases;
	}

	String current(DerivedPlan plan) {
		String columns = columns(plan, MigrationSide.SOURCE) + "\n" + columns(plan, MigrationSide.TARGET);
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(columns.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(hash);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private String columns(DerivedPlan plan, MigrationSide side) {
		return this.databases.of(plan, side)
			.sql(COLUMNS)
			.param("table", plan.table(side).sql())
			.query(String.class)
			.single();
	}

	boolean isUnchanged(DerivedPlan plan) {
		return this.databases.main()
			.sql(STORED)
			.param("plan", plan.id())
			.query(String.class)
			.optional()
			.filter((stored) -> stored.equals(current(plan)))
			.isPresent();
	}

}
