package dev.parallelchange.migration.verify;

import java.time.Duration;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.ReverseStatus;
import dev.parallelchange.migration.SwitchKind;
import dev.parallelchange.migration.jdbc.sequence.JdbcReverseStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReverseEngine}.
 */
class ReverseEngineTests {

	private static final String PROFILE = "coalesce(source.profile, '{}') || jsonb_build_object('theme', target.theme)";

	private final VerificationFixture fixture = new VerificationFixture();

	private final JdbcReverseStore store = new JdbcReverseStore(this.fixture.database());

	private final ReverseEngine engine = new ReverseEngine(this.store);

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void reverseThatBringsBackEachRowOpensTheGate() {
		DerivedPlan plan = persons("source.first || ' ' || source.last", "split_part(target.name, ' ', 1)",
				"split_part(target.name, ' ', 2)");
		assertThat(into(plan, MigrationPhase.CUTOVER)).extracting(Gate::open, Gate::value)
			.containsExactly(true, "0 of 3 rows would not come back");
	}

	@Test
	void rowsThatWouldNotComeBackAreCountedAndNamed() {
		DerivedPlan plan = persons("source.first || ' ' || source.last", "split_part(target.name, ' ', 1)",
				"split_part(target.name, ' ', 2)");
		this.fixture.execute("update persons set first = 'Ada Maria' where id = 2",
				"update people set name = 'Ada Maria Lovelace' where id = 2");
		Gate gate = into(plan, MigrationPhase.CUTOVER);
		assertThat(gate).extracting(Gate::open, Gate::waiting, Gate::value)
			.containsExactly(false, false, "1 of 3 rows would not come back");
		assertThat(gate.remedy()).startsWith("Correct migration.plans.p.reverse")
			.contains("POST /actuator/migrations/p {\"approve\": \"CUTOVER\", \"reason\": \"…\"}");
		assertThat(status(plan).samples()).containsExactly("[2]");
	}

	@Test
	void reverseThatOnlyRepeatsTheSourceIsFoundBeforeAnybodyInserts() {
		DerivedPlan plan = persons("source.first || ' ' || source.last", "split_part(target.name, ' ', 1)",
				"source.last");
		assertThat(into(plan, MigrationPhase.CUTOVER).value()).isEqualTo("3 of 3 rows would not come back");
	}

	@Test
	void splitOfADocumentComesBackAndItsDeletionToo() {
		DerivedPlan plan = settings("case when target.user_id is null then null else %s end".formatted(PROFILE));
		assertThat(status(plan)).satisfies((status) -> {
			assertThat(status.tried()).isEqualTo(2);
			assertThat(status.provesTheWayBack()).isTrue();
			assertThat(status.all()).isTrue();
		});
	}

	@Test
	void deletionThatWouldComeBackAsARowIsFound() {
		assertThat(status(settings(PROFILE)).failed()).isEqualTo(2);
	}

	@Test
	void insertThatTheFilterWouldNotTakeIsFound() {
		this.fixture.execute("create table users (id int primary key, theme text, active boolean default false)",
				"create table settings (id int primary key, theme text)", "insert into users values (1, 'dark', true)",
				"insert into settings values (1, 'dark')");
		DerivedPlan plan = this.fixture.plan(MigrationPlan.of("p")
			.source("users")
			.target("settings")
			.shape(PlanShape.MOVED_TABLE)
			.filter("source.active"));
		assertThat(status(plan).failed()).isEqualTo(1);
	}

	@Test
	void valueThatTheSourceWouldNotTakeIsFound() {
		this.fixture.execute("create table towns (id int primary key, code varchar(3), name text not null)",
				"create table cities (id int primary key, code text, name text)",
				"insert into towns values (1, 'ulm', 'Ulm'), (2, 'bon', 'Bonn')",
				"insert into cities values (1, 'ulm', 'Ulm'), (2, 'bonn', 'Bonn'), (3, 'x', null)");
		DerivedPlan plan = this.fixture.plan(MigrationPlan.of("p").source("towns").target("cities"));
		assertThat(status(plan).samples()).containsExactly("[2]", "[3]");
	}

