package dev.parallelchange.migration.jdbc.mirror;

import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A row is written on the side for which its key is pending, before that is applied.
 */
class PendingConflictTests {

	private MirroredTables tables;

	private void open(MirrorKind mirror, MigrationPhase phase) {
		this.tables = new MirroredTables(
				MigrationPlan.of("users").source("old_users").target("users").mirror(mirror).build(),
				"create table old_users (id bigint primary key, name text)",
				"create table users (id bigint primary key, name text)", "insert into old_users values (1, 'ann')",
				"insert into users values (1, 'ann')");
		this.tables.phase(phase);
	}

	@AfterEach
	void close() {
		this.tables.close();
	}

	/**
	 * A write through a proxy whose mirror is not to be had.
	 */
	private void writePending(String statement) {
		this.tables.database().inTransaction(() -> writeAndAppend(statement));
	}

	private boolean writeAndAppend(String statement) {
		this.tables.database().sql(statement).update();
		new JdbcPendingKeys(this.tables.database()).append(this.tables.plan(), MigrationSide.TARGET,
				List.of(RowKey.of(1)), "no");
		return true;
	}

	private void writeMirrored(String statement) {
		this.tables.database().inTransaction(() -> {
			this.tables.database().sql(statement).update();
			return new KeyDerivation(this.tables.database()).derive(this.tables.plan(), MigrationSide.TARGET,
					List.of(RowKey.of(1)));
		});
	}

	private void apply() {
		DerivedPlan plan = this.tables.plan();
		JdbcPendingKeys pending = new JdbcPendingKeys(this.tables.database());
		pending.apply(plan, MigrationSide.TARGET);
		pending.apply(plan, MigrationSide.SOURCE);
	}

	private List<String> conflicts() {
		return this.tables.rows("select key, kind, changed from migration_divergence where conflict");
	}

	@Test
	void withProxiesALaterWriteToTheTargetIsAConflict() {
		open(MirrorKind.PROXIES, MigrationPhase.DUAL_READ);
		writePending("update old_users set name = 'eve'");
		this.tables.execute("update users set name = 'stray'");
		apply();
		assertThat(this.tables.rows("select name from users")).containsExactly("(stray)");
		assertThat(this.tables.rows("select name from old_users")).containsExactly("(eve)");
		assertThat(conflicts()).containsExactly("([1],DIFFERENT,TARGET)");
		assertThat(this.tables.pending()).isEmpty();
	}

	@Test
	void withProxiesALaterWriteToTheTargetOfADeletedRowIsAConflict() {
		open(MirrorKind.PROXIES, MigrationPhase.DUAL_READ);
		writePending("delete from old_users");
		this.tables.execute("update users set name = 'stray'");
		apply();
		assertThat(this.tables.rows("select name from users")).containsExactly("(stray)");
		assertThat(conflicts()).containsExactly("([1],ORPHAN,TARGET)");
	}

	@Test
	void withProxiesAnEarlierWriteToTheTargetIsOverwrittenAsByAnyMirror() {
		open(MirrorKind.PROXIES, MigrationPhase.DUAL_READ);
		this.tables.execute("update users set name = 'stray'");
		writePending("update old_users set name = 'eve'");
		apply();
		assertThat(this.tables.rows("select name from users")).containsExactly("(eve)");
		assertThat(conflicts()).isEmpty();
	}

	@Test
	void aLaterWriteThatWasMirroredIsNoConflict() {
		open(MirrorKind.PROXIES, MigrationPhase.DUAL_READ);
		writePending("update old_users set name = 'eve'");
		writeMirrored("update old_users set name = 'fay'");
		apply();
		assertThat(conflicts()).isEmpty();
		assertThat(this.tables.pending()).isEmpty();
		assertThat(this.tables.rows("select name from users")).containsExactly("(fay)");
	}

	/**
	 * A transaction has its id from its first write, and may wait for a row longer than
	 * others take to begin, write it and end.
	 */
	@Test
	void aMirroredWriteThatThePendingOneHasWaitedForIsNoConflict() {
		open(MirrorKind.PROXIES, MigrationPhase.DUAL_READ);
		this.tables.database().inTransaction(() -> {
			this.tables.database().sql("select pg_current_xact_id()").query(String.class).single();
			OwnThread.run(() -> writeMirrored("update old_users set name = 'eve'")).join();
			return writeAndAppend("update old_users set name = 'fay'");
		});
		apply();
		assertThat(conflicts()).isEmpty();
		assertThat(this.tables.pending()).isEmpty();
		assertThat(this.tables.rows("select name from users")).containsExactly("(fay)");
	}

	/**
	 * What such a transaction sees is older than what it has waited for.
	 */
	@Test
	void atRepeatableReadToo() {
		open(MirrorKind.PROXIES, MigrationPhase.DUAL_READ);
		writePending("update old_users set name = 'eve'");
		this.tables.database().inTransaction(TransactionDefinition.ISOLATION_REPEATABLE_READ, () -> {
			this.tables.database().sql("select pg_current_xact_id()").query(String.class).single();
			OwnThread.run(this::apply).join();
			return writeAndAppend("update old_users set name = 'fay'");
		});
		apply();
		assertThat(conflicts()).isEmpty();
		assertThat(this.tables.pending()).isEmpty();
		assertThat(this.tables.rows("select name from users")).containsExactly("(fay)");
	}

