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
			"create table visits (id bigint primary key, pet text) partition by range (id)",
			"create table few partition of visits for values from (minvalue) to (1000)",
			"create table appointments (id bigint primary key, pet text)",
			"create function f() returns trigger language plpgsql as 'begin return new; end'");

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
					create trigger t after insert on few for each row execute function f() | + source trigger t on few: CREATE TRIGGER t AFTER INSERT ON public.few FOR EACH ROW EXECUTE FUNCTION f() (body ab85485b)
					create rule r as on delete to appointments do instead nothing | + target rule r: CREATE RULE r AS ON DELETE TO public.appointments DO INSTEAD NOTHING;
					create table many partition of visits default                 | + source partition many: DEFAULT
					alter table appointments enable row level security            | + target row security: on
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
	void triggerOfAMirrorBetweenColumnsIsNoPartOfTheTable() {
		try (MirroredTables columns = new MirroredTables(
				MigrationPlan.of("Visit dates").table("visit").rename("day", "visited_on").build(),
				"create table visit (id bigint primary key, day date, visited_on date)")) {
			JdbcDriftStore store = new JdbcDriftStore(PlanDatabases.within(columns.database()));
			TableState before = store.look(columns.plan());
			columns.withTriggers();
			assertThat(store.look(columns.plan())).isEqualTo(before);
		}
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
			create trigger "a BEFORE b" before update on appointments for each row execute function f()
			create rule r as on insert to appointments do instead nothing
			create table many partition of visits default
			""")
	void whatTheTargetTakesOtherwiseClosesTheReadsUntilRowsAreFoundEqual(String change) {
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

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					alter table visits add constraint c check (pet <> '')                            | + source constraint c: CHECK
					create trigger c before insert on few for each row execute function f()          | + source trigger c on few: CREATE TRIGGER c BEFORE
					create rule c as on update to visits where new.pet = 'x' do instead nothing       | + source rule c: CREATE RULE
					""")
	void whatTheSourceTakesOtherwiseClosesCutoverUntilItIsAccepted(String change, String danger) {
		this.tables.execute(change);
		look();
		pass();
		assertThat(gate(MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ).open()).isTrue();
		assertThat(gate(MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER).open()).isFalse();
		assertThat(drift().dangers()).singleElement().asString().startsWith(danger);
		accept();
		assertThat(gate(MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER).open()).isTrue();
		assertThat(drift().differences()).isEmpty();
		look();
		assertThat(this.events).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			alter table visits enable row level security
			alter table appointments enable row level security; create policy p on appointments using (pet <> 'x')
			""")
	void rowsThatMayBeHiddenCloseEverythingForwardUntilItIsAccepted(String change) {
		this.tables.execute(change);
		look();
		pass();
		assertThat(gate(MigrationPhase.DUAL_WRITE, MigrationPhase.BACKFILL).open()).isFalse();
		assertThat(gate(MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER).open()).isFalse();
		accept();
		assertThat(gate(MigrationPhase.DUAL_WRITE, MigrationPhase.BACKFILL).open()).isTrue();
	}

	@Test
	void triggersThatFindRowsAsTheyWereWrittenAndThoseThatDoNotFireAreOnlyShown() {
		this.tables.execute(
				"create trigger \"sorts BEFORE all FOR EACH ROW\" after insert on appointments "
						+ "for each row execute function f()",
				"create trigger s before insert on appointments for each statement execute function f()",
				"create trigger d before insert on appointments for each row execute function f()",
				"alter table appointments disable trigger d");
		assertThat(drift().differences()).hasSize(3);
		assertThat(drift().dangers()).isEmpty();
		this.tables.execute("alter table appointments enable trigger d");
		assertThat(drift().dangers()).singleElement().asString().startsWith("+ target trigger d: ");
	}

	@Test
	void functionOfATriggerThatIsReplacedIsADanger() {
		this.tables.execute("create trigger d before insert on appointments for each row execute function f()");
		look();
		accept();
		this.tables.execute("create or replace function f() returns trigger language plpgsql as "
				+ "'begin new.pet = null; return new; end'");
		assertThat(drift().dangers()).singleElement().asString().startsWith("~ target trigger d: ");
	}

	@Test
	void triggerWhoseNameBeginsAsThoseOfTheMirrorIsShown() {
		this.tables.execute(
				"create trigger migration_audit before insert on appointments " + "for each row execute function f()");
		assertThat(drift().dangers()).hasSize(1);
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
