package dev.parallelchange.migration.jdbc.plan;

import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationSchema;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.core.io.DefaultResourceLoader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PlanChecks} and {@link PlanValidation}.
 */
class PlanChecksTests {

	private final TestDatabase testDatabase = TestDatabase.create();

	private final MigrationDatabase database = new MigrationDatabase(this.testDatabase.dataSource(),
			new MigrationTables(MigrationTables.DEFAULT_PREFIX));

	private final PlanDeriver deriver = new PlanDeriver(this.database);

	private final PlanChecks checks = new PlanChecks(this.database, this.deriver);

	private final PlanValidation validation = new PlanValidation(this.database, this.deriver, (id) -> false);

	@BeforeEach
	void createTables() throws Exception {
		new MigrationSchema(this.database,
				new DefaultResourceLoader().getResource(MigrationSchema.SCRIPT).getContentAsString(UTF_8))
			.create();
		this.testDatabase.execute("create table a (id int primary key, v int, w int)",
				"insert into a select n, n from generate_series(1, 5) as n",
				"create table b (id int primary key, v int)");
	}

	@AfterEach
	void close() {
		this.testDatabase.close();
	}

	@Test
	void emptyTargetOpensTheGates() {
		assertThat(gates(derive(table()))).extracting(Gate::name, Gate::open)
			.containsExactly(tuple("target", true), tuple("target-rows", true));
	}

	@Test
	void gatesAreAboutTheWayIntoDualWriteOnly() {
		DerivedPlan plan = derive(table());
		assertThat(this.checks.gates(plan, MigrationPhase.BACKFILL, MigrationPhase.DUAL_WRITE)).isEmpty();
		assertThat(this.checks.gates(plan, MigrationPhase.OFF, MigrationPhase.EXPAND)).isEmpty();
	}

	@Test
	void otherRowsInTheTargetCloseTheGate() {
		this.testDatabase.execute("insert into b values (1, 1), (2, 99), (77, 7)");
		Gate gate = gates(derive(table())).get(1);
		assertThat(gate.open()).isFalse();
		assertThat(gate.value()).isEqualTo("2");
		assertThat(gate.limit()).isEqualTo("0 rows of plan 'x' in 'public.b' that the source does not explain");
		assertThat(gate.remedy()).startsWith("They would be lost.").endsWith("limit 10");
		String sample = gate.remedy().substring(gate.remedy().indexOf("select"));
		assertThat(this.testDatabase.jdbcClient().sql(sample).query().listOfRows()).hasSize(2);
	}

	@Test
	void rowsOutsideTheFilterAreNotExplained() {
		this.testDatabase.execute("insert into b values (1, 1), (5, 5)");
		assertThat(gates(derive(table().filter("source.v > 3"))).get(1).value()).isEqualTo("1");
	}

	@Test
	void rowsOfAnEarlierRunAreExplainedByTheirKeys() {
		this.testDatabase.execute("insert into b values (1, 1), (2, 99)",
				"insert into migration_history (plan_id, actor, action, to_phase, epoch, reason) values ('x', 'me', 'phase', 'DUAL_WRITE', 2, 'test')");
		assertThat(gates(derive(table())).get(1).open()).isTrue();
		this.testDatabase.execute("insert into b values (77, 7)");
		assertThat(gates(derive(table())).get(1).value()).isEqualTo("1");
	}

	@Test
	void manyRowsAreNotCountedToTheEnd() {
		this.testDatabase.execute("insert into b select n, n from generate_series(1000, 5000) as n");
		assertThat(gates(derive(table())).get(1).value()).isEqualTo("more than 1000");
	}

	@Test
	void columnThatHoldsOtherValuesClosesTheGate() {
		MigrationPlanBuilder plan = MigrationPlan.of("x").table("a").rename("v", "w");
		assertThat(gates(derive(plan)).get(1).open()).isTrue();
		this.testDatabase.execute("update a set w = 1 where id in (1, 2)");
		assertThat(gates(derive(plan)).get(1).value()).isEqualTo("1");
		this.testDatabase.execute("alter table a alter w set default 1");
		assertThat(gates(derive(plan)).get(1).open()).isTrue();
	}

