package dev.parallelchange.migration.verify;

import java.util.Map;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.schedule.Schedule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What full passes find and repair, in each shape and with each kind of key.
 */
class PassTests {

	private final VerificationFixture fixture = new VerificationFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	@Schedule("C43")
	void aPassFindsEachKindOfDivergenceAndRepairMakesTheNextOneClean() {
		DerivedPlan plan = movedTable();
		this.fixture.execute("insert into person select n, 'n' || n from generate_series(1, 100) n",
				"insert into human select id, name from person where id <> 7",
				"update human set name = 'other' where id = 9",
				"insert into human values (0, 'below'), (500, 'above')");
		Pass found = this.fixture.pass(plan, true);
		assertThat(found.compared()).isEqualTo(102);
		assertThat(found.missing()).isEqualTo(1);
		assertThat(found.orphan()).isEqualTo(2);
		assertThat(found.different()).isEqualTo(1);
		assertThat(this.fixture.overview(plan).last().repaired()).isEqualTo(4);
		Pass next = this.fixture.pass(plan, true);
		assertThat(next.isClean()).isTrue();
		assertThat(next.compared()).isEqualTo(100);
		assertThat(next.parity()).isEqualByComparingTo("100");
		assertThat(this.fixture.divergences(plan)).isEmpty();
	}

	@Test
	void aPassThatOnlyReportsLeavesBothSidesAlone() {
		DerivedPlan plan = movedTable();
		this.fixture.execute("insert into person values (1, 'a'), (2, 'b'), (3, 'c')",
				"insert into human values (2, 'x'), (3, 'c'), (4, 'd')");
		Pass pass = this.fixture.pass(plan, false);
		assertThat(pass.repaired()).isZero();
		assertThat(pass.parity()).isEqualByComparingTo("25");
		assertThat(this.fixture.divergences(plan))
			.isEqualTo(Map.of("[1]", "MISSING", "[2]", "DIFFERENT", "[4]", "ORPHAN"));
		assertThat(this.fixture.strings("select name from human order by id")).containsExactly("x", "c", "d");
	}

	@Test
	void orphansAreFoundWhenTheSourceIsEmpty() {
		DerivedPlan plan = movedTable();
		this.fixture.execute("insert into human select n, 'x' from generate_series(1, 3000) n");
		assertThat(this.fixture.pass(plan, true).orphan()).isEqualTo(3000);
		assertThat(this.fixture.strings("select name from human")).isEmpty();
	}

	@Test
	void missingRowsAreFoundWhenTheTargetIsEmpty() {
		DerivedPlan plan = movedTable();
		this.fixture.execute("insert into person select n, 'x' from generate_series(1, 3000) n");
		assertThat(this.fixture.pass(plan, true).missing()).isEqualTo(3000);
		assertThat(this.fixture.pass(plan, true).compared()).isEqualTo(3000);
	}

	@Test
	void twoEmptySidesAreEqual() {
		DerivedPlan plan = movedTable();
		Pass pass = this.fixture.pass(plan, true);
		assertThat(pass.isClean()).isTrue();
		assertThat(pass.parity()).isEqualByComparingTo("100");
	}

	@Test
	void tenThousandDifferingRowsAreCountedExactlyAndRepaired() {
		DerivedPlan plan = movedTable();
		this.fixture.execute("insert into person select n, 'x' from generate_series(1, 12000) n",
				"insert into human select id, 'y' from person where id > 1000",
				"insert into human select n, 'y' from generate_series(20001, 20500) n");
		Pass reported = this.fixture.pass(plan, false);
		assertThat(reported.missing()).isEqualTo(1000);
		assertThat(reported.different()).isEqualTo(11_000);
		assertThat(reported.orphan()).isEqualTo(500);
		assertThat(this.fixture.strings("select count(*) from migration_divergence")).containsExactly("10000");
		this.fixture.pass(plan, true);
		assertThat(this.fixture.pass(plan, true).isClean()).isTrue();
		assertThat(this.fixture.strings("select count(*) from migration_divergence")).containsExactly("0");
	}

