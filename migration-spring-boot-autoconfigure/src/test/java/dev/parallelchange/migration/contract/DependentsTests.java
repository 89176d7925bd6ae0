package dev.parallelchange.migration.contract;

import java.time.Instant;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.SourceRemoval;
import dev.parallelchange.migration.TableReference;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What depends on a source is named with the statement that ends it, before the source is
 * hidden and before it is dropped.
 */
class DependentsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			create view v as select pet from visits | drop view v
			create materialized view m as select count(*) from visits | drop materialized view m
			create table bills (id int, visit_id bigint constraint bills_visit references visits) \
			| alter table bills drop constraint bills_visit
			create function f(v visits) returns text language sql as 'select v.pet' | drop routine f(visits)
			create table special () inherits (visits) | alter table special no inherit visits
			create table log (id int, row visits) | alter table log drop column "row"
			create publication p for table visits | alter publication p drop table visits
			create policy p on appointments using (exists (select from visits)) | drop policy p on appointments
			create function g() returns bigint language plpgsql as 'begin return (select count(*) from Visits); end' \
			| change function g(), whose text names visits
			""")
	void somethingThatDependsOnATable(String definition, String statement) {
		try (ContractScene scene = ContractScene.movedTable(definition)) {
			assertClosed(scene, statement);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					create view v as select status from orders | drop view v
					create index i on orders (amount, status) | drop index concurrently i
					create index i on orders (amount) where status = 'x' | drop index concurrently i
					create unique index i on orders (status) nulls not distinct | drop index concurrently i
					alter table orders add constraint c unique (status, amount) | alter table orders drop constraint c
					alter table orders add constraint c check (status <> '' or amount > 0) | alter table orders drop constraint c
					alter table orders add constraint c check (status is not null) | alter table orders drop constraint c
					alter table orders add column big text generated always as (upper(status)) stored \
					| alter table orders alter column big drop expression
					create policy p on orders using (status = 'x') | drop policy p on orders
					create publication p for table orders (id, status) | alter publication p drop table orders
					""")
	void somethingThatDependsOnAColumn(String definition, String statement) {
		try (ContractScene scene = ContractScene.column(definition)) {
			assertClosed(scene, statement);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			create view v as select state from orders
			create index i on orders (status)
			create index i on orders (state, amount)
			create unique index i on orders (status)
			alter table orders add constraint c check (status <> '')
			alter table orders add constraint c check (amount > 0)
			""")
	void somethingThatGoesWithAColumnOrDoesNotNeedIt(String definition) {
		try (ContractScene scene = ContractScene.column(definition)) {
			Gate gate = scene.in(MigrationPhase.CUTOVER).gate(MigrationPhase.CONTRACT, "dependents");
			assertThat(gate.open()).as(gate.toString()).isTrue();
		}
	}

	@Test
	void aTriggerOfTheApplicationThatHandlesAColumn() {
		try (ContractScene scene = ContractScene.column(
				"create function f() returns trigger language plpgsql as 'begin new.status := lower(new.status); return new; end'",
				"create trigger t before insert on orders for each row execute function f()")) {
			assertClosed(scene, "change function f(), whose text names status");
		}
	}

	@Test
	void aSequenceOfTheSourceThatTheTargetUses() {
		try (ContractScene scene = ContractScene.of(
				MigrationPlan.of("visit-table").source("visits").target("appointments"),
				ContractScene.settings(SourceRemoval.DROP),
				new String[] { "create table visits (id bigserial primary key, pet text)",
						"create table appointments (id bigint primary key default nextval('visits_id_seq'), pet text)" })) {
			assertClosed(scene, "alter sequence visits_id_seq owned by none");
		}
	}

	@Test
	void aSequenceOfTheSourceThatTheApplicationGoesOnToUse() {
		try (ContractScene scene = ContractScene.of(
				MigrationPlan.of("visit-table")
					.source("visits")
					.target(TableReference.of("appointments").withSequence("visits_id_seq")),
				ContractScene.settings(SourceRemoval.DROP),
				new String[] { "create table visits (id bigserial primary key, pet text)",
						"create table appointments (id bigint primary key, pet text)" })) {
			assertClosed(scene, "alter sequence visits_id_seq owned by none");
		}
	}

	@Test
	void aForeignKeyFromTheTargetOfASplitIsNoneOfThem() {
		try (ContractScene scene = ContractScene.split()) {
			assertThat(scene.gate(MigrationPhase.CONTRACT, "dependents").open()).isTrue();
		}
	}

	@ParameterizedTest
	@CsvSource({ "source.nickname, DUAL_READ, true", "source.nickname, BACKFILL, false",
			"source.nickname, COMPLETED, true", "source.phone, DUAL_READ, false" })
	void anotherPlanThatNeedsTheColumnOrIsBeingCopied(String expression, MigrationPhase phase, boolean open) {
		try (ContractScene scene = ContractScene.split("alter table owners add nickname text",
				"create table others (id bigint primary key, alias text)")) {
			DerivedPlan other = new PlanDeriver(scene.tables.database()).derive(
					MigrationPlan.of("other").source("owners").target("others").map("alias", expression).build(),
					false);
			scene.engine.tick(other, state(other, phase));
			assertThat(scene.gate(MigrationPhase.CONTRACT, "other-plans").open()).isEqualTo(open);
		}
	}

	private static PlanState state(DerivedPlan plan, MigrationPhase phase) {
		return new PlanState(plan.id(), phase, 1, Instant.EPOCH, null, null, null, null, null, null, false, null, null);
	}

	@Test
	void rowsThatTheFilterLeavesOutWouldBeLost() {
		try (ContractScene scene = ContractScene.of(MigrationPlan.of("visit-table")
			.source("visits")
			.target("appointments")
			.rename("visit_date", "visited_on")
			.filter("source.id > 5"), ContractScene.settings(SourceRemoval.DROP), ContractScene.VISITS)) {
			scene.in(MigrationPhase.CUTOVER);
			Gate gate = scene.gate(MigrationPhase.CONTRACT, "unmoved-rows");
			assertThat(gate.open()).isFalse();
			assertThat(gate.value()).isEqualTo("5");
			assertThat(gate.remedy()).contains("select source.* from \"public\".\"visits\" as source");
		}
	}

	@Test
	void rowsOfASplitThatTheFilterLeavesOutMatterWhereAColumnHoldsSomething() {
		try (ContractScene scene = ContractScene.of(
				MigrationPlan.of("owner-contact").source("owners").target("contact").filter("source.id > 5"),
				ContractScene.settings(SourceRemoval.DROP), ContractScene.OWNERS,
				"update owners set phone = null where id < 5")) {
			assertThat(scene.gate(MigrationPhase.CONTRACT, "unmoved-rows").value()).isEqualTo("1");
		}
	}

	@Test
	void aColumnThatIsKeptMustAcceptNullBeforeTheMirrorEnds() {
		try (ContractScene scene = ContractScene.column(ContractScene.settings(SourceRemoval.KEEP))) {
			Gate gate = scene.gate(MigrationPhase.CONTRACT, "source-columns");
			assertThat(gate.open()).isFalse();
			assertThat(gate.remedy())
				.isEqualTo("alter table \"public\".\"orders\" alter column \"status\" drop not null");
			assertThat(scene.engine.gates(scene.plan(), MigrationPhase.CONTRACT, MigrationPhase.COMPLETED)).isEmpty();
		}
	}

	private static void assertClosed(ContractScene scene, String statement) {
		for (MigrationPhase phase : List.of(MigrationPhase.CONTRACT, MigrationPhase.COMPLETED)) {
			Gate gate = scene.gate(phase, "dependents");
			assertThat(gate.open()).isFalse();
			assertThat(gate.remedy()).isEqualTo(statement);
		}
	}

}
