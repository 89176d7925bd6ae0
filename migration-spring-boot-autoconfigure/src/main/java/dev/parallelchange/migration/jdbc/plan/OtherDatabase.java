package dev.parallelchange.migration.jdbc.plan;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.jdbc.DatabaseIdentity;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationSchema;
import dev.parallelchange.migration.jdbc.PlanDatabases;

/**
 * Refuses what cannot work between two databases.
 */
final class OtherDatabase {

	private static final String HAS_TABLES = "select to_regclass('%PREFIX%pending') is not null";

	private final PlanDatabases databases;

	OtherDatabase(PlanDatabases databases) {
		this.databases = databases;
	}

	void check(MigrationPlan plan, MirrorKind mirror) {
		if (plan.source().dataSource() != null) {
			throw new InvalidPlanException(plan.id(), "source.data-source",
					"'%s' is stated, but a source is always in the database of the plans' own DataSource"
						.formatted(plan.source().dataSource()),
					"Leave it out, and mark the DataSource of the source with @MigrationDataSource");
		}
		if (plan.isAcrossDatabases()) {
			checkKinds(plan, mirror);
			checkContract(plan);
			checkDatabase(plan, this.databases.of(plan, MigrationSide.TARGET));
		}
	}

	private static void checkKinds(MigrationPlan plan, MirrorKind mirror) {
		if (mirror != MirrorKind.PROXIES) {
			throw new InvalidPlanException(plan.id(), "mirror",
					"the target is in another database, and triggers cannot write there",
					"State 'mirror: proxies', and write through a repository marked @MigratedRepository or through MigrationTemplate");
		}
	}

	private static void checkContract(MigrationPlan plan) {
		if (plan.contract().drops()) {
			throw new InvalidPlanException(plan.id(), "contract.source",
					"the source is to be dropped, which is not supported yet where the target is in another database",
					"State 'contract.source: keep', and drop it yourself when the plan is completed");
		}
	}

	private void checkDatabase(MigrationPlan plan, MigrationDatabase other) {
		String name = plan.target().dataSource();
		if (!other.isSupported()) {
			throw new InvalidPlanException(plan.id(), "target.data-source",
					"the database of '%s' is not PostgreSQL".formatted(name), "Name one that is");
		}
		if (DatabaseIdentity.of(other.connections()).equals(DatabaseIdentity.of(this.databases.main().connections()))) {
			throw new InvalidPlanException(plan.id(), "target.data-source",
					"'%s' leads to the source's own database".formatted(name),
					"Leave it out; within one database both sides change in one transaction");
		}
		if (!other.sql(HAS_TABLES).query(Boolean.class).single()) {
			throw new InvalidPlanException(plan.id(), "target.data-source",
					"the library's tables are missing in the database of '%s'".formatted(name),
					"Start the application anew with 'migration.initialize-schema: always', or run the script '%s' there"
						.formatted(MigrationSchema.SCRIPT));
		}
	}

}