	@Test
	void aDivergenceKeepsTheMomentItWasFirstSeenAndGoesWhenItIsEqual() {
		DerivedPlan plan = movedTable();
		this.fixture.execute("insert into person values (1, 'a'), (2, 'b')");
		this.fixture.pass(plan, false);
		String first = "select first_seen from migration_divergence where key = '[1]'";
		String seen = this.fixture.strings(first).get(0);
		this.fixture.execute("insert into human values (2, 'b')");
		this.fixture.pass(plan, false);
		assertThat(this.fixture.strings(first)).containsExactly(seen);
		assertThat(this.fixture.strings("select last_seen > first_seen from migration_divergence"))
			.containsExactly("t");
		assertThat(this.fixture.divergences(plan)).containsOnlyKeys("[1]");
	}

	@Test
	void rowsOutsideTheFilterMustNotBeInTheTarget() {
		this.fixture.execute("create table person (id int primary key, name text)",
				"create table human (id int primary key, name text)",
				"insert into person values (1, 'a'), (2, null), (3, 'c'), (4, null)",
				"insert into human values (2, 'b'), (3, 'c')");
		DerivedPlan plan = this.fixture
			.plan(MigrationPlan.of("p").source("person").target("human").filter("source.name is not null"));
		Pass pass = this.fixture.pass(plan, true);
		assertThat(pass.compared()).isEqualTo(3);
		assertThat(this.fixture.strings("select id from human order by id")).containsExactly("1", "3");
		assertThat(this.fixture.pass(plan, true).isClean()).isTrue();
	}

	@Test
	void aColumnPlanComparesTheRowsOfItsTable() {
		this.fixture.execute("create table visit (id int primary key, visit_date date, visited_on date)",
				"insert into visit select n, date '2020-01-01' + n, case when n % 10 <> 0 then date '2020-01-01' + n end "
						+ "from generate_series(1, 2500) n");
		DerivedPlan plan = this.fixture.plan(MigrationPlan.of("p").table("visit").rename("visit_date", "visited_on"));
		Pass pass = this.fixture.pass(plan, true);
		assertThat(pass.compared()).isEqualTo(2500);
		assertThat(pass.different()).isEqualTo(250);
		assertThat(this.fixture.pass(plan, true).isClean()).isTrue();
	}

	@Test
	void aColumnPlanIsRepairedBackwardsAfterCutover() {
		this.fixture.execute("create table visit (id int primary key, visit_date date, visited_on date)",
				"insert into visit values (1, '2020-01-01', '2020-02-02'), (2, '2020-01-01', '2020-01-01')");
		DerivedPlan plan = this.fixture.plan(MigrationPlan.of("p").table("visit").rename("visit_date", "visited_on"));
		this.fixture.enter(plan, MigrationPhase.CUTOVER);
		assertThat(this.fixture.pass(plan, true).different()).isEqualTo(1);
		assertThat(this.fixture.strings("select visit_date from visit where id = 1")).containsExactly("2020-02-02");
	}

	@Test
	void aMovedTableIsRepairedBackwardsAfterCutover() {
		DerivedPlan plan = movedTable();
		this.fixture.execute("insert into person values (1, 'a'), (2, 'b'), (3, 'c')",
				"insert into human values (2, 'x'), (3, 'c'), (4, 'd')");
		this.fixture.enter(plan, MigrationPhase.CUTOVER);
		this.fixture.pass(plan, true);
		assertThat(this.fixture.strings("select id || name from person order by id")).containsExactly("2x", "3c", "4d");
		assertThat(this.fixture.pass(plan, true).isClean()).isTrue();
	}

	@Test
	void aSplitIsComparedAndRepairedInBothDirections() {
		this.fixture.execute("create table owner (id int primary key, name text, phone text)",
				"create table contact (owner_id int primary key references owner on delete cascade, phone text)",
				"insert into owner values (1, 'a', '1'), (2, 'b', '2'), (3, 'c', '3')",
				"insert into contact values (1, '1'), (2, 'x')");
		DerivedPlan plan = this.fixture.plan(MigrationPlan.of("p").source("owner").target("contact"));
		assertThat(plan.shape()).isEqualTo(PlanShape.SPLIT);
		this.fixture.pass(plan, true);
		assertThat(this.fixture.pass(plan, true).isClean()).isTrue();
		this.fixture.enter(plan, MigrationPhase.CUTOVER);
		this.fixture.execute("update contact set phone = 'new' where owner_id = 3");
		assertThat(this.fixture.pass(plan, true).different()).isEqualTo(1);
		assertThat(this.fixture.strings("select phone from owner order by id")).containsExactly("1", "2", "new");
		assertThat(this.fixture.pass(plan, true).isClean()).isTrue();
	}

