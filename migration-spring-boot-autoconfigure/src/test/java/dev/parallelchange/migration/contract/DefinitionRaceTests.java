package dev.parallelchange.migration.contract;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.SourceState;
import dev.parallelchange.migration.jdbc.trigger.JdbcTriggers;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.DatabaseLatch;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataIntegrityViolationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A writer that comes in the middle of a hide or a show sees all of it or nothing.
 */
class DefinitionRaceTests {

	private static final String INSERT = "insert into orders (id, state) values (1000, 'new')";

	@Test
	@Schedule("C41")
	void aWriterInTheMiddleOfAHideMeetsNoColumnThatNobodyFills() throws SQLException {
		try (ContractScene scene = ContractScene.patientColumn(); Connection pause = pause(scene)) {
			scene.in(MigrationPhase.CONTRACT);
			CompletableFuture<Void> hide = OwnThread.run(scene::settle);
			awaitWaiting(scene, "migration_history");
			CompletableFuture<Void> writer = OwnThread.run(() -> scene.tables.execute(INSERT));
			awaitWaiting(scene, "orders");
			pause.rollback();
			writer.join();
			hide.join();
			assertThat(scene.source()).isEqualTo(SourceState.HIDDEN);
			assertThat(scene.count("orders where id = 1000")).isOne();
		}
	}

	@Test
	@Schedule("C41")
	void aWriterInTheMiddleOfAShowGoesOn() throws SQLException {
		try (ContractScene scene = ContractScene.patientColumn()) {
			scene.hidden().want(SourceState.SHOWN);
			try (Connection pause = pause(scene)) {
				CompletableFuture<Void> show = OwnThread.run(scene::settle);
				awaitWaiting(scene, "migration_history");
				CompletableFuture<Void> writer = OwnThread.run(() -> scene.tables.execute(INSERT));
				awaitWaiting(scene, "orders");
				pause.rollback();
				writer.join();
				show.join();
			}
			assertThat(scene.source()).isEqualTo(SourceState.SHOWN);
			assertThat(scene.count("orders where id = 1000 and status is null")).isOne();
		}
	}