	@Test
	void aStrayWriteAfterOneThatIsPendingSinceRepeatableReadIsAConflict() {
		open(MirrorKind.PROXIES, MigrationPhase.DUAL_READ);
		this.tables.database()
			.inTransaction(TransactionDefinition.ISOLATION_REPEATABLE_READ,
					() -> writeAndAppend("update old_users set name = 'eve'"));
		this.tables.execute("update users set name = 'stray'");
		apply();
		assertThat(conflicts()).containsExactly("([1],DIFFERENT,TARGET)");
		assertThat(this.tables.rows("select name from users")).containsExactly("(stray)");
	}

	/**
	 * The other way round, the id of the stray write is the lower one.
	 */
	@Test
	void aStrayWriteThatBeganBeforeThePendingOneIsAConflictIfItEndedLater() {
		open(MirrorKind.PROXIES, MigrationPhase.DUAL_READ);
		this.tables.database().inTransaction(() -> {
			this.tables.database().sql("select pg_current_xact_id()").query(String.class).single();
			OwnThread.run(() -> writePending("update old_users set name = 'eve'")).join();
			return this.tables.database().sql("update users set name = 'stray'").update();
		});
		apply();
		assertThat(conflicts()).containsExactly("([1],DIFFERENT,TARGET)");
		assertThat(this.tables.rows("select name from users")).containsExactly("(stray)");
	}

	@Test
	void duringTheCopyTheSourceIsRightWhoeverWroteTheTarget() {
		open(MirrorKind.PROXIES, MigrationPhase.BACKFILL);
		writePending("update old_users set name = 'eve'");
		this.tables.execute("update users set name = 'copied'");
		apply();
		assertThat(this.tables.rows("select name from users")).containsExactly("(eve)");
		assertThat(conflicts()).isEmpty();
	}

	/**
	 * A release that uses the target may wake after the cluster has given it up.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void withTriggersTheTargetIsNotWrittenBeforeWhatIsPendingForIt(boolean deferred) {
		open(MirrorKind.TRIGGERS, MigrationPhase.BACKFILL);
		this.tables.withTriggers().deferred(true);
		this.tables.execute("update old_users set name = 'eve'");
		this.tables.deferred(deferred);
		assertThatExceptionOfType(ConcurrencyFailureException.class)
			.isThrownBy(
					() -> this.tables.testDatabase().jdbcClient().sql("update users set name = name || '!'").update())
			.withMessageContaining("'users'");
		this.tables.deferred(false);
		apply();
		this.tables.execute("update users set name = name || '!'");
		assertThat(this.tables.rows("select name from old_users")).containsExactly("(eve!)");
		assertThat(this.tables.rows("select name from users")).containsExactly("(eve!)");
		assertThat(this.tables.pending()).isEmpty();
	}

	@Test
	void withTriggersTheTargetIsNotWrittenBesideADeferredWrite() throws Exception {
		open(MirrorKind.TRIGGERS, MigrationPhase.BACKFILL);
		this.tables.withTriggers().deferred(true);
		try (Connection source = this.tables.testDatabase().dataSource().getConnection()) {
			source.setAutoCommit(false);
			source.createStatement().execute("update old_users set name = 'eve'");
			CompletableFuture<Void> target = OwnThread
				.run(() -> this.tables.execute("update users set name = name || '!'"));
			Awaitility.await().until(() -> !this.tables.rows("select from pg_locks where not granted").isEmpty());
			source.commit();
			assertThatException().isThrownBy(target::join).withMessageContaining("'users'");
		}
	}

	@Test
	void withTriggersAWriteToTheTargetIsMirroredAtOnceAlthoughWritesAreDeferred() {
		open(MirrorKind.TRIGGERS, MigrationPhase.BACKFILL);
		this.tables.withTriggers().deferred(true);
		this.tables.execute("update users set name = 'fay'");
		assertThat(this.tables.rows("select name from old_users")).containsExactly("(fay)");
		assertThat(this.tables.pending()).isEmpty();
	}

	@Test
	void withTriggersALaterDeferredDeleteHasTheLastWordToo() {
		open(MirrorKind.TRIGGERS, MigrationPhase.BACKFILL);
		this.tables.withTriggers().deferred(true);
		this.tables.execute("update users set name = 'fay'", "delete from old_users");
		this.tables.deferred(false);
		apply();
		assertThat(this.tables.rows("select name from old_users")).isEmpty();
		assertThat(this.tables.rows("select name from users")).isEmpty();
		assertThat(this.tables.pending()).isEmpty();
	}

	@Test
	void withTriggersALaterWriteIsCarriedOverAndTheOlderPendingKeyDoesNotUndoIt() {
		open(MirrorKind.TRIGGERS, MigrationPhase.DUAL_READ);
		this.tables.withTriggers()
			.execute("alter table users add constraint no_eve check (name <> 'eve')",
					"update old_users set name = 'eve'", "update users set name = 'fay'");
		apply();
		assertThat(this.tables.rows("select name from old_users")).containsExactly("(fay)");
		assertThat(this.tables.rows("select name from users")).containsExactly("(fay)");
		assertThat(this.tables.pending()).isEmpty();
	}

}
