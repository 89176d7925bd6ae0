package dev.parallelchange.migration.jdbc.plan;

import java.util.HashMap;
import java.util.Map;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.jdbc.AcrossTransaction;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.SentRows;
import dev.parallelchange.migration.jdbc.VerificationSql;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.QueryTimeoutException;

/**
 * Counts what a target holds that does not come from the plan, where rows travel through
 * the application: its rows are sent to the source's database piece by piece.
 */
final class AcrossForeignRows {

	private static final int PIECE = 1000;

	private static final String COUNT = "select count(*) from (%s) as found";

	private final MigrationDatabase source;

	private final MigrationDatabase target;

	private final DerivedPlan plan;

	private final PlanSql sql;

	AcrossForeignRows(PlanDatabases databases, DerivedPlan plan) {
		this.source = databases.of(plan, MigrationSide.SOURCE);
		this.target = databases.of(plan, MigrationSide.TARGET);
		this.plan = plan;
		this.sql = new PlanSql(plan);
	}

	/**
	 * Count the rows in the thread's transaction on the source, in which nothing takes
	 * longer than a statement may.
	 */
	long count(boolean ranBefore, int limit) {
		new AcrossTransaction(this.source).pin();
		long end = System.nanoTime() + this.plan.plan().safety().statementTimeout().toNanos();
		long count = 0;
		String lower = null;
		do {
			if (System.nanoTime() - end > 0) {
				throw new QueryTimeoutException("the rows of the target could not be looked at in time");
			}
			String upper = upper(lower);
			count += count(ranBefore, lower, upper);
			lower = upper;
		}
		while (lower != null && count <= limit);
		return count;
	}

	private @Nullable String upper(@Nullable String lower) {
		Map<String, @Nullable Object> parameters = bounds(lower, null);
		parameters.put("skip", PIECE - 1);
		return this.target.sql(new VerificationSql(this.plan).upper(MigrationSide.TARGET, lower != null))
			.params(parameters)
			.query(String.class)
			.optional()
			.orElse(null);
	}

	/**
	 * However many source rows lie between those of the target, none but theirs are read.
	 */
	private long count(boolean ranBefore, @Nullable String lower, @Nullable String upper) {
		SentRows sent = SentRows.toCompare(this.plan);
		Map<String, @Nullable Object> parameters = bounds(lower, upper);
		this.target.inTransaction(() -> {
			new AcrossTransaction(this.target).pin();
			parameters.put(SentRows.PARAMETER, sent.read(this.target, sent.select(range(lower, upper)), parameters));
			return parameters.put("keys",
					this.target.sql(keys(lower, upper)).params(parameters).query(String.class).single());
		});
		if (sent.meetMapped()) {
			SentRows mapped = new SentRows(this.plan, MigrationSide.SOURCE);
			parameters.put(SentRows.MAPPED,
					mapped.read(this.source, mapped.select(this.sql.among(MigrationSide.SOURCE)), parameters));
		}
		return this.source.sql(COUNT.formatted(new ForeignRows(sent.plan(), sent.sql()).query(ranBefore)))
			.params(parameters)
			.query(Long.class)
			.single();
	}

	private String keys(@Nullable String lower, @Nullable String upper) {
		return "select coalesce(cast(jsonb_agg(%s) as text), '[]') from %s where %s".formatted(
				this.sql.keyAsJson(MigrationSide.TARGET), this.sql.from(MigrationSide.TARGET), range(lower, upper));
	}

	private String range(@Nullable String lower, @Nullable String upper) {
		return ((lower != null) ? this.sql.keyCompares(MigrationSide.TARGET, ">", "lower") : "true")
				+ ((upper != null) ? " and " + this.sql.keyCompares(MigrationSide.TARGET, "<=", "upper") : "");
	}

	private static Map<String, @Nullable Object> bounds(@Nullable String lower, @Nullable String upper) {
		Map<String, @Nullable Object> bounds = new HashMap<>();
		bounds.put("lower", lower);
		bounds.put("upper", upper);
		return bounds;
	}

}
