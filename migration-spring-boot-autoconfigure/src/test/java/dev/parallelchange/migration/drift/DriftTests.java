package dev.parallelchange.migration.drift;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.DriftStatus;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationEvent.TablesChanged;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.drift.JdbcDriftStore;
import dev.parallelchange.migration.jdbc.phase.JdbcPlanStore;
import dev.parallelchange.migration.phase.Audit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A change of the tables in the middle of a run is shown, and closes what it endangers.
 */
class DriftTests {

	private final MirroredTables tables = new MirroredTables(
			MigrationPlan.of("visits").source("visits").target("appointments").mirror(MirrorKind.TRIGGERS).build(),
			"create table visits (id bigint primary key, pet text)",
			"create table appointments (id bigint primary key, pet text)");

	private final List<MigrationEvent> events = new ArrayList<>();

	private final DriftEngine engine = engine();

	@BeforeEach
	void begin() {
		look();
	}

	@AfterEach
	void close() {
		this.tables.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					alter table visits alter pet type varchar(20)                 | ~ source column pet: text → character varying(20)
					alter table visits add owner text default 'x'                 | + source column owner: text default 'x'::text
					alter table appointments drop pet                             | - target column pet: text
					alter table appointments alter pet set not null               | ~ target column pet: text → text not null
					alter table appointments add constraint c check (pet <> '')   | + target constraint c: CHECK ((pet <> ''::text))
					create index i on appointments (pet)                          | + target index i: CREATE INDEX i ON public.appointments USING btree (pet)
					""")
	void changeIsShownAsADifferenceAndToldOnce(String change, String line) {
		this.tables.execute(change);
		look();
		look();
		engineOfAnotherInstance().tick(plan(), state());
		assertThat(drift().differences()).containsExactly(line);
		assertThat(drift().changedAt()).isNotNull();
		assertThat(this.events).singleElement().isEqualTo(new TablesChanged("visits", List.of(line)));
	}

	@Test
	void changeThatIsTakenBackIsNoDifference() {
		this.tables.execute("create index i on appointments (pet)");
		look();
		this.tables.execute("drop index i");
		look();
		assertThat(drift().differences()).isEmpty();
		assertThat(this.events).last().isEqualTo(new TablesChanged("visits", List.of()));
	}

	@Test
	void triggersOfTheMirrorAreNoDifference() {
		this.tables.withTriggers();
		look();
		assertThat(drift().differences()).isEmpty();
	}

	@Test
	void indexThatNobodyNeedsIsOnlyShown() {
		this.tables.execute("create index i on appointments (pet)", "alter table visits add owner text");
		assertThat(drift().differences()).as("before an instance has looked").hasSize(2);
		assertThat(drift().dangers()).isEmpty();
		assertThat(gate(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ)).satisfies((gate) -> {
			assertThat(gate.open()).isTrue();
			assertThat(gate.value()).isEqualTo("2 changes of the tables, none that endangers it");
		});
	}

	@ParameterizedTest
	@CsvSource({ "visits, source", "appointments, target" })
	void keyThatIsNotUniqueAnyMoreClosesEverythingForward(String table, String side) {
		this.tables.execute("alter table %s drop constraint %s_pkey".formatted(table, table));
		for (MigrationPhase from : List.of(MigrationPhase.DUAL_WRITE, MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ,
				MigrationPhase.CUTOVER)) {
			assertThat(gate(from, from.stepToward(MigrationPhase.COMPLETED)).toString()).contains("drift is closed: ",
					"- %s key: unique".formatted(side), "\"drift\": \"accept\"");
		}
		assertThat(this.engine.gates(plan(), MigrationPhase.BACKFILL, MigrationPhase.DUAL_WRITE)).as("the way back")
			.isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			alter table appointments add constraint c check (pet <> '')
			alter table appointments add constraint c unique (pet)
			create unique index c on appointments (pet)
			alter table appointments alter pet set not null
			alter table appointments add c text not null
			alter table appointments add constraint c foreign key (pet) references names
			""")
	void whatTheTargetRefusesClosesTheReadsUntilRowsAreFoundEqual(String change) {
		this.tables.execute("create table names (name text primary key)", change);
		assertThat(gate(MigrationPhase.DUAL_WRITE, MigrationPhase.BACKFILL).open()).isTrue();
		assertThat(gate(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ).open()).isFalse();
		pass();
		assertThat(gate(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ).open()).as("it was not seen by then")
			.isFalse();
		look();
		assertThat(gate(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ).open()).as("the pass began before")
			.isFalse();
		pass();
		assertThat(gate(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ).open()).isTrue();
		assertThat(drift().differences()).as("it is shown on").isNotEmpty();
	}