	@Test
	void valueThatCannotBeComputedIsSaidWithoutIt() {
		this.fixture.execute("create table orders (id int primary key, number int)",
				"create table purchases (id int primary key, number text)", "insert into orders values (1, 1)",
				"insert into purchases values (1, 'secret')");
		DerivedPlan plan = this.fixture.plan(MigrationPlan.of("p")
			.source("orders")
			.target("purchases")
			.map("number", "cast(source.number as text)")
			.reverse("number", "cast(target.number as int)"));
		Gate gate = into(plan, MigrationPhase.CUTOVER);
		assertThat(gate.open()).isFalse();
		assertThat(gate.value()).startsWith("a row cannot be derived: invalid input syntax").doesNotContain("secret");
	}

	@Test
	void columnsOfOneTableComeBackAlsoInANewRow() {
		this.fixture.execute("create table visits (id int primary key, cents int, euros numeric(8, 2), note text)",
				"insert into visits values (1, 150, 1.5, 'a'), (2, 99, 0.99, 'b')");
		DerivedPlan good = column("good", "cast(target.euros * 100 as int)");
		DerivedPlan bad = column("bad", "cast(target.euros * 10 as int)");
		DerivedPlan repeating = column("repeating", "source.cents");
		assertThat(status(good).failed()).isZero();
		assertThat(status(bad).failed()).isEqualTo(2);
		assertThat(status(repeating).failed()).isEqualTo(2);
	}

	private DerivedPlan column(String id, String reverse) {
		return this.fixture
			.plan(MigrationPlan.of(id).table("visits").map("euros", "source.cents / 100.0").reverse("cents", reverse));
	}

	@Test
	void quotedNamesAndSeveralKeyColumnsAreTriedToo() {
		this.fixture.execute(
				"create table \"Old\" (tenant text, \"No\" int, \"Na me\" text, primary key (tenant, \"No\"))",
				"create table \"New\" (tenant text, \"No\" bigint, \"na-me\" text, primary key (tenant, \"No\"))",
				"insert into \"Old\" values ('a''b', 1, 'x')", "insert into \"New\" values ('a''b', 1, 'x')");
		DerivedPlan plan = this.fixture
			.plan(MigrationPlan.of("p").source("\"Old\"").target("\"New\"").rename("Na me", "na-me"));
		assertThat(status(plan)).extracting(ReverseStatus::tried, ReverseStatus::failed).containsExactly(1L, 0L);
	}

	@Test
	void nothingIsWrittenAndNoSequenceIsAdvanced() {
		this.fixture.execute("create table users (id serial primary key, theme text, number serial)",
				"create table settings (id serial primary key, theme text)",
				"insert into users (theme) values ('dark')", "insert into settings (theme) values ('light')");
		DerivedPlan plan = this.fixture.plan(MigrationPlan.of("p")
			.source("users")
			.target("settings")
			.shape(PlanShape.MOVED_TABLE)
			.filter("source.number is null or source.number > 0"));
		status(plan);
		assertThat(this.fixture.strings("select id || theme || number from users")).containsExactly("1dark1");
		assertThat(this.fixture.strings("select id || theme from settings")).containsExactly("1light");
		assertThat(this.fixture.strings("select last_value from users_number_seq")).containsExactly("1");
	}

	@Test
	void resultIsKeptForAMinuteAndForThePlanAsItIs() {
		DerivedPlan plan = persons("source.first || ' ' || source.last", "split_part(target.name, ' ', 1)",
				"split_part(target.name, ' ', 2)");
		assertThat(into(plan, MigrationPhase.CUTOVER).open()).isTrue();
		this.fixture.execute("update people set name = 'a b c' where id = 2");
		assertThat(into(plan, MigrationPhase.CUTOVER).open()).isTrue();
		this.fixture.execute("update migration_reverse set measured_at = now() - interval '61 seconds'");
		assertThat(into(plan, MigrationPhase.CUTOVER).open()).isFalse();
		this.fixture.execute("update people set name = 'a b' where id = 2",
				"update migration_reverse set fingerprint = 'another'");
		assertThat(into(plan, MigrationPhase.CUTOVER).open()).isTrue();
	}

	@Test
	void releaseNeedsItAlreadyBeforeItsWritersBegin() {
		DerivedPlan release = persons("source.first || ' ' || source.last", "target.name", "target.name");
		assertThat(into(release, MigrationPhase.DUAL_READ).open()).isFalse();
		DerivedPlan proxies = this.fixture.plan(MigrationPlan.of("q")
			.source("persons")
			.target("people")
			.switchKind(SwitchKind.REPOSITORY)
			.map("name", "source.first || ' ' || source.last")
			.reverse("first", "target.name")
			.reverse("last", "target.name"));
		assertThat(this.engine.gates(proxies, MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ)).isEmpty();
	}

