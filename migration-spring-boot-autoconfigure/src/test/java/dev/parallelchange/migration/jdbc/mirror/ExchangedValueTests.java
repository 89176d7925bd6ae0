package dev.parallelchange.migration.jdbc.mirror;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.jdbc.trigger.JdbcTriggers;
import dev.parallelchange.migration.jdbc.verify.JdbcVerificationStore;
import dev.parallelchange.migration.mirror.PendingKeys;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.OwnThread;
import dev.parallelchange.migration.test.Steering;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Rows of the source exchange values that are unique in the target.
 */
class ExchangedValueTests {

	private static final String SWAP = "update seat set place = case id when 1 then (select place from seat where id = 2)"
			+ " else (select place from seat where id = 1) end where id in (1, 2)";

	private MirroredTables tables;

	@AfterEach
	void close() {
		this.tables.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			integer  | integer not null unique       | 10                 | 20
			smallint | smallint not null unique      | 10                 | 20
			text     | text not null unique          | 'a'                | 'b'
			text     | varchar(20) not null unique   | 'a'                | 'b'
			text     | varchar(1) unique             | 'a'                | 'b'
			date     | date unique                   | date '2026-01-01'  | date '2026-01-02'
			integer  | int4range unique              | 1                  | 2
			""")
	@Schedule("C08")
	void bothRowsOfAStatementArrive(String source, String target, String one, String other) {
		String mapped = target.startsWith("int4range") ? "int4range(source.place, source.place + 1)" : "source.place";
		open(source, target, mapped).withTriggers();
		insert(one, other);
		this.tables.execute(SWAP);
		assertThat(this.tables.pending()).isEmpty();
		assertThat(this.tables.unequal()).isEmpty();
	}

	@Test
	@ScheduleProof("C08")
	void valuesThatAreNotMovedOutOfTheWayLeaveBothRowsAsTheyWere() {
		open("text", "text not null unique", "source.place");
		Steering steering = new Steering(this.tables.testDatabase()).replace("sqlstate in \\('23505', '23P01'\\)",
				"false");
		new JdbcTriggers(steering.database()).install(this.tables.plan());
		insert("'a'", "'b'");
		this.tables.execute(SWAP);
		assertThat(this.tables.rows("select place from seat where id = 1")).containsExactly("(b)");
		assertThat(this.tables.rows("select place from chair where id = 1")).containsExactly("(a)");
	}

	@Test
	void rowsThatPassTheirValuesOnInACircleAndToANewRowArrive() {
		open("text", "text not null unique", "source.place").withTriggers();
		this.tables.execute("insert into seat select i, 'p' || i, 'n' || i from generate_series(1, 100) i");
		this.tables.execute("""
				merge into seat using generate_series(0, 100) as i on seat.id = i
				when matched then update set place = 'p' || (i % 101 + 1)
				when not matched then insert values (i, 'p1', 'new')""");
		assertThat(this.tables.pending()).isEmpty();
		assertThat(this.tables.unequal()).isEmpty();
	}

	@Test
	void exchangeWithinAListOfSeveralColumnsArrives() {
		this.tables = new MirroredTables(plan("source.place").build(), "create table room (id int primary key)",
				"create table seat (id int primary key, room int, place int)", """
						create table chair (id int primary key, room int not null references room, place int not null,
							unique (room, place))""", "insert into room values (7)")
			.withTriggers();
		this.tables.execute("insert into seat values (1, 7, 10), (2, 7, 20)", SWAP);
		assertThat(this.tables.pending()).isEmpty();
		assertThat(this.tables.unequal()).isEmpty();
	}

	@Test
	void bothRowsOfATransactionOfProxiesArrive() {
		open("text", "text not null unique", "source.place");
		insert("'a'", "'b'");
		derive(1, 2);
		this.tables.execute("update seat set place = 'c' where id = 1", "update seat set place = 'a' where id = 2",
				"update seat set place = 'b' where id = 1");
		JdbcMirroredRows rows = new JdbcMirroredRows(this.tables.database());
		new TransactionTemplate(new JdbcTransactionManager(this.tables.database().dataSource()))
			.executeWithoutResult((status) -> {
				this.tables.testDatabase().jdbcClient().sql("select 1").query().listOfRows();
				rows.deriveOrNothing(this.tables.plan(), MigrationSide.TARGET, keys(1, 2));
			});
		assertThat(this.tables.unequal()).isEmpty();
	}

	@Test
	void keysThatWaitTogetherAreApplied() {
		open("text", "text not null unique", "source.place").withTriggers();
		insert("'a'", "'b'");
		this.tables.execute("update seat set place = 'b' where id = 1", "update seat set place = 'a' where id = 2");
		assertThat(this.tables.pending()).containsExactly("(TARGET,[1])", "(TARGET,[2])");
		new JdbcPendingKeys(this.tables.database()).apply(this.tables.plan(), MigrationSide.TARGET);
		assertThat(this.tables.pending()).isEmpty();
		assertThat(this.tables.unequal()).isEmpty();
		assertThat(this.tables.rows("select * from seat order by id")).containsExactly("(1,b,)", "(2,a,)");
	}

	@Test
	void keyThatIsDueAloneTakesAlongWhoeverWaits() {
		open("text", "text not null unique", "source.place").withTriggers();
		insert("'a'", "'b'");
		this.tables.execute("update seat set place = 'b' where id = 1", "update seat set place = 'a' where id = 2",
				"update migration_pending set next_attempt_at = now() + interval '1 hour' where key = '[1]'");
		PendingKeys pending = new JdbcPendingKeys(this.tables.database());
		pending.apply(this.tables.plan(), MigrationSide.TARGET, RowKey.of(2));
		assertThat(this.tables.pending()).containsExactly("(TARGET,[1])");
		assertThat(this.tables.unequal()).isEmpty();
	}

	@Test
	void keysInQuarantineAreReleased() {
		open("text", "text not null unique", "source.place").withTriggers();
		insert("'a'", "'b'");
		this.tables.execute("alter table seat disable trigger user", SWAP, "alter table seat enable trigger user", """
				insert into migration_quarantine (plan_id, side, key, error)
				values ('seats', 'TARGET', '[1]', 'e'), ('seats', 'TARGET', '[2]', 'e')""");
		PendingKeys pending = new JdbcPendingKeys(this.tables.database());
		keys(1, 2).forEach((key) -> pending.release(this.tables.plan(), MigrationSide.TARGET, key));
		assertThat(this.tables.rows("select key from migration_quarantine")).isEmpty();
		assertThat(this.tables.unequal()).isEmpty();
	}

	@Test
	void childrenOfTheTargetsRowsStay() {
		open("text", "text not null unique", "source.place").withTriggers();
		insert("'a'", "'b'");
		this.tables.execute("create table cushion (chair int references chair on delete cascade on update cascade)",
				"insert into cushion values (1), (2)", SWAP);
		assertThat(this.tables.unequal()).isEmpty();
		assertThat(this.tables.rows("select chair from cushion order by 1")).containsExactly("(1)", "(2)");
	}

	@Test
	void valueThatAForeignKeyRefersToIsNotMoved() {
		open("text", "text unique", "source.place").withTriggers();
		insert("'a'", "'b'");
		this.tables.execute("create table ticket (place text references chair (place) on update set null)",
				"insert into ticket values ('a'), ('b')", SWAP);
		assertThat(this.tables.rows("select place from ticket order by 1")).containsExactly("(a)", "(b)");
		assertThat(this.tables.pending()).containsExactlyInAnyOrder("(TARGET,[1])", "(TARGET,[2])");
	}

	@Test
	void rowThatATriggerOfTheApplicationMightKeepIsNotMoved() {
		open("text", "text not null unique", "source.place");
		this.tables.execute("""
				create function keep() returns trigger language plpgsql as
				$$ begin return case when new.place in ('a', 'b') then old else new end; end $$""",
				"create trigger keep before update on chair for each row execute function keep()");
		this.tables.withTriggers();
		insert("'a'", "'b'");
		this.tables.execute(SWAP);
		assertThat(this.tables.rows("select place from chair order by id")).containsExactly("(a)", "(b)");
	}

	@Test
	void sourceDoesNotSeeValuesThatAreOnTheirWay() {
		open("text", "text unique", "source.place");
		this.tables.execute("""
				create function look() returns trigger language plpgsql as $$ begin return null; end $$""",
				"create trigger look after update on chair for each statement execute function look()");
		this.tables.withTriggers();
		insert("'a'", "'b'");
		this.tables.execute(SWAP);
		assertThat(this.tables.rows("select place from seat order by id")).containsExactly("(b)", "(a)");
		assertThat(this.tables.unequal()).isEmpty();
	}

	@Test
	void sourceWouldTakeThemFromAMirrorThatIsNotToldToLeaveThem() {
		open("text", "text unique", "source.place");
		this.tables.execute("""
				create function look() returns trigger language plpgsql as $$ begin return null; end $$""",
				"create trigger look after update on chair for each statement execute function look()");
		Steering steering = new Steering(this.tables.testDatabase()).replace("set local migration.copying = 'seats'",
				"set local migration.copying = ''");
		new JdbcTriggers(steering.database()).install(this.tables.plan());
		insert("'a'", "'b'");
		this.tables.execute(SWAP);
		assertThat(this.tables.rows("select place from seat order by id")).isNotEqualTo(List.of("(b)", "(a)"));
	}

	@Test
	void repairOfBothRowsArrives() {
		open("text", "text not null unique", "source.place");
		insert("'a'", "'b'");
		derive(1, 2);
		this.tables.execute(SWAP);
		long epoch = this.tables.testDatabase()
			.jdbcClient()
			.sql("select epoch from migration_plan")
			.query(Long.class)
			.single();
		assertThat(new JdbcVerificationStore(this.tables.database())
			.repair(this.tables.plan(), epoch, MigrationSide.TARGET, keys(1, 2))
			.orElseThrow()).isEqualTo(2);
		assertThat(this.tables.unequal()).isEmpty();
	}

	@Test
	void realDuplicateIsRefusedStill() {
		open("text", "text not null unique", "source.place").withTriggers();
		insert("'a'", "'b'");
		this.tables.execute("update seat set place = 'c'");
		assertThat(this.tables.pending()).hasSize(1);
		assertThat(this.tables.rows("select count(*) from chair where place = 'c'")).containsExactly("(1)");
		this.tables.phase(MigrationPhase.DUAL_READ);
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> derive(1, 2));
	}

	@Test
	void writerOfTheTargetThatWaitsForAnExchangedRowLosesNothing() throws SQLException {
		open("text", "text not null unique", "source.place").withTriggers();
		insert("'a'", "'b'");
		this.tables.phase(MigrationPhase.DUAL_READ);
		try (Connection writer = this.tables.testDatabase().dataSource().getConnection()) {
			writer.setAutoCommit(false);
			writer.createStatement().execute(SWAP);
			CompletableFuture<Void> waiting = OwnThread
				.run(() -> this.tables.execute("update chair set note = 'mine' where id = 1"));
			Awaitility.await()
				.pollInterval(Duration.ofMillis(10))
				.until(() -> !this.tables.rows(
						"select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'update chair%'")
					.isEmpty());
			writer.commit();
			waiting.join();
		}
		assertThat(this.tables.rows("select * from chair order by id")).containsExactly("(1,b,mine)", "(2,a,)");
		assertThat(this.tables.unequal()).isEmpty();
	}

	private MirroredTables open(String source, String target, String mapped) {
		this.tables = new MirroredTables(plan(mapped).build(),
				"create table seat (id int primary key, place %s, note text)".formatted(source),
				"create table chair (id int primary key, place %s, note text)".formatted(target));
		return this.tables;
	}

	private static MigrationPlanBuilder plan(String mapped) {
		return MigrationPlan.of("seats").source("seat").target("chair").map("place", mapped);
	}

	private void insert(String one, String other) {
		this.tables.execute("insert into seat values (1, %s), (2, %s)".formatted(one, other));
	}

	private void derive(Object... ids) {
		this.tables.database()
			.inTransaction(() -> new KeyDerivation(this.tables.database()).derive(this.tables.plan(),
					MigrationSide.TARGET, keys(ids)));
	}

	private static List<RowKey> keys(Object... ids) {
		return Stream.of(ids).map(RowKey::of).toList();
	}

}
