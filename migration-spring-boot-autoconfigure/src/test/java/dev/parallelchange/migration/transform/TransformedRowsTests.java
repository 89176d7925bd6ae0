package dev.parallelchange.migration.transform;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import javax.sql.DataSource;

import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.ReverseStatus;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.backfill.ChunkFailedException;
import dev.parallelchange.migration.backfill.CopyStep;
import dev.parallelchange.migration.jdbc.InterferingDataSource;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import dev.parallelchange.migration.jdbc.mirror.AcrossPendingKeys;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingKeys;
import dev.parallelchange.migration.jdbc.plan.PlanChecks;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.jdbc.sequence.JdbcReverseStore;
import dev.parallelchange.migration.jdbc.verify.JdbcVerificationStore;
import dev.parallelchange.migration.mirror.PendingKeys;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.test.DatabaseLatch;
import dev.parallelchange.migration.test.OwnThread;
import dev.parallelchange.migration.transform.TransformedTables.Place;
import dev.parallelchange.migration.verify.Comparison;
import dev.parallelchange.migration.verify.Difference;
import dev.parallelchange.migration.verify.KeyRange;
import dev.parallelchange.migration.verify.PassClaim;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import static dev.parallelchange.migration.MigrationSide.SOURCE;
import static dev.parallelchange.migration.MigrationSide.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Rows that go through a transformer, to a table beside the source or in another
 * database.
 */
@ParameterizedClass
@EnumSource(Place.class)
class TransformedRowsTests {

	private static final KeyRange ALL = new KeyRange(null, null);

	private static final String HUMANS = "select id, full_name, age from human order by id";

	private final FullNames names = new FullNames();

	private final TransformedTables tables;

	TransformedRowsTests(Place place) {
		this.tables = new TransformedTables(place)
			.source("create table person (id int primary key, first text, last text, age int)",
					"insert into person select n, 'f' || n, 'l' || n, n from generate_series(1, 5) n")
			.target("create table human (id int primary key, full_name text, age int)");
	}

	@AfterEach
	void close() {
		this.tables.close();
	}

	@Test
	void rowsAreCopiedWithWhatSqlMapsBesideIt() {
		this.tables.source("update person set first = E'tab\\t\\\\ 😀\\r\\n\\b', last = 'ß\"''' where id = 2",
				"update person set first = null, age = null where id = 3", "update person set age = -1 where id = 4");
		DerivedPlan plan = this.tables.plan(this.names,
				(builder) -> builder.map("age", "source.age * 2")
					.reverse("age", "target.age / 2")
					.filter("source.age is distinct from -1"));
		assertThat(copy(plan, this.tables.databases()).written()).isEqualTo(4);
		assertThat(this.tables.rows(TARGET, "select id, age from human order by id")).containsExactly("(1,2)", "(2,4)",
				"(3,)", "(5,10)");
		assertThat(this.tables.rows(TARGET, "select full_name from human order by id"))
			.isEqualTo(this.tables.rows(SOURCE, "select first || '/' || last from person where id <> 4 order by id"));
		assertThat(this.names.calls.get()).isGreaterThanOrEqualTo(4);
	}

	@Test
	void rowsThatAreThereAreNotOverwritten() {
		this.tables.target("insert into human values (2, 'applied', 0)");
		copy(this.tables.plan(this.names), this.tables.databases());
		assertThat(this.tables.rows(TARGET, HUMANS)).containsExactly("(1,f1/l1,1)", "(2,applied,0)", "(3,f3/l3,3)",
				"(4,f4/l4,4)", "(5,f5/l5,5)");
	}

	@Test
	void rowsAreCopiedWhereTheDriverIsHidden() {
		copy(this.tables.plan(this.names), this.tables.databases(Hiding::new));
		assertThat(this.tables.rows(TARGET, HUMANS)).containsExactly("(1,f1/l1,1)", "(2,f2/l2,2)", "(3,f3/l3,3)",
				"(4,f4/l4,4)", "(5,f5/l5,5)");
	}