	@Test
	void aPlanWithoutWayBackIsNeverRepairedBackwards() {
		this.fixture.execute("create table person (id int primary key, name text)",
				"create table human (id int primary key, initial text)",
				"insert into person values (1, 'ann'), (2, 'bo')", "insert into human values (1, 'a'), (3, 'c')");
		DerivedPlan plan = this.fixture
			.plan(MigrationPlan.of("p").source("person").target("human").map("initial", "left(source.name, 1)"));
		this.fixture.enter(plan, MigrationPhase.CUTOVER);
		Pass pass = this.fixture.pass(plan, true);
		assertThat(pass.divergences()).isEqualTo(2);
		assertThat(pass.repaired()).isZero();
		assertThat(this.fixture.strings("select name from person order by id")).containsExactly("ann", "bo");
	}

	@Test
	void keysOfSeveralColumnsAreWalkedWithoutSkippingAny() {
		this.fixture.execute(
				"create table line (doc int, lang text, pos date, body text, primary key (doc, lang, pos))",
				"create table entry (doc int, lang text, pos date, body text, primary key (doc, lang, pos))",
				"insert into line select n / 900, case when n % 2 = 0 then 'de' else 'é\"n' end, date '2000-01-01' + n, 'x' "
						+ "from generate_series(1, 5000) n",
				"insert into entry select * from line where pos <> date '2000-01-01' + 1800",
				"insert into entry values (-1, 'zz', '2000-01-01', 'o'), (99, '', '2000-01-01', 'o')");
		everyKindOfKey("line", "entry", 5002, 1, 2);
	}

	@Test
	void textKeysAreWalkedInTheOrderOfTheirCollation() {
		this.fixture.execute("create table a (id text primary key, v int)",
				"create table b (id text primary key, v int)",
				"insert into a select chr(65 + n % 26) || lower(chr(70 + n % 20)) || case when n % 2 = 0 then 'é' else ' ' "
						+ "end || n, n from generate_series(1, 3000) n",
				"insert into b select * from a where v <> 1500", "insert into b values ('', 0), ('\u00ff', 0)");
		everyKindOfKey("a", "b", 3002, 1, 2);
	}

	@Test
	void uuidKeysAreWalked() {
		this.fixture.execute("create table a (id uuid primary key, v int)",
				"create table b (id uuid primary key, v int)",
				"insert into a select gen_random_uuid(), n from generate_series(1, 3000) n",
				"insert into b select * from a where v <> 1500", "insert into b select gen_random_uuid(), 0");
		everyKindOfKey("a", "b", 3001, 1, 1);
	}

	@Test
	void timestampKeysAreWalked() {
		this.fixture.execute("create table a (id timestamptz primary key, v int)",
				"create table b (id timestamptz primary key, v int)",
				"insert into a select now() + n * interval '1 microsecond', n from generate_series(1, 3000) n",
				"insert into b select * from a where v <> 1500", "insert into b values ('1999-01-01', 0)");
		everyKindOfKey("a", "b", 3001, 1, 1);
	}

	private void everyKindOfKey(String source, String target, long compared, long missing, long orphan) {
		DerivedPlan plan = this.fixture.plan(MigrationPlan.of("p").source(source).target(target));
		Pass pass = this.fixture.pass(plan, true);
		assertThat(pass.compared()).isEqualTo(compared);
		assertThat(pass.missing()).isEqualTo(missing);
		assertThat(pass.orphan()).isEqualTo(orphan);
		assertThat(pass.different()).isZero();
		assertThat(this.fixture.pass(plan, true).isClean()).isTrue();
	}

	private DerivedPlan movedTable() {
		this.fixture.execute("create table person (id int primary key, name text)",
				"create table human (id bigint primary key, name text)");
		return this.fixture.plan(MigrationPlan.of("p").source("person").target("human"));
	}

}
