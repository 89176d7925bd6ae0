package dev.parallelchange.migration.contract;

import java.util.List;

import dev.parallelchange.migration.Leftover;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.SourceRemoval;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What of a completed plan is still there is named, with what removes it.
 */
class LeftoversTests {

	@Test
	void aPlanThatHasDroppedItsSourceLeavesItsOwnRows() {
		try (ContractScene scene = ContractScene.movedTable()) {
			scene.hidden().in(MigrationPhase.COMPLETED).settle();
			assertThat(scene.leftovers()).extracting(Leftover::kind).containsExactly(Leftover.Kind.ROWS);
			String remedy = scene.leftovers().get(0).remedy();
			for (String statement : remedy.substring(remedy.indexOf(": ") + 2).split("; ")) {
				scene.tables.execute(statement);
			}
			for (String table : List.of("plan", "pending", "history", "contract", "approval", "watch", "sighting")) {
				assertThat(scene.count("migration_" + table)).as(table).isZero();
			}
		}
	}

	@Test
	void aTableThatIsKeptIsNamedWithItsStatement() {
		try (ContractScene scene = ContractScene.movedTable(ContractScene.settings(SourceRemoval.KEEP))) {
			scene.in(MigrationPhase.COMPLETED);
			assertThat(remedies(scene, Leftover.Kind.SOURCE)).containsExactly("drop table \"public\".\"visits\"");
			scene.tables.execute("drop table visits");
			assertThat(remedies(scene, Leftover.Kind.SOURCE)).isEmpty();
		}
	}

	@Test
	void aColumnThatIsKeptIsNamedWithItsStatement() {
		try (ContractScene scene = ContractScene.column(ContractScene.settings(SourceRemoval.KEEP))) {
			scene.in(MigrationPhase.COMPLETED);
			assertThat(remedies(scene, Leftover.Kind.SOURCE)).containsExactly(
					"if nothing else is kept in it: alter table \"public\".\"orders\" drop column \"status\"");
		}
	}

	@Test
	void functionsThatAreStillThereAreNamedWithTheirStatement() {
		try (ContractScene scene = ContractScene.column(ContractScene.settings(SourceRemoval.KEEP))) {
			scene.in(MigrationPhase.COMPLETED);
			List<String> remedies = remedies(scene, Leftover.Kind.FUNCTION);
			assertThat(remedies).isNotEmpty();
			remedies.forEach(scene.tables::execute);
			assertThat(remedies(scene, Leftover.Kind.FUNCTION)).isEmpty();
			assertThat(scene.count("pg_trigger where not tgisinternal")).isZero();
		}
	}

	@Test
	void propertiesOfLiveInstancesAreNamed() {
		try (ContractScene scene = ContractScene.column()) {
			scene.tables.execute(
					"insert into migration_instance (id, host, lease_until) values (gen_random_uuid(), 'a:1', now() + interval '1 hour')",
					"insert into migration_acknowledgement (plan_id, instance_id, epoch, uses, asks) select 'order-state', id, 9, 'TARGET', 'COMPLETED' from migration_instance");
			scene.hidden().in(MigrationPhase.COMPLETED).settle();
			assertThat(remedies(scene, Leftover.Kind.PROPERTY)).containsExactly(
					"remove migration.plans.order-state.phase from the configuration",
					"remove migration.plans.order-state from the configuration");
		}
	}

	@Test
	void repositoriesAndFlagsAreNamed() {
		try (ContractScene scene = ContractScene.column()) {
			scene.hidden().in(MigrationPhase.COMPLETED).settle();
			scene.tables.execute("update migration_plan set reads = 100");
			MigrationStatus.Builder status = new MigrationStatus.Builder(scene.state());
			ContractEngine engine = scene.engine((planId) -> List.of("interface Orders"));
			engine.report(scene.plan(), status);
			engine.stop();
			assertThat(status.build().leftovers()).extracting(Leftover::what)
				.contains("@MigratedRepository on interface Orders", "migration.order-state.read")
				.doesNotContain("migration.order-state.write", "migration.order-state.backfill");
		}
	}

	@Test
	void nothingIsLeftOverBeforeThePlanIsCompleted() {
		try (ContractScene scene = ContractScene.column()) {
			assertThat(scene.hidden().leftovers()).isEmpty();
			assertThat(scene.status().contract()).isNotNull();
		}
	}

	private static List<String> remedies(ContractScene scene, Leftover.Kind kind) {
		return scene.leftovers().stream().filter((leftover) -> leftover.kind() == kind).map(Leftover::remedy).toList();
	}

}
