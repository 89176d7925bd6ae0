package dev.parallelchange.migration.backfill;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import dev.parallelchange.migration.jdbc.mirror.Mirrors;
import dev.parallelchange.migration.mirror.MirrorEngine;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.DatabaseLatch;
import dev.parallelchange.migration.test.OwnThread;
import dev.parallelchange.migration.test.Steering;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Chunks whose transactions end in a bad moment, and chunks of several instances.
 */
class ChunkScheduleTests {

	private static final String MISSING = "select count(*) from (table item except all table copy) as missing";

	private static final String DONE = "set done = true";

	private final BackfillScene scene = new BackfillScene("create table item (id int primary key, name text)",
			"create table copy (id int primary key, name text unique)",
			"insert into item select i, 'n' || i from generate_series(1, 60) as i");

	private final Steering steering = new Steering(this.scene.database);

	private final BackfillStore store = new JdbcBackfillStore(this.steering.database());

	private DerivedPlan plan = plan(1);

	@AfterEach
	void close() {
		this.scene.close();
	}

	@Test
	@Schedule("C17")
	void chunkThatIsKilledBeforeItsProgressIsRecordedHasOneEffect() {
		this.steering.beforeFirst(DONE, this.steering::kill);
		this.store.begin(this.plan);
		this.store.walk(this.plan, 10);
		assertThatExceptionOfType(ChunkFailedException.class).isThrownBy(() -> this.store.copyNext(this.plan));
		assertThat(this.scene.number("select count(*) from copy")).isZero();
		copiesEachRowOnce(this.store);
	}

