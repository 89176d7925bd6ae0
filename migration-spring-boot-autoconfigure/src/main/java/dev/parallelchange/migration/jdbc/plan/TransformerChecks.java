package dev.parallelchange.migration.jdbc.plan;

import java.sql.SQLDataException;
import java.util.Arrays;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.jdbc.AcrossTransaction;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.StatementLimits;
import dev.parallelchange.migration.transform.RowTransformation;
import dev.parallelchange.migration.transform.TransformerMisuseException;
import org.jspecify.annotations.Nullable;

/**
 * Refuses transformers that cannot work.
 */
final class TransformerChecks {

	/** Of few rows, so that a filter that hardly any row passes costs little. */
	private static final String SAMPLE = """
			select array[%s] as row from (select * from %s limit 1000) as %s where %s limit 20""";

	private final PlanDatabases databases;

	TransformerChecks(PlanDatabases databases) {
		this.databases = databases;
	}

	static void refuse(MigrationPlan plan, MirrorKind mirror, JdbcCatalog.Table source, JdbcCatalog.Table target) {
		if (plan.transformer() == null) {
			return;
		}
		if (mirror != MirrorKind.PROXIES) {
			throw new InvalidPlanException(plan.id(), "mirror",
					"the plan has the transformer %s, and Java cannot run in a trigger"
						.formatted(plan.transformer().getClass().getName()),
					"State 'mirror: proxies', and write through a repository marked @MigratedRepository or through MigrationTemplate");
		}
		if (!plan.isAcrossDatabases() && source.oid() == target.oid()) {
			throw new InvalidPlanException(plan.id(), TransformerColumns.PROPERTY,
					"%s would transform columns of one table, which is not supported yet"
						.formatted(plan.transformer().getClass().getName()),
					"Name a target table of its own, with the source's key");
		}
	}

	/**
	 * Transform some rows twice. A row that cannot be transformed is a matter for the
	 * copy.
	 */
	void tryOut(DerivedPlan plan) {
		for (MigrationSide side : MigrationSide.values()) {
			RowTransformation transformation = RowTransformation.from(plan, side);
			if (transformation != null) {
				sample(plan, side, transformation).forEach((row) -> tryOut(plan, transformation, row));
			}
		}
	}

	private static void tryOut(DerivedPlan plan, RowTransformation transformation, List<@Nullable String> row) {
		try {
			if (!transformation.apply(row).equals(transformation.apply(row))) {
				throw new InvalidPlanException(plan.id(), TransformerColumns.PROPERTY,
						"it yields different values for the same row",
						"Let it depend on nothing but the row: no clock, no random numbers, no state");
			}
		}
		catch (TransformerMisuseException ex) {
			throw new InvalidPlanException(plan.id(), TransformerColumns.PROPERTY, String.valueOf(ex.getMessage()),
					"Correct the transformer");
		}
		catch (SQLDataException ex) {
			return;
		}
	}

	private List<List<@Nullable String>> sample(DerivedPlan plan, MigrationSide side,
			RowTransformation transformation) {
		MigrationDatabase database = this.databases.of(plan, side);
		String alias = PlanSql.alias(side);
		String texts = PlanSql.list(transformation.reads(),
				(column) -> "cast(%s.%s as text)".formatted(alias, column.sql()));
		String filter = (side == MigrationSide.SOURCE) ? new PlanSql(plan).filter() : "true";
		return database.inTransaction(() -> {
			new AcrossTransaction(database).pin();
			StatementLimits.apply(database, plan.plan().safety());
			return database.sql(SAMPLE.formatted(texts, plan.table(side).sql(), alias, filter))
				.query((rs, number) -> Arrays.asList((@Nullable String[]) rs.getArray("row").getArray()))
				.list();
		});
	}

}
