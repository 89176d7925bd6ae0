package dev.parallelchange.migration.jdbc.rehearse;

import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.RehearsalFinding.Kind;
import dev.parallelchange.migration.RehearsalRequest;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.test.Steering;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Rehearsals beside others, who do not notice them.
 */
class HarmlessRehearsalTests extends RehearsedPlan {

	@Test
	void whatOthersChangeMeanwhileIsNoFault() {
		this.fixture.execute("create table users (id int primary key, town int)",
				"insert into users values (1, 1), (2, 2)", "create table towns (id int primary key)",
				"insert into towns values (1), (2)",
				"create table people (id int primary key, town int references towns)");
		DerivedPlan plan = this.fixture.plan(MigrationPlan.of("p").source("users").target("people"));
		Steering steering = new Steering(this.fixture.testDatabase()).beforeFirst(" as parent where ",
				(connection) -> this.fixture.execute("delete from users where id = 1",
						"delete from towns where id = 1"));
		Rehearsal rehearsal = new JdbcRehearser(PlanDatabases.within(steering.database())).rehearse(plan,
				RehearsalRequest.DEFAULT);
		assertThat(this.fixture.strings("select id::text from towns")).containsExactly("2");
		assertThat(found(rehearsal, Kind.FOREIGN_KEY)).isEmpty();
	}

	@Test
	void nothingIsLeftBehind() {
		this.fixture.execute("create table users (id int primary key, name text)",
				"insert into users select i, case when i <> 5 then 'n' end from generate_series(1, 100) i",
				"create sequence numbers", "create table seen (id int)",
				"create function see() returns text language sql as 'insert into seen values (1) returning ''x'''",
				"""
						create table people (id int primary key, name text not null, number int not null default nextval('numbers'),
							sight text not null default see(), serial bigserial)""",
				"create function refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$",
				"create trigger refuse before insert on people for each row execute function refuse()",
				"create rule quiet as on insert to people where new.id < 0 do instead nothing");
		String objects = "select string_agg(oid::text, ',' order by oid) from pg_class where relkind in ('r', 'S')";
		List<String> before = this.fixture.strings(objects);
		Rehearsal rehearsal = rehearse(MigrationPlan.of("p").source("users").target("people"));
		assertThat(found(rehearsal, Kind.NOT_NULL)).containsExactly("name 1 [[5]]");
		assertThat(rehearsal.findings()).hasSize(1);
		assertThat(rehearsal.notRehearsed()).containsExactlyInAnyOrder("the rules of the target",
				"the trigger refuse of the target does not run here",
				"the default see() of column \"sight\", which may do more than yield a value");
		assertThat(this.fixture.strings(objects)).isEqualTo(before);
		assertThat(this.fixture.strings("select count(*)::text from people union all select count(*)::text from seen"))
			.containsExactly("0", "0");
		assertThat(this.fixture
			.strings("select is_called::text from numbers union all select is_called::text from people_serial_seq"))
			.containsExactly("false", "false");
	}

	@Test
	void aLockThatSomebodyHoldsEndsItSoon() {
		this.fixture.execute("create table users (id int primary key, name text)",
				"create table people (id int primary key, name text)");
		DerivedPlan plan = this.fixture.plan(MigrationPlan.of("p").source("users").target("people"));
		this.fixture.database().inTransaction(() -> {
			this.fixture.database().sql("lock table people in access exclusive mode").update();
			assertThatExceptionOfType(RuntimeException.class)
				.isThrownBy(() -> rehearser().rehearse(plan, RehearsalRequest.DEFAULT))
				.withStackTraceContaining("lock timeout");
			return true;
		});
		assertThat(rehearser().rehearse(plan, RehearsalRequest.DEFAULT).findings()).isEmpty();
	}

}