	@Test
	@ScheduleProof("C17")
	void progressThatIsRecordedApartFromTheRowsLosesThem() {
		this.store.begin(this.plan);
		this.store.walk(this.plan, 10);
		this.steering.beforeFirst("insert into \"public\".\"copy\"", this.steering::kill);
		this.scene.database.execute("update migration_chunk set done = true");
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> this.steering.database().sql("""
				insert into "public"."copy" select * from item where id <= 10""").update());
		copyAll(this.store);
		assertThat(this.scene.number(MISSING)).isEqualTo(10);
	}

	@Test
	@Schedule("C20")
	void chunkWhoseConnectionDiesInCommitIsLookedUp() {
		letConnectionsDieInCommit();
		copiesEachRowOnce(this.store);
		assertThat(this.scene.number("select count(*) from migration_quarantine")).isZero();
	}

	@Test
	@ScheduleProof("C20")
	void commitThatIsTakenForDoneLosesItsRows() {
		letConnectionsDieInCommit();
		copyAll(new ForwardingBackfillStore(this.store) {
			@Override
			public void retryLater(Chunk chunk, String error, Duration delay) {
				ChunkScheduleTests.this.scene.database
					.execute("update migration_chunk set done = true where number = " + chunk.number());
			}
		});
		assertThat(this.scene.number(MISSING)).isEqualTo(10);
	}

	@Test
	@Schedule("C22")
	void rowThatTheTargetRefusesIsPutAsideAndReadsDoNotMove() {
		this.scene.database.execute("update item set name = 'n42' where id = 7");
		copyAll(this.store);
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(59);
		assertThat(this.scene.text("select error from migration_quarantine")).contains("copy_name_key");
		assertThat(quarantineGate().open()).isFalse();
	}

	@Test
	@ScheduleProof("C22")
	void conflictThatIsSwallowedLosesTheRowUnnoticed() {
		this.scene.database.execute("update item set name = 'n42' where id = 7");
		this.steering.replace("(insert into \"public\"\\.\"copy\".*order by source\\.\"id\")$",
				"$1 on conflict do nothing");
		copyAll(this.store);
		assertThat(this.scene.number(MISSING)).isOne();
		assertThat(quarantineGate().open()).isTrue();
	}

	@Test
	@Schedule("C48")
	void fiveInstancesCopyNoMoreChunksAtATimeThanTheClusterMay() {
		try (DatabaseLatch latch = stoppedChunks()) {
			List<CompletableFuture<CopyStep>> instances = fiveInstances();
			latch.awaitArrival(2);
			BackfillScene.await().until(() -> instances.stream().filter(CompletableFuture::isDone).count() == 3);
			assertThat(latch.waiting()).isEqualTo(2);
			latch.open();
			assertThat(instances).extracting((instance) -> instance.join().kind())
				.containsExactlyInAnyOrder(CopyStep.Kind.COPIED, CopyStep.Kind.COPIED, CopyStep.Kind.BUSY,
						CopyStep.Kind.BUSY, CopyStep.Kind.BUSY);
		}
	}

	@Test
	@ScheduleProof("C48")
	void withoutSlotsEveryInstanceCopiesAChunk() {
		this.steering.replace("pg_try_advisory_xact_lock\\(hashtextextended\\(.*?, slot\\)\\)", "true or ? is null");
		try (DatabaseLatch latch = stoppedChunks()) {
			List<CompletableFuture<CopyStep>> instances = fiveInstances();
			latch.awaitArrival(5);
			latch.open();
			instances.forEach(CompletableFuture::join);
		}
	}

	private CompletableFuture<CopyStep> copyNext() {
		return OwnThread.supply(() -> new JdbcBackfillStore(this.steering.database()).copyNext(this.plan));
	}

	private List<CompletableFuture<CopyStep>> fiveInstances() {
		return IntStream.range(0, 5).mapToObj((instance) -> copyNext()).toList();
	}

	/**
	 * The first chunk's connection dies before its commit, the second one's after it.
	 */
	private void letConnectionsDieInCommit() {
		AtomicInteger chunks = new AtomicInteger();
		Set<Connection> committed = ConcurrentHashMap.newKeySet();
		this.steering.beforeCommit((connection) -> {
			int chunk = isCopying(connection) ? chunks.incrementAndGet() : 0;
			if (chunk == 1) {
				this.steering.kill(connection);
			}
			else if (chunk == 2) {
				committed.add(connection);
			}
		});
		this.steering.afterCommit((connection) -> {
			if (committed.remove(connection)) {
				throw new SQLException("the connection was lost in COMMIT", "08006");
			}
		});
	}

	private boolean isCopying(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet plan = statement.executeQuery("select current_setting('migration.copying', true)")) {
			return plan.next() && this.plan.id().equals(plan.getString(1));
		}
	}

	private DerivedPlan plan(int maxConcurrency) {
		return this.scene.plan(MigrationPlan.of("items")
			.source("item")
			.target("copy")
			.backfill(new BackfillSettings(10, 10, Duration.ofMillis(500), maxConcurrency, 0, Duration.ofSeconds(5), 3,
					Duration.ofMillis(20), 100)));
	}

	private DatabaseLatch stoppedChunks() {
		this.plan = plan(2);
		DatabaseLatch.stop(this.scene.database, "copy", "new.id % 10 = 1");
		this.store.begin(this.plan);
		DerivedPlan walked = plan(6);
		for (int i = 0; i < 6; i++) {
			this.store.walk(walked, 10);
		}
		return new DatabaseLatch(this.scene.database);
	}

	private void copyAll(BackfillStore copied) {
		this.scene.engine(copied, new Throttle(List.of(), Duration.ofSeconds(1), Duration.ofSeconds(15)));
		this.scene.copyAll(this.plan);
	}

	private void copiesEachRowOnce(BackfillStore copied) {
		copyAll(copied);
		assertThat(this.scene.number(MISSING)).isZero();
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(60);
		assertThat(this.scene.status(this.plan).rowsDone()).isEqualTo(60);
		assertThat(this.scene.status(this.plan).rowsWritten()).isEqualTo(60);
	}

	private Gate quarantineGate() {
		MirrorEngine mirror = Mirrors.engine(this.scene.migration);
		try {
			return mirror.gates(this.plan, MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ)
				.stream()
				.filter((gate) -> gate.name().equals("quarantine"))
				.findFirst()
				.orElseThrow();
		}
		finally {
			mirror.stop();
		}
	}

}
