package dev.parallelchange.migration.jdbc.mirror;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RefusedRow;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.backfill.ChunkFailedException;
import dev.parallelchange.migration.backfill.CopyStep;
import dev.parallelchange.migration.jdbc.InterferingDataSource;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.TwoDatabases;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import dev.parallelchange.migration.mirror.MirrorCounts;
import dev.parallelchange.migration.mirror.PendingKeys;
import dev.parallelchange.migration.mirror.TransactionMirror;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static dev.parallelchange.migration.MigrationSide.SOURCE;
import static dev.parallelchange.migration.MigrationSide.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Interleavings of plans across databases.
 */
class AcrossScheduleTests {

	private static final UnaryOperator<DataSource> AS_IT_IS = UnaryOperator.identity();

	private final TwoDatabases two = new TwoDatabases();

	private final DerivedPlan plan;

	AcrossScheduleTests() {
		this.two.source("create table person (id int primary key, name text)")
			.target("create table human (id int primary key, name text)");
		this.plan = this.two.plan("person", "human");
	}

	@AfterEach
	void close() {
		this.two.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@Schedule("C20")
	void whatBecameOfAChunkIsLookedUpWhenTheConnectionDiesInTheTargetsCommit(boolean committed) {
		JdbcBackfillStore store = begin((connection) -> {
			if (committed) {
				connection.commit();
			}
			InterferingDataSource.kill(this.two.on(TARGET), connection);
			connection.commit();
			throw new SQLException("The connection died", "08006");
		});
		assertThatExceptionOfType(ChunkFailedException.class).isThrownBy(() -> store.copyNext(this.plan));
		assertThat(this.two.rows(TARGET, "select * from human")).hasSize(committed ? 3 : 0);
		assertThat(new JdbcBackfillStore(this.two.databases()).copyNext(this.plan).kind())
			.isEqualTo(CopyStep.Kind.COPIED);
		assertEqual();
	}

	@Test
	@ScheduleProof("C20")
	void aChunkWhoseCommitIsTakenForDoneLeavesAGap() {
		JdbcBackfillStore store = begin((connection) -> InterferingDataSource.kill(this.two.on(TARGET), connection));
		assertThat(store.copyNext(this.plan).kind()).isEqualTo(CopyStep.Kind.COPIED);
		assertThat(this.two.rows(TARGET, "select * from human")).isEmpty();
	}

	@Test
	void aChunkIsCopiedOnceThoughItsProgressIsLostAfterTheTargetsCommit() {
		JdbcBackfillStore store = begin((connection) -> {
			connection.commit();
			OwnThread.run(() -> this.two.rows(SOURCE, """
					select pg_terminate_backend(pid, 5000) from pg_stat_activity
					where datname = current_database() and state = 'idle in transaction'""")).join();
		});
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> store.copyNext(this.plan));
		this.two.source("update person set name = 'changed' where id = 1");
		assertThat(new JdbcBackfillStore(this.two.databases()).copyNext(this.plan).kind())
			.isEqualTo(CopyStep.Kind.COPIED);
		assertThat(this.two.rows(TARGET, "select * from human order by id")).as("the copier never overwrites")
			.containsExactly("(1,a)", "(2,b)", "(3,c)");
	}

	private JdbcBackfillStore begin(InterferingDataSource.Commit commit) {
		this.two.source("insert into person values (1, 'a'), (2, 'b'), (3, 'c')");
		JdbcBackfillStore undisturbed = new JdbcBackfillStore(this.two.databases());
		undisturbed.begin(this.plan);
		assertThat(undisturbed.walk(this.plan, 10).kind()).isEqualTo(CopyStep.Kind.WALKED);
		return new JdbcBackfillStore(this.two.databases(AS_IT_IS,
				(dataSource) -> InterferingDataSource.onCommit(this.two.on(TARGET), commit)));
	}

	@Test
	@Schedule("C23")
	void aWriteThatCommittedBeforeTheProcessDiedReachesTheTargetAfterARestart() {
		writeAndDie(pending(this.two.databases()));
		assertThat(this.two.pending(TARGET)).containsExactly("(TARGET,[1])");
		pending(this.two.databases()).apply(this.plan, TARGET);
		assertEqual();
		assertThat(this.two.pending(TARGET)).isEmpty();
	}