	@Test
	void aKeyMayHaveSeveralColumns() {
		this.tables
			.source("alter table person drop constraint person_pkey",
					"alter table person add tenant text collate \"C\" default 'ä,\"'",
					"alter table person add primary key (tenant, id)")
			.target("alter table human drop constraint human_pkey", "alter table human add tenant text collate \"C\"",
					"alter table human add primary key (tenant, id)");
		DerivedPlan plan = this.tables.plan(this.names);
		copy(plan, this.tables.databases());
		this.tables.target("update human set full_name = 'a/b' where id = 2", "delete from human where id = 3");
		List<RowKey> found = inPass(plan, (claim) -> keys(claim.compare(ALL)));
		assertThat(found).extracting(RowKey::json).containsExactlyInAnyOrder("[\"ä,\\\"\", 2]", "[\"ä,\\\"\", 3]");
		assertThat(store().repair(plan, 3, TARGET, found)).hasValue(2);
		assertThat(this.tables.rows(TARGET, HUMANS)).hasSize(5).contains("(2,f2/l2,2)", "(3,f3/l3,3)");
	}

	@Test
	@Schedule("C22")
	void aRowThatCannotBeTransformedIsPutIntoQuarantineAndTheOthersAreCopied() {
		this.tables.source("update person set first = 'secret/name' where id = 3");
		DerivedPlan plan = this.tables.plan(this.names);
		JdbcBackfillStore store = begun(plan, this.tables.databases());
		for (int i = 0; i < 30 && !store.finish(plan); i++) {
			try {
				store.copyNext(plan);
			}
			catch (ChunkFailedException ex) {
				StatementFailure failure = StatementFailure.of(ex);
				assertThat(failure.kind()).isEqualTo(StatementFailure.Kind.DATA);
				assertThat(ex).hasStackTraceContaining("the transformer of plan 'p' failed")
					.extracting((thrown) -> stackTrace(thrown))
					.asString()
					.doesNotContain("secret");
				store.isolate(plan, ex.getChunk(), failure.error(), true);
			}
		}
		assertThat(this.tables.rows(SOURCE, "select key, error from migration_quarantine")).singleElement()
			.asString()
			.contains("[3]", "the transformer of plan 'p' failed with java.lang.IllegalStateException",
					"JoinedNames.java")
			.doesNotContain("secret");
		assertThat(this.tables.rows(TARGET, "select id from human order by id")).containsExactly("(1)", "(2)", "(4)",
				"(5)");
	}

	@Test
	void aTargetRowIsWrittenChangedAndDeletedAsItsSourceRowIs() {
		this.tables.target("insert into human values (2, 'old', 2), (3, 'f3/l3', 3), (9, 'gone', null)");
		DerivedPlan plan = this.tables.plan(this.names);
		assertThat(this.tables.derive(plan, TARGET, 1, 2, 3, 9)).isEqualTo(3);
		assertThat(this.tables.rows(TARGET, HUMANS)).containsExactly("(1,f1/l1,1)", "(2,f2/l2,2)", "(3,f3/l3,3)");
		assertThat(this.tables.derive(plan, TARGET, 1, 2, 3, 9)).as("what is equal is not written").isZero();
	}

	@Test
	void aSourceRowIsWrittenChangedAndDeletedAsItsTargetRowIs() {
		DerivedPlan plan = this.tables.plan(this.names);
		assertThat(plan.shape()).isEqualTo(PlanShape.MOVED_TABLE);
		copy(plan, this.tables.databases());
		this.tables.target("update human set full_name = 'Ada/L 😀' where id = 1", "delete from human where id = 2",
				"insert into human values (8, 'new/one', 8), (9, null, 9)");
		assertThat(this.tables.derive(plan, SOURCE, 1, 2, 3, 8, 9)).isEqualTo(4);
		assertThat(this.tables.rows(SOURCE, "select * from person where id not in (4, 5) order by id"))
			.containsExactly("(1,Ada,\"L 😀\",1)", "(3,f3,l3,3)", "(8,new,one,8)", "(9,,,9)");
		assertThat(this.tables.derive(plan, SOURCE, 1, 2, 3, 8, 9)).as("what is equal is not written").isZero();
	}

