package dev.parallelchange.migration.jdbc.verify;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingKeys;
import dev.parallelchange.migration.jdbc.mirror.KeyDerivation;
import dev.parallelchange.migration.jdbc.mirror.KeySettlement;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.OwnThread;
import dev.parallelchange.migration.verify.VerificationFixture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Schedule C44: a business transaction changes a row while it is being repaired, or while
 * its pending key is applied.
 */
class RepairRaceTests {

	private static final RowKey KEY = RowKey.of(5);

	private final VerificationFixture fixture = new VerificationFixture();

	private final KeySettlement settlement = new KeySettlement(this.fixture.database());

	private final KeySettlement withoutLocks = new KeySettlement(this.fixture.database(), false);

	private final KeyDerivation mirror = new KeyDerivation(this.fixture.database());

	private final DerivedPlan plan;

	RepairRaceTests() {
		this.fixture.execute("create table person (id int primary key, name text)",
				"create table human (id int primary key, name text)");
		this.plan = this.fixture.plan(MigrationPlan.of("p").source("person").target("human"));
	}

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@ParameterizedTest
	@MethodSource("interleavings")
	@Schedule("C44")
	void whatTheBusinessDoesMeanwhileStands(Part part, MigrationSide written, Interleaving interleaving) {
		run(interleaving, written, this.mirror, () -> part.settle(this, this.settlement, written, KEY));
		assertThat(rows("human")).isEqualTo(rows("person"));
	}

	@ParameterizedTest
	@MethodSource("interleavingsThatNeedLocks")
	@ScheduleProof("C44")
	void withoutLocksWhatTheBusinessDoesIsUndone(Part part, MigrationSide written, Interleaving interleaving) {
		run(interleaving, written, this.mirror, () -> part.settle(this, this.withoutLocks, written, KEY));
		assertThat(rows("human")).isNotEqualTo(rows("person"));
	}

