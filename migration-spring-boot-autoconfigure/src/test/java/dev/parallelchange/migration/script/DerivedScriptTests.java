package dev.parallelchange.migration.script;

import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.ScriptStatus.State;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.script.ScriptScene.Instance;
import dev.parallelchange.migration.script.flyway.FlywayScriptTool;
import dev.parallelchange.migration.test.PostgresVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Scripts that are derived, while tables and plans change around them.
 */
class DerivedScriptTests {

	private final ScriptScene scene = new ScriptScene(new FlywayScriptTool(MigrationTables.DEFAULT_PREFIX),
			PostgresVersion.NEWEST);

	@AfterEach
	void close() {
		this.scene.close();
	}

	@Test
	void aScriptThatHasBeenRunStaysAsItWasWhenTheTableIsAltered() {
		Instance instance = this.scene.derived(plan().rename("pet", "animal")).instance();
		instance.poll();
		assertThat(instance.texts()).singleElement().asString().contains("add column animal character varying(20)");
		this.scene.database.execute("alter table visits alter column pet type varchar(50)");
		Instance next = this.scene.instance();
		next.poll();
		assertThat(next.states()).containsExactly(State.APPLIED);
		assertThat(next.texts()).isEqualTo(instance.texts());
		assertThat(next.gates.of(next.work, MigrationPhase.EXPAND, MigrationPhase.DUAL_WRITE)).allMatch(Gate::open);
	}

	@Test
	void aScriptThatWaitsFollowsTheTable() {
		this.scene.phase(MigrationPhase.OFF);
		Instance instance = this.scene.derived(plan().rename("pet", "animal")).instance();
		instance.poll();
		assertThat(instance.states()).containsExactly(State.PENDING);
		this.scene.database.execute("alter table visits alter column pet type varchar(50)");
		instance.poll();
		assertThat(instance.texts()).singleElement().asString().contains("add column animal character varying(50)");
		assertThat(this.scene.hasColumn("visits", "animal")).isFalse();
	}

	@Test
	void aPlanThatNamesMoreGetsAnotherScript() {
		this.scene.derived(plan().rename("pet", "animal")).instance().poll();
		Instance next = this.scene.derived(plan().rename("pet", "animal").map("size", "length(source.pet)")).instance();
		next.poll();
		assertThat(next.states()).containsExactly(State.APPLIED, State.APPLIED);
		assertThat(next.texts().get(1)).contains("add column size integer").doesNotContain("animal");
		this.scene.phase(MigrationPhase.OFF);
		next.poll();
		assertThat(this.scene.hasColumn("visits", "size")).isFalse();
		assertThat(this.scene.hasColumn("visits", "animal")).isFalse();
		next.poll();
		assertThat(next.states()).as("all of it, anew").containsExactly(State.PENDING);
	}

	@Test
	void whatWasThereBeforeIsNotDroppedOnTheWayBack() {
		this.scene.database.execute("alter table visits add column animal varchar(20)");
		Instance instance = this.scene.derived(plan().rename("pet", "animal").map("size", "length(source.pet)"))
			.instance();
		instance.poll();
		assertThat(this.scene.hasColumn("visits", "size")).isTrue();
		this.scene.phase(MigrationPhase.OFF);
		Instance other = this.scene.derived(plan().rename("pet", "animal")).instance();
		other.poll();
		assertThat(this.scene.hasColumn("visits", "size")).as("what was run is undone, whatever the plan says now")
			.isFalse();
		assertThat(this.scene.hasColumn("visits", "animal")).isTrue();
	}

	@Test
	void whatSomebodyCreatesMeanwhileIsNeitherTakenOverNorDropped() {
		Instance instance = this.scene.derived(plan().rename("pet", "animal")).instance();
		this.scene.phase(MigrationPhase.OFF);
		instance.poll();
		this.scene.database.execute("alter table visits add column animal varchar(20)");
		this.scene.phase(MigrationPhase.EXPAND);
		instance.poll();
		assertThat(instance.states()).isEmpty();
		assertThat(instance.gates.of(instance.work, MigrationPhase.EXPAND, MigrationPhase.DUAL_WRITE))
			.allMatch(Gate::open);
		this.scene.phase(MigrationPhase.OFF);
		instance.poll();
		assertThat(this.scene.hasColumn("visits", "animal")).isTrue();
	}

	@Test
	void nothingIsDerivedWhenThePlanHasGoneOn() {
		this.scene.derived(plan().rename("pet", "animal")).instance().poll();
		this.scene.phase(MigrationPhase.CONTRACT);
		this.scene.database.execute("alter table visits rename column pet to pet_hidden");
		Instance instance = this.scene.instance();
		instance.poll();
		assertThat(instance.states()).containsExactly(State.APPLIED);
	}

	@Test
	void aTextIsKeptByNobodyWhoLostTheClaim() {
		Instance stuck = this.scene.derived(plan().rename("pet", "animal")).instance();
		ScriptSet set = stuck.work.set();
		assertThat(stuck.store.claim(set, MigrationPhase.EXPAND)).isTrue();
		this.scene.passLease();
		Instance other = this.scene.instance();
		assertThat(other.store.claim(set, MigrationPhase.EXPAND)).isTrue();
		PlanScript script = DerivedScripts.read("1", "V1__derived_columns.sql", "select 1", "U1__derived_columns.sql",
				"drop table visits");
		assertThatException().isThrownBy(() -> stuck.store.keep(set, script)).withMessageContaining("taken over");
		assertThat(stuck.store.kept(set)).isEmpty();
		other.store.keep(set, script);
		assertThat(stuck.store.kept(set)).containsExactly(script);
	}

	private static MigrationPlanBuilder plan() {
		return MigrationPlan.of("visit-date").table("visits");
	}

}
