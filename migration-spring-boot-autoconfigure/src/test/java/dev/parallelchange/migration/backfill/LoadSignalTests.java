package dev.parallelchange.migration.backfill;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.CopyWindows;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.LoadLimits;
import dev.parallelchange.migration.MeasuredSignal;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.SessionLimit;
import dev.parallelchange.migration.SignalMeasure;
import dev.parallelchange.migration.hikari.PoolWaiting;
import dev.parallelchange.migration.jdbc.load.JdbcLoadStore;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.load.ActiveSessions;
import dev.parallelchange.migration.load.CommitLatency;
import dev.parallelchange.migration.load.LockWait;
import dev.parallelchange.migration.test.DatabaseLatch;
import dev.parallelchange.migration.test.OwnThread;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Signals that measure a database under the load that they are for.
 */
class LoadSignalTests {

	private static final LoadLimits LIMITS = new LoadLimits(1, SessionLimit.of("2"), Duration.ofMillis(200),
			Duration.ofMillis(100), Duration.ofMillis(100));

	private final BackfillScene scene = new BackfillScene("create table item (id int primary key, name text)",
			"create table copy (id int primary key, name text)",
			"insert into item select i, 'n' || i from generate_series(1, 100) as i");

	private final JdbcLoadStore store = new JdbcLoadStore(this.scene.migration);

	private final DerivedPlan plan = plan(LIMITS);

	private final List<CompletableFuture<Void>> sessions = new CopyOnWriteArrayList<>();

	@AfterEach
	void close() {
		this.scene.close();
		this.sessions.forEach(
				(session) -> assertThat(session.handle((done, ex) -> true)).succeedsWithin(Duration.ofSeconds(30)));
	}

