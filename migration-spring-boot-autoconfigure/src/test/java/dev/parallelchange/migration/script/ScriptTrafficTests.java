package dev.parallelchange.migration.script;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import dev.parallelchange.migration.ScriptStatus.State;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.script.ScriptScene.Instance;
import dev.parallelchange.migration.script.flyway.FlywayScriptTool;
import dev.parallelchange.migration.test.OwnThread;
import dev.parallelchange.migration.test.PostgresVersion;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Traffic on a table that a script needs alone, while a long transaction has it.
 */
class ScriptTrafficTests {

	private static final Duration HELD = Duration.ofSeconds(3);

	/** Far more than the limit for locks, and far less than the transaction lasts. */
	private static final Duration NOTICED = Duration.ofSeconds(2);

	private final ScriptScene scene = new ScriptScene(new FlywayScriptTool(MigrationTables.DEFAULT_PREFIX),
			PostgresVersion.NEWEST);

	private final AtomicBoolean ending = new AtomicBoolean();

	private final AtomicLong longest = new AtomicLong();

	private final AtomicLong transactions = new AtomicLong();

	@AfterEach
	void close() {
		this.scene.close();
	}

	@Test
	void nobodyWaitsMuchLongerThanTheScriptForItsLock() throws Exception {
		Instance instance = this.scene.script("alter table visits add column visited_on date").instance();
		List<CompletableFuture<Void>> traffic = new ArrayList<>();
		try (Connection other = this.scene.database.dataSource().getConnection();
				Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("select count(*) from visits");
			for (int writer = 1; writer <= 3; writer++) {
				int id = writer;
				traffic.add(OwnThread.run(() -> write(id)));
			}
			Awaitility.await()
				.atMost(HELD.multipliedBy(10))
				.pollDelay(Duration.ZERO)
				.until(() -> pollUntilHeld(instance));
			assertThat(instance.states()).containsExactly(State.WAITING);
			assertThat(instance.error()).contains("has visits in a transaction that has been open");
			other.commit();
		}
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			this.scene.passBackoff();
			instance.poll();
			return instance.states().equals(List.of(State.APPLIED));
		});
		this.ending.set(true);
		CompletableFuture.allOf(traffic.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
		assertThat(this.transactions).hasValueGreaterThan(10);
		assertThat(Duration.ofNanos(this.longest.get())).isLessThan(NOTICED);
	}

	private long begun;

	private boolean pollUntilHeld(Instance instance) {
		this.begun = (this.begun == 0) ? System.nanoTime() : this.begun;
		instance.poll();
		return System.nanoTime() - this.begun > HELD.toNanos();
	}

	private void write(int id) {
		while (!this.ending.get()) {
			long start = System.nanoTime();
			this.scene.database.jdbcClient().sql("update visits set pet = pet where id = ?").param(id).update();
			long took = System.nanoTime() - start;
			this.longest.accumulateAndGet(took, Math::max);
			this.transactions.incrementAndGet();
		}
	}

}