	@Test
	void approvalGivesUpTheWayBackAndIsRemembered() {
		DerivedPlan plan = persons("source.first || ' ' || source.last", "target.name", "target.name");
		this.fixture.execute("insert into migration_approval (plan_id, phase, actor, reason) "
				+ "values ('p', 'CUTOVER', 'ada', 'no way back is needed')");
		assertThat(into(plan, MigrationPhase.CUTOVER)).extracting(Gate::open, Gate::value)
			.containsExactly(true, "3 of 3 rows would not come back; approved: there is no way back");
		Gate back = back(plan);
		assertThat(back.open()).isFalse();
		assertThat(back.remedy()).contains("Going back loses", "\"force\": true");
	}

	@Test
	void planWithoutReverseIsRefusedBeforeWritersOfTheTargetAndOnTheWayBack() {
		this.fixture.execute("create table persons (id int primary key, first text, last text)",
				"create table people (id int primary key, name text)");
		DerivedPlan plan = this.fixture.plan(MigrationPlan.of("p")
			.source("persons")
			.target("people")
			.map("name", "source.first || ' ' || source.last"));
		Gate gate = into(plan, MigrationPhase.DUAL_READ);
		assertThat(gate.open()).isFalse();
		assertThat(gate.value()).contains("for which there is no 'reverse'");
		assertThat(back(plan)).extracting(Gate::open, Gate::waiting).containsExactly(false, false);
		assertThat(back(plan).value()).startsWith("one way: ");
	}

	@Test
	void planThatWasProvenMayGoBackAtAnyTime() {
		DerivedPlan plan = persons("source.first || ' ' || source.last", "split_part(target.name, ' ', 1)",
				"split_part(target.name, ' ', 2)");
		assertThat(into(plan, MigrationPhase.CUTOVER).open()).isTrue();
		this.fixture.execute("update migration_reverse set measured_at = now() - interval '2 days'");
		assertThat(back(plan).open()).isTrue();
	}

	private DerivedPlan settings(String reverse) {
		this.fixture.execute("create table users (id int primary key, profile jsonb)",
				"create table user_settings (user_id int primary key references users on delete cascade, theme text)",
				"insert into users values (1, '{\"theme\": \"dark\"}'), (2, '{}'), (3, null)",
				"insert into user_settings values (1, 'dark'), (2, 'light')");
		MigrationPlanBuilder plan = MigrationPlan.of("user-settings")
			.source("users")
			.target("user_settings")
			.filter("source.profile is not null")
			.map("theme", "coalesce(source.profile ->> 'theme', 'light')")
			.reverse("profile", reverse)
			.shape(PlanShape.SPLIT);
		return this.fixture.plan(plan);
	}

	private DerivedPlan persons(String mapping, String first, String last) {
		this.fixture.execute("create table persons (id int primary key, first text, last text)",
				"create table people (id int primary key, name text)",
				"insert into persons values (1, 'Alan', 'Turing'), (2, 'Ada', 'Lovelace'), (3, 'Grace', 'Hopper')",
				"insert into people select id, first || ' ' || last from persons");
		return this.fixture.plan(MigrationPlan.of("p")
			.source("persons")
			.target("people")
			.map("name", mapping)
			.reverse("first", first)
			.reverse("last", last));
	}

	private Gate into(DerivedPlan plan, MigrationPhase to) {
		MigrationPhase from = MigrationPhase.values()[to.ordinal() - 1];
		List<Gate> gates = this.engine.gates(plan, from, to);
		assertThat(gates).singleElement().extracting(Gate::name).isEqualTo("reverse");
		return gates.get(0);
	}

	private Gate back(DerivedPlan plan) {
		return this.engine.gates(plan, MigrationPhase.CUTOVER, MigrationPhase.DUAL_READ).get(0);
	}

	private ReverseStatus status(DerivedPlan plan) {
		this.store.current(plan, Duration.ofMinutes(1));
		MigrationStatus.Builder status = new MigrationStatus.Builder(this.fixture.state(plan));
		this.engine.report(plan, status);
		ReverseStatus reverse = status.build().reverse();
		assertThat(reverse).isNotNull();
		return reverse;
	}

}