	@Test
	void tableThatNoLongerFitsClosesTheGate() {
		DerivedPlan plan = derive(table());
		this.testDatabase.execute("alter table b add must int not null");
		Gate gate = gates(plan).get(0);
		assertThat(gate.open()).isFalse();
		assertThat(gate.value()).contains("target column 'must' needs a value");
		assertThat(gate.remedy()).startsWith("Map it");
		this.testDatabase.execute("alter table b alter must set default 1", "alter table a alter v type bigint");
		assertThat(gates(plan).get(0).remedy()).isEqualTo("Wait for the next poll, which derives the plan anew");
	}

	@Test
	void gateThatCannotBeMeasuredIsClosed() {
		DerivedPlan plan = derive(table());
		this.testDatabase.execute("drop table a cascade");
		Gate gate = gates(plan).get(1);
		assertThat(gate.open()).isFalse();
		assertThat(gate.value()).startsWith("could not be measured");
	}

	@Test
	void missingTargetIsToleratedWhileNothingIsAsked() {
		this.testDatabase.execute("drop table b");
		assertThat(this.validation.derive(table().build())).isEmpty();
		assertThat(this.validation.derive(table().phase(MigrationPhase.OFF).build())).isEmpty();
		MigrationPlan missingColumn = MigrationPlan.of("x").table("a").rename("v", "later").build();
		assertThat(this.validation.derive(missingColumn)).isEmpty();
		this.testDatabase.execute("create table b (id int primary key, v int)");
		assertThat(this.validation.validate(List.of(table().build()))).hasSize(1);
	}

	@Test
	void missingTargetIsRefusedWhenAPhaseIsAskedFor() {
		this.testDatabase.execute("drop table b");
		MigrationPlan plan = table().phase(MigrationPhase.DUAL_WRITE).build();
		assertThatExceptionOfType(InvalidPlanException.class).isThrownBy(() -> this.validation.derive(plan))
			.withMessageContaining("there is no table 'b'");
	}

	@Test
	void missingTargetIsRefusedWhenThePlanIsUnderWay() {
		this.testDatabase.execute("drop table b", "insert into migration_plan (id, phase) values ('x', 'BACKFILL')");
		assertThatExceptionOfType(InvalidPlanException.class).isThrownBy(() -> this.validation.derive(table().build()))
			.withMessageContaining("there is no table 'b'");
	}

	@Test
	void missingSourceIsToleratedWhenThePlanIsOver() {
		this.testDatabase.execute("drop table a", "insert into migration_plan (id, phase) values ('x', 'COMPLETED')");
		assertThat(this.validation.derive(table().build())).isEmpty();
	}

	@Test
	void databaseThatDoesNotAnswerIsTolerated() {
		PGSimpleDataSource nowhere = new PGSimpleDataSource();
		nowhere.setUrl("jdbc:postgresql://127.0.0.1:1/nothing");
		MigrationDatabase unreachable = new MigrationDatabase(nowhere, this.database.tables());
		PlanValidation validation = new PlanValidation(unreachable, new PlanDeriver(unreachable), (id) -> false);
		assertThat(validation.derive(table().build())).isEmpty();
	}

	private static MigrationPlanBuilder table() {
		return MigrationPlan.of("x").source("a").target("b");
	}

	private static org.assertj.core.groups.Tuple tuple(Object... values) {
		return org.assertj.core.api.Assertions.tuple(values);
	}

	private DerivedPlan derive(MigrationPlanBuilder plan) {
		return this.deriver.derive(plan.build(), false);
	}

	private List<Gate> gates(DerivedPlan plan) {
		return this.checks.gates(plan, MigrationPhase.EXPAND, MigrationPhase.DUAL_WRITE);
	}

}