	@Test
	void threadsThatWaitForAConnection() throws SQLException {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(this.scene.database.jdbcUrl());
			pool.setMaximumPoolSize(1);
			PoolWaiting signal = new PoolWaiting(List.of(pool));
			assertThat(signal.measure(this.plan)).isEqualTo(SignalMeasure.of(0, 1, ""));
			Connection taken = pool.getConnection();
			run(() -> JdbcClient.create(pool).sql("select 1").query(Integer.class).single());
			run(() -> JdbcClient.create(pool).sql("select 1").query(Integer.class).single());
			awaitReason(signal, "2 threads wait for a connection of the pool (limit 1)");
			taken.close();
			awaitNone(signal);
		}
	}

	@Test
	void sessionsThatAreActiveWithoutThoseThatCopy() {
		ActiveSessions signal = new ActiveSessions(this.store);
		try (DatabaseLatch latch = new DatabaseLatch(this.scene.database)) {
			DatabaseLatch.stop(this.scene.database, "copy", "true");
			this.scene.engine();
			this.scene.awaitTicking(this.plan, () -> latch.waiting() == 2);
			BackfillScene.await().until(() -> measure(signal).reason() == null);
			for (int session = 0; session < 3; session++) {
				run(() -> this.scene.database.jdbcClient().sql("select " + DatabaseLatch.WAIT).query((rs) -> {
				}));
			}
			latch.awaitArrival(5);
			awaitReason(signal, "3 sessions are active besides the copy (limit 2)");
			latch.open();
			awaitNone(signal);
		}
	}

	@Test
	void waitForALock() throws SQLException {
		LockWait signal = LockWait.ofAll(this.store);
		assertThat(measure(signal).value()).isZero();
		Connection holder = this.scene.open("update item set name = 'x' where id = 1");
		run(() -> this.scene.database.execute("update item set name = 'y' where id = 1"));
		BackfillScene.await().until(() -> measure(signal).reason() != null);
		assertThat(measure(signal).reason()).contains("a session has waited").contains("(limit 0.2 s)");
		assertThat(measure(LockWait.ofCopies(this.store)).value()).as("not for a copy").isZero();
		end(holder);
		awaitNone(signal);
	}

	@Test
	void waitForAnAdvisoryLockIsTheApplicationsAffair() {
		try (DatabaseLatch latch = new DatabaseLatch(this.scene.database)) {
			run(() -> this.scene.database.jdbcClient().sql("select " + DatabaseLatch.WAIT).query((rs) -> {
			}));
			latch.awaitArrival(1);
			assertThat(measure(LockWait.ofAll(this.store)).value()).isZero();
		}
	}

	@Test
	void waitForTheCopy() {
		LockWait signal = LockWait.ofCopies(this.store);
		try (DatabaseLatch latch = new DatabaseLatch(this.scene.database)) {
			DatabaseLatch.stop(this.scene.database, "copy", "new.id = 10");
			this.scene.engine();
			this.scene.awaitTicking(this.plan, () -> latch.waiting() == 1);
			run(() -> this.scene.database.execute("insert into copy values (1, 'x') on conflict (id) do nothing"));
			BackfillScene.await().until(() -> measure(signal).reason() != null);
			assertThat(measure(signal).reason()).contains("for a lock of the copy (limit 0.1 s)");
			latch.open();
			awaitNone(signal);
		}
	}

	@Test
	void commitThatTakesLong() {
		CommitLatency signal = new CommitLatency(this.store);
		this.scene.database.execute("create table pause (seconds numeric)", "insert into pause values (0)", """
				create function slow() returns trigger language plpgsql as
				$$ begin perform pg_sleep(seconds) from pause; return null; end $$""", """
				create constraint trigger slow after insert or update on migration_heartbeat
				deferrable initially deferred for each row execute function slow()""");
		awaitNone(signal);
		measure(signal);
		this.scene.database.execute("update pause set seconds = 0.15");
		assertThat(measure(signal).reason()).as("a single one").isNull();
		assertThat(measure(signal).reason()).contains("a commit takes").endsWith("(limit 100 ms)");
		this.scene.database.execute("update pause set seconds = 0");
		awaitNone(signal);
	}

	@Test
	void heartbeatOfReplicasIsNotTouched() {
		this.store.commit();
		assertThat(this.scene.number("select count(*) from migration_heartbeat where id = 1")).isZero();
	}

	@Test
	void userWithoutPrivilegesIsToldWhatIsMissingAndDoesNotWait() {
		String role = "limited_" + this.scene.text("select current_database()");
		this.scene.database.execute("create role %s login password 'p'".formatted(role),
				"grant select on all tables in schema public to " + role);
		try {
			JdbcLoadStore limited = new JdbcLoadStore(new MigrationDatabase(
					new DriverManagerDataSource(this.scene.database.jdbcUrl().replaceAll("\\?.*", ""), role, "p"),
					this.scene.migration.tables()));
			SignalMeasure own = measure(new ActiveSessions(limited));
			assertThat(own.reason()).isNull();
			assertThat(own.note()).contains("sessions of other users are not counted: grant pg_monitor");
			assertThat(measure(LockWait.ofAll(limited)).value()).as("locks are seen by all").isZero();
			this.scene.database.execute("revoke select on pg_stat_activity, pg_locks from public");
			assertThat(measure(new ActiveSessions(limited)).note()).contains("may not see sessions");
			assertThat(measure(LockWait.ofAll(limited)).note()).contains("may not see locks");
			assertThat(measure(LockWait.ofCopies(limited)).reason()).isNull();
		}
		finally {
			this.scene.database.execute("drop owned by " + role, "drop role " + role);
		}
	}

	@Test
	void zeroSwitchesASignalOff() {
		DerivedPlan off = plan(new LoadLimits(0, SessionLimit.of("0"), Duration.ZERO, Duration.ZERO, Duration.ZERO));
		assertThat(List.<MeasuredSignal>of(new PoolWaiting(List.of(this.scene.database.dataSource())),
				new ActiveSessions(this.store), LockWait.ofAll(this.store), LockWait.ofCopies(this.store),
				new CommitLatency(this.store)))
			.allSatisfy((signal) -> assertThat(signal.measure(off)).isNull());
	}

	@Test
	void copyPausesUnderLoadAndGoesOnAfterIt() throws SQLException {
		this.scene.database.execute("""
				create function slow() returns trigger language plpgsql as
				$$ begin perform pg_sleep(0.02); return new; end $$""",
				"create trigger slow before insert on copy for each row execute function slow()");
		this.scene.engine(LockWait.ofAll(this.store));
		this.scene.awaitTicking(this.plan, () -> this.scene.number("select count(*) from copy") > 0);
		Connection holder = this.scene.open("update item set name = 'x' where id = 1");
		run(() -> this.scene.database.execute("update item set name = 'y' where id = 1"));
		this.scene.awaitTicking(this.plan, () -> !this.scene.events(MigrationEvent.BackfillPaused.class).isEmpty()
				&& this.scene.status(this.plan).workers() == 0);
		assertThat(this.scene.status(this.plan).pauseReason()).contains("has waited");
		assertThat(this.scene.status(this.plan).signals()).singleElement().satisfies((signal) -> {
			assertThat(signal.name()).isEqualTo("lock-wait");
			assertThat(signal.pausing()).isTrue();
			assertThat(signal.utilisation()).isGreaterThan(1);
		});
		assertThat(this.scene.number("select count(*) from copy")).isLessThan(100);
		end(holder);
		this.scene.copyAll(this.plan);
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(100);
	}

	private DerivedPlan plan(LoadLimits limits) {
		return this.scene.plan(MigrationPlan.of("items")
			.source("item")
			.target("copy")
			.backfill(new BackfillSettings(10, 10, Duration.ofMillis(500), 2, 0, Duration.ofSeconds(5), 3,
					Duration.ofMillis(20), 100)
				.throttledBy(1, CopyWindows.ALWAYS, limits)));
	}

	private void run(Runnable work) {
		this.sessions.add(OwnThread.run(work));
	}

	private static void end(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("rollback");
		}
		connection.close();
	}

	private SignalMeasure measure(MeasuredSignal signal) {
		try {
			SignalMeasure measure = signal.measure(this.plan);
			assertThat(measure).isNotNull();
			return java.util.Objects.requireNonNull(measure);
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	private void awaitReason(MeasuredSignal signal, String reason) {
		BackfillScene.await().until(() -> reason.equals(measure(signal).reason()));
	}

	private void awaitNone(MeasuredSignal signal) {
		BackfillScene.await().until(() -> measure(signal).reason() == null);
	}

}