	@ParameterizedTest
	@EnumSource
	@ScheduleProof("C44")
	void whenTheMirrorDoesNotLockARowThatIsEqualItIsTakenForAnOrphan(Part part) {
		run(Interleaving.BROUGHT_BACK_EQUAL, MigrationSide.SOURCE, new KeyDerivation(this.fixture.database(), false),
				() -> part.settle(this, this.settlement, MigrationSide.SOURCE, KEY));
		assertThat(rows("person")).isEmpty();
		assertThat(rows("human")).isNotEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "BROUGHT_BACK", "CHANGED" })
	void repeatableReadAloneWouldProtectRowsThatAreWritten(Interleaving interleaving) {
		run(interleaving, MigrationSide.TARGET, this.mirror, this::repairAtRepeatableRead);
		assertThat(rows("human")).isEqualTo(rows("person"));
	}

	@ParameterizedTest
	@EnumSource(names = { "BROUGHT_BACK_EQUAL", "CHANGED_TO_EQUAL", "DELETED_BEFORE_MIRRORED" })
	void repeatableReadAloneWouldNotProtectRowsThatNeedNoWrite(Interleaving interleaving) {
		run(interleaving, MigrationSide.TARGET, this.mirror, this::repairAtRepeatableRead);
		assertThat(rows("human")).isNotEqualTo(rows("person"));
	}

	@ParameterizedTest
	@MethodSource("parts")
	void amidWritersThatChangeDeleteAndBringBackRowsBothSidesEndEqual(Part part, MigrationSide written) {
		this.fixture.execute("insert into person select n, 'v' || n from generate_series(1, 40) n where n % 3 <> 0",
				"insert into human select n, 'wrong' from generate_series(1, 60) n where n % 4 <> 0");
		AtomicBoolean done = new AtomicBoolean();
		List<CompletableFuture<Void>> writers = IntStream.range(0, 3)
			.mapToObj((i) -> OwnThread.run(() -> write(written.other(), done)))
			.toList();
		RowKey[] keys = IntStream.rangeClosed(1, 60).mapToObj(RowKey::of).toArray(RowKey[]::new);
		for (int i = 0; i < 100; i++) {
			part.settle(this, this.settlement, written, keys);
		}
		done.set(true);
		writers.forEach(CompletableFuture::join);
		part.settle(this, this.settlement, written, keys);
		assertThat(rows("human")).isEqualTo(rows("person"));
	}

	private void write(MigrationSide side, AtomicBoolean done) {
		for (int i = 0; !done.get(); i++) {
			int id = ThreadLocalRandom.current().nextInt(1, 61);
			String value = (i % 5 == 0) ? "wrong" : "w" + i;
			String statement = (i % 3 == 0) ? "delete from %1$s where id = :id and :value <> ''" : """
					insert into %1$s values (:id, :value)
					on conflict (id) do update set name = excluded.name""";
			this.fixture.retried(this.plan, () -> this.fixture.database().inTransaction(() -> {
				this.fixture.database()
					.sql(statement.formatted(table(side)))
					.param("id", id)
					.param("value", value)
					.update();
				return this.mirror.derive(this.plan, side.other(), List.of(RowKey.of(id)));
			}));
		}
	}

	/**
	 * The business has written and mirrored, but not committed, when the work begins; it
	 * commits when the work has ended or waits for it.
	 */
	private void run(Interleaving interleaving, MigrationSide written, KeyDerivation mirror, Runnable work) {
		interleaving.before.forEach((sql) -> this.fixture.execute(forSides(sql, written)));
		CountDownLatch mirrored = new CountDownLatch(1);
		CountDownLatch commit = new CountDownLatch(1);
		CompletableFuture<Integer> business = OwnThread.supply(() -> this.fixture.database().inTransaction(() -> {
			interleaving.during.forEach((sql) -> this.fixture.database().sql(forSides(sql, written)).update());
			int rows = mirror.derive(this.plan, written, List.of(KEY));
			mirrored.countDown();
			await(commit);
			return rows;
		}));
		await(mirrored);
		CompletableFuture<Void> settled = OwnThread.run(work);
		Awaitility.await().pollInterval(Duration.ofMillis(10)).until(() -> settled.isDone() || isWaiting());
		commit.countDown();
		business.join();
		settled.join();
	}

	private static String forSides(String sql, MigrationSide written) {
		return sql.replace("{origin}", table(written.other())).replace("{written}", table(written));
	}

	private static String table(MigrationSide side) {
		return (side == MigrationSide.SOURCE) ? "person" : "human";
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private boolean isWaiting() {
		return !this.fixture.strings("""
				select pid from pg_stat_activity
				where datname = current_database() and wait_event_type = 'Lock'""").isEmpty();
	}

	private void repairAtRepeatableRead() {
		this.fixture.repair(new JdbcVerificationStore(this.fixture.database(), this.withoutLocks,
				TransactionDefinition.ISOLATION_REPEATABLE_READ), this.plan, KEY);
	}

	private List<String> rows(String table) {
		return this.fixture.strings("select id || '=' || name from %s order by id".formatted(table));
	}

	static Stream<Arguments> parts() {
		return Arrays.stream(Part.values())
			.flatMap((part) -> Arrays.stream(MigrationSide.values()).map((written) -> Arguments.of(part, written)));
	}

	static Stream<Arguments> interleavings() {
		return with(Interleaving.values());
	}

	/**
	 * What brings a row back holds its other side, for which the delete must wait.
	 */
	static Stream<Arguments> interleavingsThatNeedLocks() {
		return with(Interleaving.CHANGED, Interleaving.CHANGED_TO_EQUAL, Interleaving.DELETED_BEFORE_MIRRORED);
	}

	private static Stream<Arguments> with(Interleaving... interleavings) {
		return parts().flatMap((part) -> Arrays.stream(interleavings)
			.map((interleaving) -> Arguments.of(part.get()[0], part.get()[1], interleaving)));
	}

	enum Part {

		REPAIRER {

			@Override
			void settle(RepairRaceTests test, KeySettlement settlement, MigrationSide written, RowKey... keys) {
				JdbcVerificationStore store = new JdbcVerificationStore(test.fixture.database(), settlement,
						TransactionDefinition.ISOLATION_READ_COMMITTED);
				long epoch = test.fixture.state(test.plan).epoch();
				test.fixture.retried(test.plan, () -> store.repair(test.plan, epoch, written, List.of(keys)));
			}

		},

		APPLIER {

			@Override
			void settle(RepairRaceTests test, KeySettlement settlement, MigrationSide written, RowKey... keys) {
				JdbcPendingKeys pending = new JdbcPendingKeys(test.fixture.database(), settlement);
				pending.appendApart(test.plan, written, List.of(keys));
				test.fixture.retried(test.plan, () -> pending.apply(test.plan, written));
			}

		};

		abstract void settle(RepairRaceTests test, KeySettlement settlement, MigrationSide written, RowKey... keys);

	}

	enum Interleaving {

		BROUGHT_BACK(List.of("insert into {written} values (5, 'old')"),
				List.of("insert into {origin} values (5, 'new')")),

		BROUGHT_BACK_EQUAL(List.of("insert into {written} values (5, 'old')"),
				List.of("insert into {origin} values (5, 'old')")),

		CHANGED(List.of("insert into {origin} values (5, 'v1')", "insert into {written} values (5, 'v0')"),
				List.of("update {origin} set name = 'v2'")),

		CHANGED_TO_EQUAL(List.of("insert into {origin} values (5, 'v1')", "insert into {written} values (5, 'v2')"),
				List.of("update {origin} set name = 'v2'")),

		DELETED_BEFORE_MIRRORED(List.of("insert into {origin} values (5, 'v1')"),
				List.of("delete from {origin} where id = 5"));

		private final List<String> before;

		private final List<String> during;

		Interleaving(List<String> before, List<String> during) {
			this.before = before;
			this.during = during;
		}

	}

}
