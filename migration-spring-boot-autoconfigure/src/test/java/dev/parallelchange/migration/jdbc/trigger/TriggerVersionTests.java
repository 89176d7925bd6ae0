package dev.parallelchange.migration.jdbc.trigger;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Which of several instances' triggers stay.
 */
class TriggerVersionTests {

	private final MirroredTables tables = new MirroredTables(plan("source.name").build(),
			"create table old_users (id bigint primary key, name text)",
			"create table users (id bigint primary key, name text)");

	private final JdbcTriggers older = new JdbcTriggers(this.tables.database(), 7);

	private final JdbcTriggers newer = new JdbcTriggers(this.tables.database(), 8);

	@AfterEach
	void close() {
		this.tables.close();
	}

	@Test
	void triggersOfTheNewerLibraryStayWhileTwoVersionsRunSideBySide() {
		this.older.install(this.tables.plan());
		assertThat(this.newer.installed(this.tables.plan())).isFalse();
		this.newer.install(this.tables.plan());
		String installed = functions();
		assertThat(this.older.installed(this.tables.plan())).isTrue();
		this.older.install(this.tables.plan());
		assertThat(functions()).isEqualTo(installed);
		assertThat(this.newer.installed(this.tables.plan())).isTrue();
	}

	@Test
	void triggersOfTheNewerLibraryThatAreNotCompleteAreReplaced() {
		this.newer.install(this.tables.plan());
		this.tables.execute("alter table old_users disable trigger all");
		assertThat(this.older.installed(this.tables.plan())).isFalse();
		this.older.install(this.tables.plan());
		assertThat(this.older.installed(this.tables.plan())).isTrue();
	}

	@Test
	void onlyTheAcceptedDefinitionIsInstalledWhateverTheLibrary() {
		DerivedPlan other = other();
		accept(this.tables.plan());
		this.older.install(this.tables.plan());
		assertThatIllegalStateException().isThrownBy(() -> this.newer.install(other))
			.withMessage("Another definition of plan 'users' has been accepted");
		assertThat(this.older.installed(this.tables.plan())).isTrue();
		accept(other);
		this.older.install(other);
		assertThat(this.older.installed(other)).isTrue();
		assertThat(this.newer.installed(this.tables.plan())).isFalse();
	}

	private DerivedPlan other() {
		return new PlanDeriver(this.tables.database()).derive(plan("upper(source.name)").build(), false);
	}

	private void accept(DerivedPlan plan) {
		this.tables.execute("update migration_plan set fingerprint = '%s'".formatted(plan.fingerprint()));
	}

	private String functions() {
		return this.tables.rows("select oid, xmin from pg_proc where proname like 'migration_users%' order by oid")
			.toString();
	}

	private static MigrationPlanBuilder plan(String name) {
		return MigrationPlan.of("users").source("old_users").target("users").map("name", name);
	}

}