	@Test
	@ScheduleProof("C23")
	void aWriteThatIsOnlyRememberedInTheProcessNeverReachesTheTarget() {
		writeAndDie(new Forgetful(pending(this.two.databases())));
		pending(this.two.databases()).apply(this.plan, TARGET);
		assertThat(this.two.rows(TARGET, "select * from human")).isEmpty();
	}

	/**
	 * The target cannot be reached, and nothing of this process is used again.
	 */
	private void writeAndDie(PendingKeys pending) {
		PlanDatabases databases = this.two.databases();
		TransactionMirror mirror = new TransactionMirror(new JdbcMirroredRows(databases), pending, List.of(),
				new MigrationListener() {
				}, new MirrorCounts(), (plan, leading, epoch) -> {
				});
		new TransactionTemplate(new JdbcTransactionManager(databases.main().dataSource())).execute((status) -> {
			databases.main().sql("insert into person values (1, 'a')").update();
			mirror.record(this.plan, 3, SOURCE, false, List.of(RowKey.of(1)));
			return true;
		});
		PlanDatabases withoutTarget = this.two.databases(AS_IT_IS,
				(dataSource) -> InterferingDataSource.beforeStatement(this.two.on(TARGET), (sql) -> {
					throw new IllegalStateException("The process dies");
				}));
		assertThat(this.two.rows(TARGET, "select * from human")).isEmpty();
		if (!this.two.pending(TARGET).isEmpty()) {
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> pending(withoutTarget).apply(this.plan, TARGET));
		}
	}

	@Test
	@Schedule("C26")
	void twoAppliersOfAKeyLeaveWhatWasReadLast() throws InterruptedException {
		applyOutOfOrder(true);
		assertEqual();
	}

	@Test
	@ScheduleProof("C26")
	void withoutTheLockOfTheKeyTheSlowerApplierWritesWhatItReadLongAgo() throws InterruptedException {
		applyOutOfOrder(false);
		assertThat(this.two.rows(TARGET, "select * from human")).containsExactly("(1,v1)");
		assertThat(this.two.pending(TARGET)).isEmpty();
	}

	private void applyOutOfOrder(boolean locks) throws InterruptedException {
		this.two.source("insert into person values (1, 'v1')", pendingKey(1));
		CountDownLatch read = new CountDownLatch(1);
		CountDownLatch write = new CountDownLatch(1);
		PlanDatabases slow = this.two.databases(AS_IT_IS,
				(dataSource) -> InterferingDataSource.beforeStatement(this.two.on(TARGET), (sql) -> {
					if (sql.startsWith("delete from \"public\".\"human\"")) {
						read.countDown();
						await(write);
					}
				}));
		CompletableFuture<Void> first = OwnThread.run(() -> pending(slow, locks).apply(this.plan, TARGET));
		assertThat(read.await(30, TimeUnit.SECONDS)).isTrue();
		this.two.source("update person set name = 'v2'", pendingKey(1));
		CompletableFuture<Void> second = OwnThread.run(() -> applyAll(locks));
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> second.isDone() || isWaiting(TARGET));
		write.countDown();
		first.join();
		second.join();
	}

	/**
	 * Whoever waits too long for a lock comes again.
	 */
	private void applyAll(boolean locks) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			try {
				return pending(this.two.databases(), locks).apply(this.plan, TARGET).applied() > 0;
			}
			catch (TransientDataAccessException ex) {
				return false;
			}
		});
	}

	@Test
	void aKeyIsAppliedWithoutWaitWhileItIsWrittenAgainAndTheSecondWriteFollows() throws SQLException {
		this.two.source("insert into person values (1, 'v1')", pendingKey(1));
		PendingKeys pending = pending(this.two.databases());
		try (Connection business = this.two.on(SOURCE).dataSource().getConnection()) {
			business.setAutoCommit(false);
			business.createStatement().execute("update person set name = 'v2'");
			business.createStatement().execute(pendingKey(1));
			assertThat(pending.apply(this.plan, TARGET).applied()).isOne();
			assertThat(this.two.rows(TARGET, "select * from human")).containsExactly("(1,v1)");
			business.commit();
		}
		assertThat(pending.apply(this.plan, TARGET).applied()).isOne();
		assertEqual();
		assertThat(this.two.pending(TARGET)).isEmpty();
	}

	@Test
	void anApplierThatWakesAfterTheSidesHaveChangedWritesNothing() {
		this.two.source("insert into person values (1, 'v1')", pendingKey(1))
			.target("insert into human values (1, 'v2')",
					"insert into migration_plan (id, phase, epoch) values ('p', 'CUTOVER', 7)");
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> pending(this.two.databases()).apply(this.plan, TARGET))
			.withMessageContaining("CUTOVER");
		assertThat(this.two.rows(TARGET, "select * from human")).containsExactly("(1,v2)");
	}

	/**
	 * After a failed rollback nobody knows whether the transaction was committed.
	 */
	@Test
	void anEntryTowardTheLeadingSideGoesAwayOnceItsRowsAreEqual() {
		this.two
			.source("insert into person values (1, 'same'), (2, 'old')", pendingKey(1), pendingKey(2), pendingKey(3))
			.target("insert into human values (1, 'same'), (2, 'new')")
			.lead(TARGET);
		PendingKeys pending = pending(this.two.databases());
		pending.removeEqual(this.plan, TARGET);
		assertThat(this.two.pending(TARGET)).containsExactly("(TARGET,[2])");
		this.two.source("update person set name = 'new' where id = 2",
				"update migration_pending set next_attempt_at = now()");
		pending.removeEqual(this.plan, TARGET);
		assertThat(this.two.pending(TARGET)).isEmpty();
		assertThat(this.two.rows(TARGET, "select * from human order by id")).containsExactly("(1,same)", "(2,new)");
	}

	private void assertEqual() {
		assertThat(this.two.rows(TARGET, "select * from human order by id"))
			.isEqualTo(this.two.rows(SOURCE, "select * from person order by id"));
	}

	private boolean isWaiting(MigrationSide side) {
		return !this.two.rows(side, """
				select pid from pg_stat_activity
				where datname = current_database() and wait_event_type = 'Lock'""").isEmpty();
	}

	private static String pendingKey(int id) {
		return "insert into migration_pending (plan_id, side, key) values ('p', 'TARGET', '[%d]')".formatted(id);
	}

	private static PendingKeys pending(PlanDatabases databases) {
		return pending(databases, true);
	}

	private static PendingKeys pending(PlanDatabases databases, boolean locks) {
		return new AcrossPendingKeys(databases, new JdbcPendingKeys(databases.main()),
				new AcrossDerivation(databases, locks));
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await(30, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Keeps nothing in the business transaction.
	 */
	private record Forgetful(PendingKeys keys) implements PendingKeys {

		@Override
		public List<RefusedRow> refused(DerivedPlan plan) {
			return this.keys.refused(plan);
		}

		@Override
		public void append(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys, @Nullable String error) {
		}

		@Override
		public void appendApart(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys) {
		}

		@Override
		public Batch apply(DerivedPlan plan, MigrationSide side) {
			return this.keys.apply(plan, side);
		}

		@Override
		public Batch apply(DerivedPlan plan, MigrationSide side, RowKey key) {
			return this.keys.apply(plan, side, key);
		}

		@Override
		public void removeEqual(DerivedPlan plan, MigrationSide leading) {
			this.keys.removeEqual(plan, leading);
		}

		@Override
		public List<RowKey> due(DerivedPlan plan, MigrationSide side) {
			return this.keys.due(plan, side);
		}

		@Override
		public boolean postpone(DerivedPlan plan, MigrationSide side, RowKey key, String error) {
			return this.keys.postpone(plan, side, key, error);
		}

		@Override
		public List<RowKey> quarantined(DerivedPlan plan, MigrationSide side) {
			return this.keys.quarantined(plan, side);
		}

		@Override
		public void release(DerivedPlan plan, MigrationSide side, RowKey key) {
			this.keys.release(plan, side, key);
		}

		@Override
		public Figures figures(DerivedPlan plan) {
			return this.keys.figures(plan);
		}

	}

}