	@Test
	void aSourceRowThatIsEqualIsNotRewrittenThoughTheWayBackWouldNotYieldIt() {
		this.tables.source("update person set first = null, last = 'kept' where id = 1");
		DerivedPlan plan = this.tables.plan(this.names);
		copy(plan, this.tables.databases());
		assertThat(this.tables.derive(plan, SOURCE, 1)).isZero();
		assertThat(this.tables.rows(SOURCE, "select first, last from person where id = 1")).containsExactly("(,kept)");
	}

	@Test
	void missingOrphanAndDifferentRowsAreFoundAndRepaired() {
		DerivedPlan plan = this.tables.plan(this.names);
		copy(plan, this.tables.databases());
		this.tables.target("delete from human where id = 1", "update human set full_name = null where id = 2",
				"update human set age = 77 where id = 3", "insert into human values (9, 'x/y', 9)");
		List<RowKey> found = inPass(plan, (claim) -> {
			Comparison range = claim.compare(ALL);
			assertThat(range.compared()).isEqualTo(6);
			assertThat(found(claim.compare(keys(range)))).containsExactlyInAnyOrder("[1] MISSING", "[2] DIFFERENT",
					"[3] DIFFERENT", "[9] ORPHAN");
			return keys(range);
		});
		assertThat(store().repair(plan, 3, TARGET, found)).hasValue(4);
		assertThat(inPass(plan, (claim) -> keys(claim.compare(ALL)))).isEmpty();
		assertThat(this.tables.rows(TARGET, HUMANS)).hasSize(5).contains("(1,f1/l1,1)", "(2,f2/l2,2)", "(3,f3/l3,3)");
	}

