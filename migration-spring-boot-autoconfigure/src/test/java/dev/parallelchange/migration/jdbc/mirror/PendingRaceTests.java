package dev.parallelchange.migration.jdbc.mirror;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Schedule C24: a pending key is applied while its row is written again.
 */
class PendingRaceTests {

	private final MirroredTables tables = new MirroredTables(
			MigrationPlan.of("users").source("old_users").target("users").build(),
			"create table old_users (id bigint primary key, name text)",
			"create table users (id bigint primary key, name text)");

	private final CountDownLatch written = new CountDownLatch(1);

	private final CountDownLatch commit = new CountDownLatch(1);

	@AfterEach
	void close() {
		this.tables.close();
	}

	private JdbcPendingKeys pending(KeySettlement settlement) {
		return new JdbcPendingKeys(this.tables.database(), settlement);
	}

	/**
	 * Key 1 waits to be applied, and the row is written again; that write cannot be
	 * mirrored, so that its key becomes pending too.
	 */
	private CompletableFuture<Void> writeAgain(JdbcPendingKeys pending) {
		this.tables.execute("insert into old_users values (1, 'ann')");
		pending.appendApart(this.tables.plan(), MigrationSide.TARGET, List.of(RowKey.of(1)));
		CompletableFuture<Void> writer = OwnThread.run(() -> this.tables.database().inTransaction(() -> {
			this.tables.database().sql("update old_users set name = 'eve'").update();
			pending.append(this.tables.plan(), MigrationSide.TARGET, List.of(RowKey.of(1)), null);
			this.written.countDown();
			await(this.commit);
			return true;
		}));
		await(this.written);
		return writer;
	}

	@Test
	@Schedule("C24")
	void aKeyThatIsWrittenAgainIsNeitherForgottenNorWaitedFor() {
		JdbcPendingKeys pending = pending(new KeySettlement(this.tables.database()));
		CompletableFuture<Void> writer = writeAgain(pending);
		assertThat(pending.apply(this.tables.plan(), MigrationSide.TARGET).applied())
			.as("ends although the writer has not")
			.isZero();
		this.commit.countDown();
		writer.join();
		assertThat(this.tables.pending()).hasSize(2);
		assertThat(pending.apply(this.tables.plan(), MigrationSide.TARGET).applied()).isOne();
		assertThat(this.tables.rows("select * from users")).containsExactly("(1,eve)");
		assertThat(this.tables.pending()).isEmpty();
	}

	@Test
	@Schedule("C24")
	void aWriterWaitsOnlyForTheEndOfTheApplierAndHasTheLastWord() {
		JdbcPendingKeys pending = pending(new KeySettlement(this.tables.database()));
		this.tables.execute("insert into old_users values (1, 'ann')");
		KeyDerivation mirror = new KeyDerivation(this.tables.database());
		CompletableFuture<Void> writer = this.tables.database().inTransaction(() -> {
			new KeySettlement(this.tables.database()).settle(this.tables.plan(), MigrationSide.TARGET,
					List.of(RowKey.of(1)));
			CompletableFuture<Void> waiting = OwnThread.run(() -> this.tables.database().inTransaction(() -> {
				this.tables.database().sql("update old_users set name = 'eve'").update();
				return mirror.derive(this.tables.plan(), MigrationSide.TARGET, List.of(RowKey.of(1)));
			}));
			Awaitility.await().until(this::isWaiting);
			return waiting;
		});
		writer.join();
		assertThat(this.tables.rows("select * from users")).containsExactly("(1,eve)");
		assertThat(pending.apply(this.tables.plan(), MigrationSide.TARGET).applied()).isZero();
	}

	/**
	 * Without locks the row is read as it was; only that the later entry stays would
	 * help.
	 */
	@Test
	@ScheduleProof("C24")
	void whoRemovesAllEntriesOfAKeyForgetsTheSecondWrite() {
		KeySettlement settlement = new KeySettlement(this.tables.database(), false);
		JdbcPendingKeys pending = pending(settlement);
		CompletableFuture<Void> writer = writeAgain(pending);
		this.tables.database().inTransaction(() -> {
			settlement.settle(this.tables.plan(), MigrationSide.TARGET, List.of(RowKey.of(1)));
			this.commit.countDown();
			writer.join();
			return this.tables.database().sql("delete from %PREFIX%pending where key = '[1]'").update();
		});
		assertThat(this.tables.rows("select * from users")).containsExactly("(1,ann)");
		assertThat(this.tables.rows("select * from old_users")).containsExactly("(1,eve)");
		assertThat(this.tables.pending()).isEmpty();
	}

	private boolean isWaiting() {
		return !this.tables.rows("""
				select pid from pg_stat_activity
				where datname = current_database() and wait_event_type = 'Lock'""").isEmpty();
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