	@Test
	@ScheduleProof("C41")
	void withTheTriggersGoneBeforeTheirColumnAWriterFails() {
		try (ContractScene scene = ContractScene.column()) {
			scene.in(MigrationPhase.CONTRACT);
			new JdbcTriggers(scene.tables.database()).drop(scene.plan());
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> scene.tables.execute(INSERT))
				.withMessageContaining("null value in column \"status\"");
		}
	}

	@Test
	@Schedule("C41")
	void aWriterWhileTriggersAreCreatedMeetsAllOfThem() throws SQLException {
		try (ContractScene scene = ContractScene.patientTable(); Connection pause = connect(scene)) {
			scene.in(MigrationPhase.OFF);
			new JdbcTriggers(scene.tables.database()).drop(scene.plan());
			scene.tables.execute(
					"create function pause() returns event_trigger language plpgsql as 'begin perform pg_advisory_xact_lock_shared(7); end'",
					"create event trigger pause on ddl_command_end when tag in ('CREATE TRIGGER') execute function pause()");
			run(pause, "select pg_advisory_xact_lock(7)");
			scene.in(MigrationPhase.DUAL_WRITE);
			CompletableFuture<Void> install = OwnThread
				.run(() -> new JdbcTriggers(scene.tables.database()).install(scene.plan()));
			Awaitility.await().until(() -> scene.count("pg_locks where not granted and locktype = 'advisory'") > 0);
			CompletableFuture<Void> writer = OwnThread.run(() -> scene.tables.execute("update visits set pet = 'new'"));
			awaitWaiting(scene, "visits");
			pause.rollback();
			install.join();
			writer.join();
			assertThat(scene.tables.unequal()).isEmpty();
		}
	}

	@Test
	@ScheduleProof("C41")
	void aWriterThatMeetsHalfOfTheTriggersIsNotMirrored() {
		try (ContractScene scene = ContractScene.patientTable()) {
			scene.tables.execute("update visits set pet = 'new'");
			assertThat(scene.tables.unequal()).isEmpty();
			scene.tables.execute(scene.tables.testDatabase()
				.jdbcClient()
				.sql("select format('drop trigger %I on visits', tgname) from pg_trigger where tgname like '%source_delete'")
				.query(String.class)
				.single());
			scene.tables.execute("delete from visits where id = 7");
			assertThat(scene.tables.unequal()).containsExactly("[7]");
		}
	}

	/**
	 * A statement has its own table before its trigger takes the other one.
	 */
	@Test
	void aHideHoldsNoTableThatAWriterOfTheOtherNeeds() {
		try (ContractScene scene = ContractScene.patientSplit();
				DatabaseLatch latch = new DatabaseLatch(scene.tables.testDatabase())) {
			DatabaseLatch.stop(scene.tables.testDatabase(), "owners", "new.id = 1000");
			scene.in(MigrationPhase.CONTRACT);
			CompletableFuture<Void> writer = OwnThread
				.run(() -> scene.tables.execute("insert into owners (id, name) values (1000, 'new')"));
			latch.awaitArrival(1);
			CompletableFuture<Void> hide = OwnThread.run(scene::settle);
			awaitWaiting(scene, "owners");
			assertThat(scene
				.count("pg_locks where granted and mode = 'AccessExclusiveLock' and relation = 'contact'::regclass"))
				.isZero();
			latch.open();
			writer.join();
			hide.join();
			assertThat(scene.source()).isEqualTo(SourceState.HIDDEN);
			assertThat(scene.count("owners where id = 1000")).isOne();
		}
	}

	@Test
	void whoCreatesTriggersHoldsNoTableThatAWriterOfTheSourceNeeds() {
		try (ContractScene scene = ContractScene.patientSplit();
				DatabaseLatch latch = new DatabaseLatch(scene.tables.testDatabase())) {
			JdbcTriggers triggers = new JdbcTriggers(scene.tables.database());
			DatabaseLatch.stop(scene.tables.testDatabase(), "owners", "new.id = 1000");
			CompletableFuture<Void> writer = OwnThread
				.run(() -> scene.tables.execute("insert into owners (id, name) values (1000, 'new')"));
			latch.awaitArrival(1);
			triggers.remove(scene.plan(), MigrationSide.TARGET);
			CompletableFuture<Void> install = OwnThread.run(() -> triggers.install(scene.plan()));
			awaitWaiting(scene, "owners");
			assertThat(scene
				.count("pg_locks where granted and mode = 'ShareRowExclusiveLock' and relation = 'contact'::regclass"))
				.isZero();
			latch.open();
			writer.join();
			install.join();
			assertThat(triggers.installed(scene.plan())).isTrue();
			assertThat(scene.count("contact where owner_id = 1000")).isOne();
		}
	}

	/**
	 * Between the two, what is written to the target still reaches the source, and not
	 * the other way round.
	 */
	@Test
	void aHideThatEndsHalfWayLosesNothingAndGoesOn() {
		try (ContractScene scene = ContractScene.split()) {
			scene.in(MigrationPhase.CONTRACT);
			scene.tables.execute("create function refuse() returns event_trigger language plpgsql as "
					+ "$$ begin if exists (select from pg_event_trigger_dropped_objects() o where o.object_identity like '% on public.contact' "
					+ "and o.object_type = 'trigger') then raise 'died'; end if; end $$",
					"create event trigger refuse on sql_drop execute function refuse()");
			assertThatException().isThrownBy(scene::settle).withMessageContaining("died");
			assertThat(scene.tables.rows("select tgrelid::regclass from pg_trigger where not tgisinternal"))
				.containsOnly("(contact)");
			scene.tables.execute(
					"insert into contact values (1, 'newest') on conflict (owner_id) do update set phone = excluded.phone",
					"update owners set name = 'renamed' where id = 1");
			assertThat(scene.tables.rows("select phone from contact where owner_id = 1")).containsExactly("(newest)");
			assertThat(scene.tables.rows("select phone from owners where id = 1")).containsExactly("(newest)");
			scene.tables.execute("drop event trigger refuse");
			scene.settle();
			assertThat(scene.source()).isEqualTo(SourceState.HIDDEN);
			assertThat(scene.tables.rows("select tgname from pg_trigger where not tgisinternal")).isEmpty();
		}
	}

	/**
	 * Holds what a hide writes last.
	 */
	private static Connection pause(ContractScene scene) throws SQLException {
		Connection connection = connect(scene);
		run(connection, "lock table migration_history in exclusive mode");
		return connection;
	}

	private static Connection connect(ContractScene scene) throws SQLException {
		Connection connection = scene.tables.testDatabase().dataSource().getConnection();
		connection.setAutoCommit(false);
		return connection;
	}

	private static void run(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static void awaitWaiting(ContractScene scene, String table) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> scene.count("pg_locks where not granted and relation = '%s'::regclass".formatted(table)) > 0);
	}

}
