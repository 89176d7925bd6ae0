package dev.parallelchange.migration.jdbc.trigger;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long {@link JdbcTriggers} wait for their tables.
 */
class TriggerLockTests {

	private static final MigrationPlan PLAN = MigrationPlan.of("users")
		.source("old_users")
		.target("users")
		.safety(new SafetySettings(Duration.ofMillis(100), Duration.ofSeconds(60), Duration.ZERO,
				Duration.ofMillis(500)))
		.build();

	@Test
	void aVacuumIsWaitedForUntilPostgresWouldCancelIt() throws Exception {
		try (MirroredTables tables = new MirroredTables(PLAN,
				"create table old_users (id bigint primary key, name text)",
				"create table users (id bigint primary key, name text)")) {
			waitLongForDeadlocks(tables);
			JdbcTriggers triggers = new JdbcTriggers(tables.database());
			CompletableFuture<Void> installed = tables.database().inTransaction(() -> {
				tables.database().sql("lock table old_users in share update exclusive mode").update();
				CompletableFuture<Void> waiting = OwnThread.run(() -> triggers.install(tables.plan()));
				Awaitility.await().during(Duration.ofMillis(400)).until(() -> !waiting.isDone());
				return waiting;
			});
			installed.get(30, TimeUnit.SECONDS);
			assertThat(triggers.installed(tables.plan())).isTrue();
		}
	}

	@Test
	@Schedule("C35")
	void trafficPassesAnInstallationThatALongTransactionHoldsUp() throws Exception {
		try (MirroredTables tables = tables(Duration.ofMillis(100))) {
			JdbcTriggers triggers = new JdbcTriggers(tables.database());
			CompletableFuture<Void> installing = tables.database().inTransaction(() -> {
				tables.database().sql("insert into old_users values (1, 'long')").update();
				CompletableFuture<Void> attempts = OwnThread.run(() -> installUntil(triggers, tables));
				for (int i = 2; i < 20; i++) {
					String write = "insert into old_users values (%d, 'short')".formatted(i);
					OwnThread.run(() -> tables.execute(write)).orTimeout(30, TimeUnit.SECONDS).join();
				}
				return attempts;
			});
			installing.get(30, TimeUnit.SECONDS);
			assertThat(triggers.installed(tables.plan())).isTrue();
		}
	}

	@Test
	@ScheduleProof("C35")
	void withoutAShortLimitTrafficQueuesBehindTheInstallation() throws Exception {
		try (MirroredTables tables = tables(Duration.ofHours(1))) {
			JdbcTriggers triggers = new JdbcTriggers(tables.database());
			List<CompletableFuture<Void>> waiting = tables.database().inTransaction(() -> {
				tables.database().sql("insert into old_users values (1, 'long')").update();
				CompletableFuture<Void> installing = OwnThread.run(() -> triggers.install(tables.plan()));
				Awaitility.await().until(() -> waiting(tables) == 1);
				CompletableFuture<Void> writing = OwnThread
					.run(() -> tables.execute("insert into old_users values (2, 'short')"));
				Awaitility.await().until(() -> waiting(tables) == 2);
				return List.of(installing, writing);
			});
			for (CompletableFuture<Void> each : waiting) {
				each.get(30, TimeUnit.SECONDS);
			}
		}
	}

	private static MirroredTables tables(Duration lockTimeout) {
		MigrationPlan plan = MigrationPlan.of("users")
			.source("old_users")
			.target("users")
			.safety(new SafetySettings(lockTimeout, Duration.ofHours(2), Duration.ZERO, Duration.ofMillis(500)))
			.build();
		return new MirroredTables(plan, "create table old_users (id bigint primary key, name text)",
				"create table users (id bigint primary key, name text)");
	}

	/**
	 * As the runner does, but without a pause.
	 */
	private static void installUntil(JdbcTriggers triggers, MirroredTables tables) {
		while (!triggers.installed(tables.plan())) {
			try {
				triggers.install(tables.plan());
			}
			catch (DataAccessException ex) {
				assertThat(ex).hasMessageContaining("lock timeout");
			}
		}
	}

	private static long waiting(MirroredTables tables) {
		return OwnThread
			.supply(() -> tables.testDatabase()
				.jdbcClient()
				.sql("select count(distinct pid) from pg_locks where not granted and relation = 'old_users'::regclass")
				.query(Long.class)
				.single())
			.join();
	}

	/**
	 * So that a slow machine does not give up before the lock is released.
	 */
	private static void waitLongForDeadlocks(MirroredTables tables) {
		tables.execute("""
				do $$ begin
					execute format('alter database %I set deadlock_timeout = ''20s''', current_database());
				end $$""");
		((HikariDataSource) tables.database().dataSource()).getHikariPoolMXBean().softEvictConnections();
	}

}