	@Test
	void whatTheSourceRefusesClosesCutoverUntilItIsAccepted() {
		this.tables.execute("alter table visits add constraint c check (pet <> '')");
		look();
		pass();
		assertThat(gate(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ).open()).isTrue();
		assertThat(gate(MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER).open()).isFalse();
		assertThat(drift().dangers()).containsExactly("+ source constraint c: CHECK ((pet <> ''::text))");
		accept();
		assertThat(gate(MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER).open()).isTrue();
		assertThat(drift().differences()).isEmpty();
		look();
		assertThat(this.events).hasSize(1);
	}

	@Test
	void onlyWhatWasShownIsAccepted() {
		this.tables.execute("alter table visits add constraint c check (pet <> '')");
		look();
		this.tables.execute("alter table visits add constraint later check (pet <> 'x')");
		accept();
		assertThat(gate(MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER).value())
			.startsWith("+ source constraint later");
	}

	@Test
	void tablesAreRecordedAnewWithEachRun() {
		this.tables.execute("create index i on appointments (pet)");
		look();
		this.tables.phase(MigrationPhase.EXPAND);
		this.tables.execute("""
				insert into migration_history (plan_id, actor, action, to_phase, epoch, reason)
				values ('visits', 'x', 'transition', 'EXPAND', 1, '')""");
		this.engine.tick(plan(), state());
		this.tables.phase(MigrationPhase.DUAL_WRITE);
		look();
		assertThat(drift().differences()).isEmpty();
	}

	@Test
	void instanceThatDoesNoWorkLooksAllTheSame() {
		this.tables.execute("alter table visits alter pet type varchar(20)");
		this.engine.suspend(plan(), state());
		assertThat(drift().differences()).hasSize(1);
	}

	private DriftEngine engine() {
		return new DriftEngine(new JdbcDriftStore(PlanDatabases.within(this.tables.database())), Duration.ZERO,
				new MigrationListener() {
					@Override
					public void onEvent(MigrationEvent event) {
						DriftTests.this.events.add(event);
					}
				});
	}

	private DriftEngine engineOfAnotherInstance() {
		return engine();
	}

	private DerivedPlan plan() {
		return this.tables.plan();
	}

	private PlanState state() {
		return new JdbcPlanStore(this.tables.database()).load(List.of("visits")).get("visits").state();
	}

	private void look() {
		this.engine.tick(plan(), state());
	}

	private void pass() {
		this.tables.execute("""
				insert into migration_pass (plan_id, epoch, fingerprint, repair, started_at, finished_at)
				values ('visits', 1, '', false, clock_timestamp(), clock_timestamp())""");
	}

	private void accept() {
		JdbcPlanStore store = new JdbcPlanStore(this.tables.database());
		store.atomically(() -> store.acceptDrift("visits", new Audit("ada", "it was agreed")));
	}

	private Gate gate(MigrationPhase from, MigrationPhase to) {
		return this.engine.gates(plan(), from, to).get(0);
	}

	private DriftStatus drift() {
		MigrationStatus.Builder status = new MigrationStatus.Builder(state());
		this.engine.report(plan(), status);
		return status.build().drift();
	}

}
