package dev.parallelchange.migration.backfill;

import java.util.concurrent.CompletableFuture;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import dev.parallelchange.migration.jdbc.backfill.JdbcCopyCompletion;
import dev.parallelchange.migration.jdbc.trigger.JdbcTriggers;
import dev.parallelchange.migration.jdbc.verify.JdbcVerificationStore;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.DatabaseLatch;
import dev.parallelchange.migration.test.OwnThread;
import dev.parallelchange.migration.test.Steering;
import dev.parallelchange.migration.verify.VerificationEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The copier stands before a row that it has read, while the business goes on.
 */
class CopyScheduleTests {

	private static final String COPY = "(insert into \"public\"\\.\"copy\".*order by source\\.\"id\")$";

	private static final String WAITS_FOR_A_LOCK = """
			select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
				and query like '%s'""";

	private final BackfillScene scene = new BackfillScene("create table item (id int primary key, name text)",
			"create table copy (id int primary key, name text)",
			"insert into item select i, 'n' || i from generate_series(1, 10) as i");

	private final Steering steering = new Steering(this.scene.database);

	private final DerivedPlan plan = this.scene
		.plan(MigrationPlan.of("items").source("item").target("copy").backfill(BackfillScene.SMALL_CHUNKS));

	@AfterEach
	void close() {
		this.scene.close();
	}

	@Test
	@Schedule("C01")
	void rowThatChangesAfterTheCopierHasReadItArrivesAsChanged() {
		changeTheRowThatIsBeingCopied();
		assertThat(name("copy", 7)).isEqualTo("changed");
	}

	@Test
	@ScheduleProof("C01")
	void copierThatOverwritesLosesTheChange() {
		this.steering.replace(COPY, "$1 on conflict (id) do update set name = excluded.name");
		changeTheRowThatIsBeingCopied();
		assertThat(name("item", 7)).isEqualTo("changed");
		assertThat(name("copy", 7)).isEqualTo("n7");
	}

	@Test
	@Schedule("C02")
	void rowThatIsDeletedAfterTheCopierHasReadItIsNowhereWhenReadsMayMove() {
		duringTheCopyOfRow7(() -> this.scene.database.execute("delete from item where id = 7"));
		verifyUntilReadsMayMove();
		assertThat(this.scene.number("select count(*) from item where id = 7")).isZero();
		assertThat(this.scene.number("select count(*) from copy where id = 7")).isZero();
	}

	@Test
	@ScheduleProof("C02")
	void rowComesBackWhereTheMirrorTakesTheCopierForAWriter() {
		this.steering.replace("set_config\\('migration\\.copying'", "set_config('migration.nothing'");
		duringTheCopyOfRow7(() -> this.scene.database.execute("delete from item where id = 7"));
		verifyUntilReadsMayMove();
		assertThat(this.scene.number("select count(*) from item where id = 7")).isOne();
	}

	@Test
	@Schedule("C09")
	void writerWhoseMirrorInsertsWhatTheCopierInsertsMeetsNoError() {
		writeTheRowThatTheCopierHasInserted().join();
		assertThat(name("copy", 5)).isEqualTo("changed");
	}

	@Test
	@ScheduleProof("C09")
	void mirrorThatMerelyInsertsFailsTheWriter() {
		this.steering.replace("on conflict \\(\"id\"\\)[^;$]*", "")
			.replace("exception when others then", "exception when division_by_zero then");
		assertThat(writeTheRowThatTheCopierHasInserted()).completesExceptionallyWithin(java.time.Duration.ofSeconds(30))
			.withThrowableThat()
			.withCauseInstanceOf(DuplicateKeyException.class);
		assertThat(name("item", 5)).isEqualTo("n5");
	}

	@Test
	@ScheduleProof("C10")
	void copierThatWaitsForLocksAsLongAsTheWriterMakesItADeadlocksVictim() {
		// Who waits looks for a deadlock once. The copier has done so in vain.
		this.steering.replace(", set_config\\('lock_timeout'.*", ", set_config('deadlock_timeout', '1h', true)");
		this.scene.engine(new JdbcBackfillStore(this.steering.database()),
				new Throttle(java.util.List.of(), java.time.Duration.ofSeconds(1), java.time.Duration.ofSeconds(15)));
		assertThatExceptionOfType(ConcurrencyFailureException.class)
			.isThrownBy(() -> this.scene.migration.inTransaction(() -> {
				this.scene.migration.sql("set local deadlock_timeout = '10ms'").update();
				this.scene.migration.sql("insert into copy values (5, 'mirrored')").update();
				this.scene.awaitTicking(this.plan,
						() -> this.scene.number(WAITS_FOR_A_LOCK.formatted("insert into \"public\".\"copy\"%")) > 0);
				return this.scene.migration.sql("insert into copy values (3, 'mirrored')").update();
			}))
			.withMessageContaining("deadlock");
	}

	private void changeTheRowThatIsBeingCopied() {
		duringTheCopyOfRow7(() -> this.scene.database.execute("update item set name = 'changed' where id = 7"));
	}

	private CompletableFuture<Void> writeTheRowThatTheCopierHasInserted() {
		CompletableFuture<CompletableFuture<Void>> writer = new CompletableFuture<>();
		duringTheCopyOfRow7(() -> {
			writer.complete(
					OwnThread.run(() -> this.scene.database.execute("update item set name = 'changed' where id = 5")));
			BackfillScene.await()
				.until(() -> this.scene.number(WAITS_FOR_A_LOCK.formatted("update item set name%")) > 0);
		});
		return writer.join();
	}

	private void duringTheCopyOfRow7(Runnable business) {
		DatabaseLatch.stop(this.scene.database, "copy",
				"new.id = 7 and starts_with(current_query(), 'insert into \"public\".\"copy\"')");
		new JdbcTriggers(this.steering.database()).install(this.plan);
		JdbcBackfillStore store = new JdbcBackfillStore(this.steering.database());
		store.begin(this.plan);
		store.walk(this.plan, 10);
		try (DatabaseLatch latch = new DatabaseLatch(this.scene.database)) {
			CompletableFuture<CopyStep> copy = OwnThread.supply(() -> store.copyNext(this.plan));
			latch.awaitArrival(1);
			business.run();
			latch.open();
			assertThat(copy.join().kind()).isEqualTo(CopyStep.Kind.COPIED);
		}
	}

	private void verifyUntilReadsMayMove() {
		this.scene.copyAll(this.plan);
		VerificationEngine verifier = new VerificationEngine(new JdbcVerificationStore(this.scene.migration),
				new JdbcCopyCompletion(this.scene.migration), new MigrationListener() {
				});
		try {
			assertThat(verifier.gates(this.plan, MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ))
				.noneMatch((gate) -> gate.open());
			BackfillScene.await().until(() -> {
				verifier.tick(this.plan, this.scene.state(this.plan));
				return verifier.gates(this.plan, MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ)
					.stream()
					.allMatch((gate) -> gate.open());
			});
		}
		finally {
			verifier.stop();
		}
	}

	private String name(String table, int id) {
		return this.scene.text("select name from %s where id = %d".formatted(table, id));
	}

}
