package dev.parallelchange.migration.transform;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.backfill.ChunkFailedException;
import dev.parallelchange.migration.backfill.CopyStep;
import dev.parallelchange.migration.jdbc.HidingDataSource;
import dev.parallelchange.migration.jdbc.InterferingDataSource;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.test.DatabaseLatch;
import dev.parallelchange.migration.test.OwnThread;
import dev.parallelchange.migration.transform.TransformedTables.Place;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.parallelchange.migration.MigrationSide.SOURCE;
import static dev.parallelchange.migration.MigrationSide.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Rows that are copied through a transformer, to a table beside the source or to another
 * database.
 */
@ParameterizedClass
@EnumSource(Place.class)
class TransformedCopyTests {

	private static final String HUMANS = "select id, full_name, age from human order by id";

	private final FullNames names = new FullNames();

	private final TransformedTables tables;

	TransformedCopyTests(Place place) {
		this.tables = TransformedTables.withFivePeople(place);
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
		assertThat(this.tables.copy(plan).written()).isEqualTo(4);
		assertThat(this.tables.rows(TARGET, "select id, age from human order by id")).containsExactly("(1,2)", "(2,4)",
				"(3,)", "(5,10)");
		assertThat(this.tables.rows(TARGET, "select full_name from human order by id"))
			.isEqualTo(this.tables.rows(SOURCE, "select first || '/' || last from person where id <> 4 order by id"));
		assertThat(this.names.calls.get()).isGreaterThanOrEqualTo(4);
	}

	@Test
	void rowsThatAreThereAreNotOverwritten() {
		this.tables.target("insert into human values (2, 'applied', 0)");
		this.tables.copy(this.tables.plan(this.names));
		assertThat(this.tables.rows(TARGET, HUMANS)).containsExactly("(1,f1/l1,1)", "(2,applied,0)", "(3,f3/l3,3)",
				"(4,f4/l4,4)", "(5,f5/l5,5)");
	}

	@Test
	void rowsAreCopiedWhereTheDriverIsHidden() {
		this.tables.copy(this.tables.plan(this.names), this.tables.databases(HidingDataSource::new));
		assertThat(this.tables.rows(TARGET, HUMANS)).containsExactly("(1,f1/l1,1)", "(2,f2/l2,2)", "(3,f3/l3,3)",
				"(4,f4/l4,4)", "(5,f5/l5,5)");
	}

	@Test
	@Schedule("C22")
	void aRowThatCannotBeTransformedIsPutIntoQuarantineAndTheOthersAreCopied() {
		this.tables.source("update person set first = 'secret/name' where id = 3");
		DerivedPlan plan = this.tables.plan(this.names);
		JdbcBackfillStore store = this.tables.begun(plan);
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
	void rowsOfAChunkAreNotKeptInMemory() {
		this.tables.source("delete from person",
				"insert into person select n, repeat('x', 50000), 'y', n from generate_series(1, 2000) n");
		DerivedPlan plan = this.tables.plan(this.names, (builder) -> builder.backfill(new BackfillSettings(2000, 2000,
				Duration.ofSeconds(1), 1, 0, Duration.ofSeconds(5), 3, Duration.ofMillis(20), 100)));
		DatabaseLatch.stop(this.tables.on(TARGET), "human", "new.id = 1");
		JdbcBackfillStore store = this.tables.begun(plan);
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
		this.tables.begun(plan);
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

}
