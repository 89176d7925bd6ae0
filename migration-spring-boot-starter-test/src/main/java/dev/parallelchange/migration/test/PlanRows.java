package dev.parallelchange.migration.test;

import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.DivergenceKind;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.VerificationStatus;
import dev.parallelchange.migration.VerificationStatus.Divergence;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.PlanSql;

import org.springframework.context.ApplicationContext;
import org.springframework.util.Assert;

/**
 * Looks at the rows of a plan, which are a test's own and may be shown.
 */
final class PlanRows {

	private final PlanDatabases databases;

	private boolean targetWasEmpty;

	private PlanRows(PlanDatabases databases) {
		this.databases = databases;
	}

	static PlanRows of(ApplicationContext context) {
		return new PlanRows(context.getBean(PlanDatabases.class));
	}

	/**
	 * Return whether the copy has not reached a row yet.
	 */
	boolean isAnyMissingBefore(DerivedPlan plan, RowKey key) {
		Assert.state(!plan.isAcrossDatabases(),
				() -> "The copy of plan '%s' goes to another database and cannot be stopped before a row"
					.formatted(plan.id()));
		PlanSql sql = new PlanSql(plan);
		String copied = (plan.shape() == PlanShape.COLUMN) ? "not " + sql.differs("source")
				: "exists (select from %s where %s)".formatted(sql.from(MigrationSide.TARGET), sql.sidesMatch());
		return this.databases.main()
			.sql("""
					select exists (select from %s where %s and %s and not (%s) and not exists (
						select from %%PREFIX%%quarantine as aside where aside.plan_id = :plan and aside.key = %s))"""
				.formatted(sql.from(MigrationSide.SOURCE), sql.filter(),
						sql.keyCompares(MigrationSide.SOURCE, "<", "key"), copied, sql.keyAsJson(MigrationSide.SOURCE)))
			.param("plan", plan.id())
			.param("key", key.json())
			.query(Boolean.class)
			.single();
	}

	/**
	 * Say what a pass has found, field by field as far as the rows still differ.
	 */
	String describe(DerivedPlan plan, VerificationStatus found) {
		List<String> lines = new ArrayList<>();
		lines.add(
				"Plan '%s': of %d rows, %d are missing in the target, %d in the source, %d differ, %d are not known; %d are conflicts"
					.formatted(plan.id(), found.compared(), found.missing(), found.orphan(), found.different(),
							found.unconfirmed(), found.conflicts()));
		found.samples().forEach((sample) -> lines.add(describe(plan, sample)));
		return String.join("\n- ", lines);
	}

	private String describe(DerivedPlan plan, Divergence sample) {
		String row = "row " + sample.key();
		if (sample.kind() == DivergenceKind.MISSING) {
			return row + " is not in the target";
		}
		if (sample.kind() == DivergenceKind.ORPHAN) {
			return row + " is in the target, but not in the source";
		}
		return row + ((plan.rowsTravel() || sample.key() == null) ? " differs" : ": " + fields(plan, sample.key()));
	}

	private String fields(DerivedPlan plan, String key) {
		PlanSql sql = new PlanSql(plan);
		return this.databases.main()
			.sql("select concat_ws('; ', %s) from %s join %s on %s where %s".formatted(
					PlanSql.list(plan.mapping(), PlanRows::field), sql.from(MigrationSide.SOURCE),
					sql.from(MigrationSide.TARGET), sql.sidesMatch(), sql.among(MigrationSide.SOURCE)))
			.param("keys", "[" + key + "]")
			.query(String.class)
			.optional()
			.orElse("is not there any more");
	}

	private static String field(MappedColumn mapped) {
		String given = PlanSql.value(mapped);
		String kept = "target." + mapped.column().sql();
		return "case when %s is distinct from %s then %s || quote_nullable(cast(%s as text)) || %s || quote_nullable(cast(%s as text)) end"
			.formatted(PlanSql.comparable(mapped.column(), given), PlanSql.comparable(mapped.column(), kept),
					PlanSql.literal(mapped.column().name() + ": the source gives "), given,
					PlanSql.literal(", the target has "), kept);
	}

	/**
	 * Remember whether the target has rows of its own.
	 */
	void remember(DerivedPlan plan) {
		this.targetWasEmpty = plan.shape() != PlanShape.COLUMN && !plan.plan().isPurge()
				&& (plan.isProvisional()
						|| target(plan).sql("select not exists (select from %s)".formatted(plan.target().sql()))
							.query(Boolean.class)
							.single());
	}

	/**
	 * Empty a target that was empty. Nothing mirrors that any more.
	 */
	void restore(DerivedPlan plan) {
		if (this.targetWasEmpty && !plan.isProvisional()) {
			target(plan).sql("delete from " + plan.target().sql()).update();
		}
	}

	private MigrationDatabase target(DerivedPlan plan) {
		return this.databases.of(plan, MigrationSide.TARGET);
	}

}
