package dev.parallelchange.migration.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.schedule.Schedule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows that change while a pass looks at them, rows that wait for their mirror, and rows
 * that cannot be looked at.
 */
class LookTests {

	private final VerificationFixture fixture = new VerificationFixture();

	private DerivedPlan plan;

	@BeforeEach
	void createPlan() {
		this.fixture.execute("create table person (id int primary key, name text)",
				"create table human (id int primary key, name text)",
				"insert into person select n, 'n' from generate_series(1, 10) n",
				"insert into human select id, name from person");
		this.plan = this.fixture.plan(MigrationPlan.of("p").source("person").target("human"));
	}

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void aKeyThatIsPendingAtEachLookIsUnconfirmedAndNeitherEqualNorRepaired() {
		this.fixture.execute("update human set name = 'x' where id in (3, 4)", pending("[3]"));
		List<Object> pauses = new ArrayList<>();
		Pass pass = this.fixture.pass(this.fixture.store(), this.plan, true, pauses::add);
		assertThat(pauses).as("looks are bounded").hasSize(3);
		assertThat(pass.unconfirmed()).isEqualTo(1);
		assertThat(pass.different()).isEqualTo(1);
		assertThat(this.fixture.overview(this.plan).last().parity()).isEqualByComparingTo("80");
		assertThat(this.fixture.strings("select name from human where id in (3, 4) order by id")).containsExactly("x",
				"n");
	}

	@Test
	void aPendingKeyLowersParityThoughItIsNoDivergence() {
		this.fixture.execute("delete from human where id = 3", pending("[3]"));
		Pass pass = this.fixture.pass(this.plan, true);
		assertThat(pass.isClean()).isTrue();
		assertThat(pass.parity()).isEqualByComparingTo("90");
	}

	@Test
	void aPendingKeyWhoseRowsAreEqualIsEqual() {
		this.fixture.execute(pending("[3]"));
		assertThat(this.fixture.pass(this.plan, true).parity()).isEqualByComparingTo("100");
	}

	@Test
	void aKeyThatIsAppliedBetweenTwoLooksIsEqual() {
		this.fixture.execute("update human set name = 'x' where id = 3", pending("[3]"));
		Pass pass = this.fixture.pass(this.fixture.store(), this.plan, true, (pause) -> this.fixture
			.execute("update human set name = 'n' where id = 3", "delete from migration_pending"));
		assertThat(pass.divergences() + pass.unconfirmed()).isZero();
	}

	@Test
	@Schedule("C45")
	void aHotRowThatDiffersAnewAtEachLookIsNeverEqual() {
		this.fixture.execute("update human set name = 'x' where id = 3", pending("[3]"));
		AtomicInteger look = new AtomicInteger();
		Pass pass = this.fixture.pass(this.fixture.store(), this.plan, false,
				(pause) -> this.fixture.execute(
						"update person set name = 's' || %d where id = 3".formatted(look.incrementAndGet()),
						"delete from migration_pending", pending("[3]")));
		assertThat(look).hasValue(3);
		assertThat(pass.unconfirmed()).isEqualTo(1);
		assertThat(pass.parity()).isEqualByComparingTo("90");
	}

	@Test
	void aDivergenceStaysWhileItsKeyIsPending() {
		this.fixture.execute("update human set name = 'x' where id = 3");
		this.fixture.pass(this.plan, false);
		this.fixture.execute(pending("[3]"));
		Pass pass = this.fixture.pass(this.plan, false);
		assertThat(pass.isClean()).isTrue();
		assertThat(this.fixture.divergences(this.plan)).containsEntry("[3]", "DIFFERENT");
	}

	@Test
	void aRowWhoseMappingFailsIsADivergenceAndThePassGoesOn() {
		this.fixture.execute("create table messy (id int primary key, flag text)",
				"create table tidy (id int primary key, flag boolean)",
				"insert into messy select n, case when n in (700, 701, 2999) then 'maybe' else 'true' end "
						+ "from generate_series(1, 5000) n",
				"insert into tidy select id, true from messy where id not in (701, 1500, 2999)");
		DerivedPlan messy = this.fixture
			.plan(MigrationPlan.of("messy").source("messy").target("tidy").map("flag", "source.flag::boolean"));
		Pass pass = this.fixture.pass(messy, true);
		assertThat(pass.compared()).isEqualTo(5000);
		assertThat(pass.missing()).isEqualTo(3);
		assertThat(pass.different()).isEqualTo(1);
		assertThat(this.fixture.overview(messy).last().repaired()).isEqualTo(1);
		assertThat(this.fixture.divergences(messy)).containsOnlyKeys("[2999]", "[700]", "[701]");
		assertThat(this.fixture.strings("select distinct error from migration_divergence")).singleElement()
			.asString()
			.contains("invalid input syntax for type boolean");
	}

	@Test
	void aRowThatTheTargetRefusesIsSingledOutAndTheOthersAreRepaired() {
		this.fixture.execute("delete from human where id > 5", "update person set name = null where id = 8",
				"alter table human alter name set not null");
		Pass pass = this.fixture.pass(this.plan, true);
		assertThat(pass.missing()).isEqualTo(5);
		assertThat(this.fixture.overview(this.plan).last().repaired()).isEqualTo(4);
		assertThat(this.fixture.divergences(this.plan)).containsOnlyKeys("[8]");
		assertThat(this.fixture.strings("select error from migration_divergence")).singleElement()
			.asString()
			.contains("violates not-null constraint")
			.doesNotContain("Failing row");
	}

	@Test
	void aKeyInQuarantineStaysADivergence() {
		this.fixture.execute("delete from human where id in (3, 4)",
				"insert into migration_quarantine (plan_id, side, key, error) values ('p', 'TARGET', '[3]', 'bad')");
		Pass pass = this.fixture.pass(this.plan, true);
		assertThat(pass.missing()).isEqualTo(2);
		assertThat(this.fixture.divergences(this.plan)).containsOnlyKeys("[3]");
	}

	@Test
	void aRowThatStaysDifferentAfterItHasBeenDerivedIsNotCountedAsRepaired() {
		this.fixture.execute(
				"create function spoil() returns trigger language plpgsql as "
						+ "$$ begin new.name = 'spoilt'; return new; end $$",
				"create trigger spoil before insert or update on human for each row execute function spoil()",
				"delete from human where id = 3");
		this.fixture.pass(this.plan, true);
		assertThat(this.fixture.overview(this.plan).last().isRepaired()).isFalse();
		assertThat(this.fixture.strings("select error from migration_divergence")).singleElement()
			.asString()
			.startsWith("still different");
	}

	@Test
	void repairGivesUpWhenThePlanHasLeftItsEpoch() {
		this.fixture.execute("delete from human where id = 3");
		long epoch = this.fixture.state(this.plan).epoch();
		assertThat(this.fixture.store().repair(this.plan, epoch - 1, MigrationSide.TARGET, List.of(RowKey.of(3))))
			.isEmpty();
		assertThat(this.fixture.strings("select id from human where id = 3")).isEmpty();
	}

	private static String pending(String key) {
		return "insert into migration_pending (plan_id, side, key) values ('p', 'SOURCE', '%s')".formatted(key);
	}

}
