package dev.parallelchange.migration.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.verify.VerificationFixture;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Schedule C44: a business transaction changes a row while it is being repaired.
 */
class RepairRaceTests {

	private static final String MIRROR = """
			insert into human values (5, '%s') on conflict (id) do update set name = excluded.name
			where human.name is distinct from excluded.name""";

	private final VerificationFixture fixture = new VerificationFixture();

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
	@EnumSource
	@Schedule("C44")
	void whatTheBusinessDoesDuringRepairStands(Interleaving interleaving) throws SQLException {
		run(interleaving, this.fixture.store());
		assertThat(rows("human")).isEqualTo(rows("person"));
	}

	@ParameterizedTest
	@EnumSource(names = { "CHANGED", "CHANGED_TO_EQUAL", "DELETED_BEFORE_MIRRORED" })
	@ScheduleProof("C44")
	void withoutLocksRepairAtReadCommittedUndoesWhatTheBusinessDoes(Interleaving interleaving) throws SQLException {
		run(interleaving, store(TransactionDefinition.ISOLATION_READ_COMMITTED));
		assertThat(rows("human")).isNotEqualTo(rows("person"));
	}

	@ParameterizedTest
	@EnumSource(names = { "BROUGHT_BACK", "CHANGED" })
	void repeatableReadAloneWouldProtectRowsThatAreWritten(Interleaving interleaving) throws SQLException {
		run(interleaving, store(TransactionDefinition.ISOLATION_REPEATABLE_READ));
		assertThat(rows("human")).isEqualTo(rows("person"));
	}

	@ParameterizedTest
	@EnumSource(names = { "BROUGHT_BACK_EQUAL", "CHANGED_TO_EQUAL", "DELETED_BEFORE_MIRRORED" })
	void repeatableReadAloneWouldNotProtectRowsThatNeedNoWrite(Interleaving interleaving) throws SQLException {
		run(interleaving, store(TransactionDefinition.ISOLATION_REPEATABLE_READ));
		assertThat(rows("human")).isNotEqualTo(rows("person"));
	}

	@Test
	void repairAmidWritersThatChangeDeleteAndBringBackRowsLeavesBothSidesEqual() {
		this.fixture.execute("insert into person select n, 'v' || n from generate_series(1, 40) n where n % 3 <> 0",
				"insert into human select n, 'wrong' from generate_series(1, 60) n where n % 4 <> 0");
		AtomicBoolean done = new AtomicBoolean();
		List<CompletableFuture<Void>> writers = IntStream.range(0, 3)
			.mapToObj((i) -> OwnThread.run(() -> write(done)))
			.toList();
		RowKey[] keys = IntStream.rangeClosed(1, 60).mapToObj(RowKey::of).toArray(RowKey[]::new);
		for (int i = 0; i < 100; i++) {
			this.fixture.repair(this.fixture.store(), this.plan, keys);
		}
		done.set(true);
		writers.forEach(CompletableFuture::join);
		assertThat(rows("human")).isEqualTo(rows("person"));
	}

	private void write(AtomicBoolean done) {
		KeyDerivation mirror = new KeyDerivation(this.fixture.database());
		for (int i = 0; !done.get(); i++) {
			int id = ThreadLocalRandom.current().nextInt(1, 61);
			String value = (i % 5 == 0) ? "wrong" : "w" + i;
			boolean delete = i % 3 == 0;
			this.fixture.database().inTransaction(() -> {
				String statement = delete ? "delete from person where id = :id and :value <> ''"
						: "insert into person values (:id, :value) on conflict (id) do update set name = excluded.name";
				this.fixture.database().sql(statement).param("id", id).param("value", value).update();
				return mirror.derive(this.plan, MigrationSide.TARGET, List.of(RowKey.of(id)));
			});
		}
	}

	private void run(Interleaving interleaving, JdbcVerificationStore store) throws SQLException {
		interleaving.before.forEach(this.fixture::execute);
		try (Connection business = this.fixture.testDatabase().dataSource().getConnection()) {
			business.setAutoCommit(false);
			try (Statement statement = business.createStatement()) {
				for (String sql : interleaving.during) {
					statement.execute(sql);
				}
			}
			CompletableFuture<Integer> repair = OwnThread
				.supply(() -> this.fixture.repair(store, this.plan, RowKey.of(5)));
			Awaitility.await().pollInterval(Duration.ofMillis(10)).until(() -> repair.isDone() || isWaiting());
			business.commit();
			repair.join();
		}
	}

	private boolean isWaiting() {
		return !this.fixture.strings("""
				select pid from pg_stat_activity
				where datname = current_database() and wait_event_type = 'Lock'""").isEmpty();
	}

	private JdbcVerificationStore store(int isolation) {
		return new JdbcVerificationStore(this.fixture.database(), isolation, false);
	}

	private List<String> rows(String table) {
		return new ArrayList<>(this.fixture.strings("select id || '=' || name from %s order by id".formatted(table)));
	}

	enum Interleaving {

		BROUGHT_BACK(List.of("insert into human values (5, 'old')"),
				List.of("insert into person values (5, 'new')", MIRROR.formatted("new"))),

		BROUGHT_BACK_EQUAL(List.of("insert into human values (5, 'old')"),
				List.of("insert into person values (5, 'old')", MIRROR.formatted("old"))),

		CHANGED(List.of("insert into person values (5, 'v1')", "insert into human values (5, 'v0')"),
				List.of("update person set name = 'v2'", MIRROR.formatted("v2"))),

		CHANGED_TO_EQUAL(List.of("insert into person values (5, 'v1')", "insert into human values (5, 'v2')"),
				List.of("update person set name = 'v2'", MIRROR.formatted("v2"))),

		DELETED_BEFORE_MIRRORED(List.of("insert into person values (5, 'v1')"),
				List.of("delete from person where id = 5", "delete from human where id = 5"));

		private final List<String> before;

		private final List<String> during;

		Interleaving(List<String> before, List<String> during) {
			this.before = before;
			this.during = during;
		}

	}

}
