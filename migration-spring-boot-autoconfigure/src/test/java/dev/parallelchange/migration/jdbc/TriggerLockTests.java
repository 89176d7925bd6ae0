package dev.parallelchange.migration.jdbc;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.test.OwnThread;
import com.zaxxer.hikari.HikariDataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

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
