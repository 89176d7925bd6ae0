package dev.parallelchange.migration.mirror;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.jdbc.mirror.JdbcMirroredRows;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingKeys;
import dev.parallelchange.migration.jdbc.trigger.JdbcTriggers;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.DatabaseLatch;
import dev.parallelchange.migration.test.OwnThread;
import dev.parallelchange.migration.test.Steering;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Writers of one row at the same time, and writers whom the mirror must not fail.
 */
class MirrorScheduleTests {

	private static final String OWNERS = """
			create table owners (id bigint primary key, name text not null, visits integer not null default 0)""";

	private static final String CONTACT = "create table contact (id bigint primary key, visits integer not null)";

	private final MirroredTables tables = new MirroredTables(
			MigrationPlan.of("owner-contact").source("owners").target("contact").build(), OWNERS, CONTACT);

	private final Deque<Contact> inMemory = new ArrayDeque<>();

	@AfterEach
	void close() {
		this.tables.close();
	}

	@Test
	@Schedule("C60")
	void writersOfBothSidesOfARowAtTheSameMomentLoseNothing() {
		new JdbcTriggers(this.tables.database()).install(this.tables.plan());
		List<CompletableFuture<Void>> writers = writeBothSidesOfTheRow();
		List<Throwable> failures = writers.stream().flatMap(MirrorScheduleTests::failure).toList();
		assertThat(failures).singleElement().isInstanceOf(ConcurrencyFailureException.class);
		assertThat(visits()).as("nothing is half done").containsExactly("(1)", "(1)");
		this.tables.execute("update owners set visits = visits + 1", "update contact set visits = visits + 1");
		assertThat(visits()).containsExactly("(3)", "(3)");
		assertThat(this.tables.pending()).isEmpty();
	}

	@Test
	@ScheduleProof("C60")
	void mirrorThatSwallowsADeadlockLosesAnAcknowledgedWrite() {
		Steering steering = new Steering(this.tables.testDatabase())
			.replace("sqlstate like '40%' or sqlstate like '57%' or sqlstate = '55P03'", "false");
		new JdbcTriggers(steering.database()).install(this.tables.plan());
		writeBothSidesOfTheRow().forEach(CompletableFuture::join);
		assertThat(visits()).containsExactly("(1)", "(1)");
	}

	@Test
	@Schedule("C06")
	void changesOfDifferentColumnsByTwoTransactionsBothArrive() {
		changeDifferentColumns(new JdbcMirroredRows(this.tables.database()));
		assertThat(this.tables.rows("select * from contact")).containsExactly("(1,7)");
		assertThat(this.tables.rows("select name, visits from owners")).containsExactly("(eve,7)");
	}

	@Test
	@ScheduleProof("C06")
	void mirrorOfWhatTheApplicationHoldsInMemoryUndoesTheOthersChange() {
		changeDifferentColumns(new MemoryMirror(new JdbcMirroredRows(this.tables.database())));
		assertThat(this.tables.rows("select * from contact")).containsExactly("(1,0)");
		assertThat(this.tables.rows("select name, visits from owners")).containsExactly("(eve,7)");
	}

	@Test
	@ScheduleProof("C64")
	void foreignKeyThatTheGateWouldHaveNamedFailsTheBusiness() {
		this.tables.execute("alter table contact add foreign key (id) references owners");
		this.tables.withTriggers().execute("insert into owners values (1, 'ann')");
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.tables.execute("delete from owners"));
	}

	private List<CompletableFuture<Void>> writeBothSidesOfTheRow() {
		this.tables.phase(MigrationPhase.DUAL_READ);
		this.tables.execute("insert into owners values (1, 'ann')", """
				create function stop_writer() returns trigger language plpgsql as
				$$ begin if pg_trigger_depth() = 1 then perform %s; end if; return null; end $$"""
			.formatted(DatabaseLatch.WAIT));
		for (String table : List.of("owners", "contact")) {
			this.tables
				.execute("create trigger a_stop after update on %s for each statement execute function stop_writer()"
					.formatted(table));
		}
		try (DatabaseLatch latch = new DatabaseLatch(this.tables.testDatabase())) {
			List<CompletableFuture<Void>> writers = Stream.of("owners", "contact")
				.map((table) -> OwnThread
					.run(() -> this.tables.execute("update %s set visits = visits + 1".formatted(table))))
				.toList();
			latch.awaitArrival(2);
			latch.open();
			writers.forEach((writer) -> writer.exceptionally((ex) -> null).join());
			return writers;
		}
	}

	private List<String> visits() {
		return this.tables.rows("select visits from owners union all select visits from contact");
	}

	private static Stream<Throwable> failure(CompletableFuture<Void> writer) {
		try {
			writer.join();
			return Stream.empty();
		}
		catch (CompletionException ex) {
			return Stream.of(ex.getCause());
		}
	}

	/**
	 * The first transaction has read the row before the second one changes it.
	 */
	private void changeDifferentColumns(MirroredRows rows) {
		this.tables.execute("insert into owners values (1, 'ann', 0)", "insert into contact values (1, 0)");
		TransactionMirror mirror = new TransactionMirror(rows, new JdbcPendingKeys(this.tables.database()), List.of(),
				new MigrationListener() {
				}, new MirrorCounts(), (plan, leading, epoch) -> {
				});
		change(mirror, "update owners set name = 'eve'",
				() -> change(mirror, "update owners set visits = 7", () -> this.inMemory.peek().visits = 7));
	}

	private void change(TransactionMirror mirror, String sql, Runnable meanwhile) {
		JdbcClient client = this.tables.testDatabase().jdbcClient();
		TransactionTemplate transaction = new TransactionTemplate(
				new JdbcTransactionManager(this.tables.testDatabase().dataSource()));
		transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		transaction.executeWithoutResult((status) -> {
			this.inMemory.push(new Contact(client.sql("select visits from owners").query(Integer.class).single()));
			meanwhile.run();
			client.sql(sql).update();
			mirror.record(this.tables.plan(), 0, MigrationSide.SOURCE, false, List.of(RowKey.of(1)));
		});
		this.inMemory.pop();
	}

	/**
	 * What a transaction has read, and changed in memory.
	 */
	private static final class Contact {

		private int visits;

		Contact(int visits) {
			this.visits = visits;
		}

	}

	/**
	 * Writes what the transaction holds in memory.
	 */
	private final class MemoryMirror implements MirroredRows {

		private final MirroredRows rows;

		MemoryMirror(MirroredRows rows) {
			this.rows = rows;
		}

		@Override
		public boolean isBoundToTransaction(DerivedPlan plan, MigrationSide written) {
			return this.rows.isBoundToTransaction(plan, written);
		}

		@Override
		public boolean hasOpenWrites(DerivedPlan plan, MigrationSide written) {
			return this.rows.hasOpenWrites(plan, written);
		}

		@Override
		public void preventCommit(DerivedPlan plan, MigrationSide written) {
			this.rows.preventCommit(plan, written);
		}

		@Override
		public void deriveOrNothing(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
			MirrorScheduleTests.this.tables.testDatabase()
				.jdbcClient()
				.sql("update contact set visits = ?")
				.param(MirrorScheduleTests.this.inMemory.peek().visits)
				.update();
		}

	}

}