	@Test
	void aPendingKeyWhoseRowCannotBeTransformedIsPutAsideUntilItIsCorrected() {
		DerivedPlan plan = this.tables.plan(this.names);
		copy(plan, this.tables.databases());
		this.tables.source("update person set first = 'secret/name' where id = 1",
				"update person set first = 'X' where id = 2",
				"insert into migration_pending (plan_id, side, key) values ('p', 'TARGET', '[1]'), ('p', 'TARGET', '[2]')");
		PlanDatabases databases = this.tables.databases();
		PendingKeys pending = new AcrossPendingKeys(databases, new JdbcPendingKeys(databases.main()));
		assertThatExceptionOfType(DataIntegrityViolationException.class).isThrownBy(() -> pending.apply(plan, TARGET));
		assertThat(pending.apply(plan, TARGET, RowKey.of(2)).applied()).isEqualTo(1);
		boolean aside = false;
		for (int i = 0; i < 5 && !aside; i++) {
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> pending.apply(plan, TARGET, RowKey.of(1)))
				.satisfies((ex) -> assertThat(stackTrace(ex)).doesNotContain("secret"));
			aside = pending.postpone(plan, TARGET, RowKey.of(1), "failed");
		}
		assertThat(pending.quarantined(plan, TARGET)).containsExactly(RowKey.of(1));
		assertThat(this.tables.rows(TARGET, HUMANS)).contains("(1,f1/l1,1)", "(2,X/l2,2)");
		this.tables.source("update person set first = 'Y' where id = 1");
		pending.release(plan, TARGET, RowKey.of(1));
		assertThat(pending.quarantined(plan, TARGET)).isEmpty();
		assertThat(this.tables.rows(TARGET, HUMANS)).contains("(1,Y/l1,1)");
	}

	@Test
	void rowsOfTheTargetThatTheSourceDoesNotExplainAreCounted() {
		this.tables.target("insert into human values (1, 'f1/l1', 1), (2, 'other', 2), (9, null, null)");
		DerivedPlan plan = this.tables.plan(this.names);
		Gate gate = new PlanChecks(this.tables.databases(), new PlanDeriver(this.tables.databases()))
			.gates(plan, MigrationPhase.EXPAND, MigrationPhase.DUAL_WRITE)
			.get(1);
		assertThat(gate.value()).isEqualTo("2");
	}

	@Test
	void aWayBackThatIsTheInverseIsProven() {
		DerivedPlan plan = this.tables.plan(this.names);
		copy(plan, this.tables.databases());
		this.tables.target("insert into human values (9, 'new/one', 9)");
		ReverseStatus status = new JdbcReverseStore(this.tables.databases()).current(plan, Duration.ZERO);
		assertThat(status.isProven()).as(() -> status.toString()).isTrue();
		assertThat(status.tried()).isEqualTo(6);
	}

	@Test
	void sqlMayRestoreWhatATransformerReads() {
		DerivedPlan plan = this.tables.plan(new JoinedNames(),
				(builder) -> builder.reverse("first", "split_part(target.full_name, '/', 1)")
					.reverse("last", "split_part(target.full_name, '/', 2)"));
		copy(plan, this.tables.databases());
		this.tables.target("update human set full_name = 'Ada/L' where id = 1");
		assertThat(this.tables.derive(plan, SOURCE, 1, 2)).isEqualTo(1);
		assertThat(this.tables.rows(SOURCE, "select first, last from person where id = 1")).containsExactly("(Ada,L)");
		assertThat(new JdbcReverseStore(this.tables.databases()).current(plan, Duration.ZERO).isProven()).isTrue();
		this.tables.target("update human set full_name = 'without a slash' where id = 1");
		assertThat(new JdbcReverseStore(this.tables.databases()).current(plan, Duration.ZERO).failed()).isEqualTo(1);
	}

	@Test
	void whatIsRestoredBecomesNullWhereTheTargetRowOfASplitIsDeleted() {
		this.tables.source("alter table person add phone text default '1'");
		DerivedPlan plan = this.tables.plan(this.names,
				(builder) -> builder.filter("source.first is not null").reverse("age", "coalesce(target.age, 0)"));
		assertThat(plan.shape()).isEqualTo(PlanShape.SPLIT);
		copy(plan, this.tables.databases());
		this.tables.target("delete from human where id = 1");
		assertThat(this.tables.derive(plan, SOURCE, 1, 2)).isEqualTo(1);
		assertThat(this.tables.rows(SOURCE, "select * from person where id < 3 order by id"))
			.containsExactly("(1,,,0,1)", "(2,f2,l2,2,1)");
		assertThat(new JdbcReverseStore(this.tables.databases()).current(plan, Duration.ZERO).isProven()).isTrue();
	}

	@Test
	void rowsThatWouldNotComeBackAreFound() {
		DerivedPlan plan = this.tables.plan(this.names);
		copy(plan, this.tables.databases());
		this.tables.target("insert into human values (9, 'without a slash', 9)");
		ReverseStatus status = new JdbcReverseStore(this.tables.databases()).current(plan, Duration.ZERO);
		assertThat(status.failed()).isEqualTo(1);
		assertThat(status.samples()).singleElement().asString().contains("9");
	}

	@Test
	void aRowThatIsWrittenAndAppliedWhileItIsComparedIsNoDivergence() {
		DerivedPlan plan = this.tables.plan(this.names);
		copy(plan, this.tables.databases());
		this.tables.source("update person set first = 'X' where id = 1",
				"insert into migration_pending (plan_id, side, key) values ('p', 'TARGET', '[1]')");
		assertThat(inPass(plan,
				(claim) -> claim.compare(List.of(RowKey.of(1)))
					.differences()
					.stream()
					.filter((difference) -> !difference.pending())
					.map(Difference::key)
					.toList()))
			.isEmpty();
	}

	/**
	 * The target is stopped at its first row: were the rows of a chunk collected, all
	 * would have been transformed by then.
	 */
	@Test
	void rowsOfAChunkAreNotKeptInMemory() {
		this.tables.source("delete from person",
				"insert into person select n, repeat('x', 50000), 'y', n from generate_series(1, 2000) n");
		DerivedPlan plan = this.tables.plan(this.names, (builder) -> builder.backfill(new BackfillSettings(2000, 2000,
				Duration.ofSeconds(1), 1, 0, Duration.ofSeconds(5), 3, Duration.ofMillis(20), 100)));
		DatabaseLatch.stop(this.tables.on(TARGET), "human", "new.id = 1");
		JdbcBackfillStore store = begun(plan, this.tables.databases());
		int before = this.names.calls.get();
		try (DatabaseLatch latch = new DatabaseLatch(this.tables.on(TARGET))) {
			CompletableFuture<CopyStep> copy = OwnThread.supply(() -> store.copyNext(plan));
			latch.awaitArrival(1);
			assertThat(this.names.calls.get() - before).isLessThan(2000);
			latch.open();
			assertThat(copy.join().written()).isEqualTo(2000);
		}
		assertThat(this.tables.rows(TARGET, "select count(*), min(length(full_name)) from human"))
			.containsExactly("(2000,50002)");
	}

	@Test
	void aChunkWhoseTargetIsCommittedAndWhoseProgressIsLostIsCopiedOnce() {
		DerivedPlan plan = this.tables.plan(this.names);
		begun(plan, this.tables.databases());
		JdbcBackfillStore dying = new JdbcBackfillStore(this.tables
			.databases((dataSource) -> InterferingDataSource.beforeStatement(this.tables.on(SOURCE), (sql) -> {
				if (sql.contains("set done = true")) {
					throw new IllegalStateException("died");
				}
			})));
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> dying.copyNext(plan));
		assertThat(this.tables.rows(TARGET, HUMANS)).hasSize(5);
		this.tables.source("update person set first = 'changed' where id = 1");
		assertThat(new JdbcBackfillStore(this.tables.databases()).copyNext(plan).kind())
			.isEqualTo(CopyStep.Kind.COPIED);
		assertThat(this.tables.rows(TARGET, HUMANS)).as("the copier never overwrites")
			.hasSize(5)
			.contains("(1,f1/l1,1)");
	}

	private static String stackTrace(Throwable thrown) {
		java.io.StringWriter text = new java.io.StringWriter();
		thrown.printStackTrace(new java.io.PrintWriter(text));
		return text.toString();
	}

	private static List<RowKey> keys(Comparison comparison) {
		return comparison.differences().stream().map(Difference::key).toList();
	}

	private static List<String> found(Comparison comparison) {
		return comparison.differences().stream().map((found) -> found.key() + " " + found.kind()).toList();
	}

	private JdbcVerificationStore store() {
		return new JdbcVerificationStore(this.tables.databases());
	}

	private List<RowKey> inPass(DerivedPlan plan, Function<PassClaim, List<RowKey>> work) {
		JdbcVerificationStore store = store();
		store.begin(plan, store.overview(plan), true);
		return new ArrayList<>(store.claim(plan, 3, work).orElseThrow());
	}

	private static CopyStep copy(DerivedPlan plan, PlanDatabases databases) {
		CopyStep step = begun(plan, databases).copyNext(plan);
		assertThat(step.kind()).isEqualTo(CopyStep.Kind.COPIED);
		return step;
	}

	private static JdbcBackfillStore begun(DerivedPlan plan, PlanDatabases databases) {
		JdbcBackfillStore store = new JdbcBackfillStore(databases);
		store.begin(plan);
		assertThat(store.walk(plan, plan.plan().backfill().batchSize()).kind()).isEqualTo(CopyStep.Kind.WALKED);
		return store;
	}

	/**
	 * Connections that do not show the driver.
	 */
	private static final class Hiding extends DelegatingDataSource {

		Hiding(DataSource dataSource) {
			super(dataSource);
		}

		@Override
		public Connection getConnection() throws SQLException {
			Connection connection = super.getConnection();
			return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
					(proxy, method, arguments) -> method.getName().equals("isWrapperFor") ? (Object) false
							: method.invoke(connection, arguments));
		}

	}

}
