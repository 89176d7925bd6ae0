package dev.parallelchange.migration.jdbc.trigger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.jdbc.mirror.KeyDerivation;
import dev.parallelchange.migration.jdbc.mirror.KeySettlement;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows are derived by transactions that hold no lock on the other side.
 */
class LockFreeWriterTests {

	private static final String WAITING = """
			select count(*) from pg_stat_activity
			where datname = current_database() and wait_event_type = 'Lock'""";

	private static final String HELD = """
			select count(*) from pg_stat_activity
			where datname = current_database() and wait_event = 'PgSleep'""";

	private final MirroredTables tables = new MirroredTables(
			MigrationPlan.of("people").source("person").target("human").build(),
			"create table person (id int primary key, name text)", "create table human (id int primary key, name text)",
			"create table latch (open boolean)");

	@AfterEach
	void close() {
		this.tables.close();
	}

	/**
	 * A key is recorded although its update has found nothing, as one with a version
	 * does.
	 */
	@Test
	void mirrorOfAWriterThatFoundNothingDoesNotOverwriteWhatAnotherOneWrites() throws Exception {
		deriveBesideAnotherWriter(true);
		assertThat(rows("human")).containsExactly("(1,new)");
	}

	@Test
	void withoutLockOnItsOriginTheMirrorOverwritesWhatAnotherOneWrites() throws Exception {
		deriveBesideAnotherWriter(false);
		assertThat(rows("human")).containsExactly("(1,old)");
	}

	/**
	 * Its key is recorded although there was no row, which appears, and is changed, while
	 * the mirror is at work.
	 */
	@Test
	void mirrorOfAWriterThatFoundNothingLeavesARowAloneThatAppears() throws Exception {
		deriveWhileARowAppears(true);
		assertThat(rows("human")).containsExactly("(1,new)");
	}

	@Test
	void withoutItsOriginLockedTheMirrorOverwritesARowThatAppears() throws Exception {
		deriveWhileARowAppears(false);
		assertThat(rows("human")).containsExactly("(1,old)");
	}

	/**
	 * The trigger of the target would turn the removal of the orphan against the row that
	 * the source has got meanwhile.
	 */
	@Test
	@Schedule("C44")
	void removalOfAnOrphanDoesNotRemoveARowThatIsBroughtBackMeanwhile() {
		this.tables.execute("insert into human values (1, 'orphan')", """
				create function hold() returns trigger language plpgsql as $$ begin
					while not exists (select from latch) loop perform pg_sleep(0.01); end loop;
					return old;
				end $$""", "create trigger hold before delete on human for each row execute function hold()");
		this.tables.withTriggers();
		this.tables.phase(MigrationPhase.BACKFILL);
		this.tables.deferred(true);
		CompletableFuture<Void> repair = OwnThread.run(() -> this.tables.database()
			.inTransaction(() -> new KeySettlement(this.tables.database()).settle(this.tables.plan(),
					MigrationSide.TARGET, List.of(RowKey.of(1)))));
		Awaitility.await().until(() -> count(HELD) > 0);
		this.tables.execute("insert into person values (1, 'back')", "insert into latch values (true)");
		repair.join();
		assertThat(rows("person")).containsExactly("(1,back)");
		assertThat(this.tables.pending()).containsExactly("(TARGET,[1])");
	}

	private void deriveBesideAnotherWriter(boolean locks) throws SQLException {
		this.tables.execute("insert into person values (1, 'old')", "insert into human values (1, 'old')");
		try (Connection other = this.tables.testDatabase().dataSource().getConnection()) {
			other.setAutoCommit(false);
			other.createStatement().execute("update person set name = 'new'");
			other.createStatement().execute("update human set name = 'new'");
			CompletableFuture<Void> mirror = OwnThread.run(() -> this.tables.database()
				.inTransaction(() -> new KeyDerivation(this.tables.database(), locks).derive(this.tables.plan(),
						MigrationSide.TARGET, List.of(RowKey.of(1)))));
			Awaitility.await().until(() -> count(WAITING) > 0);
			other.commit();
			mirror.join();
		}
	}

	private void deriveWhileARowAppears(boolean locks) throws SQLException {
		this.tables.execute("""
				create function hold() returns trigger language plpgsql as $$ begin
					while not exists (select from latch) loop perform pg_sleep(0.01); end loop;
					return null;
				end $$""", "create trigger hold before delete on human for each statement execute function hold()");
		CompletableFuture<Void> mirror = OwnThread.run(() -> this.tables.database()
			.inTransaction(() -> new KeyDerivation(this.tables.database(), locks).derive(this.tables.plan(),
					MigrationSide.TARGET, List.of(RowKey.of(1)))));
		Awaitility.await().until(() -> count(HELD) > 0);
		this.tables.execute("insert into person values (1, 'old')", "insert into human values (1, 'old')");
		try (Connection other = this.tables.testDatabase().dataSource().getConnection()) {
			other.setAutoCommit(false);
			other.createStatement().execute("update person set name = 'new'");
			other.createStatement().execute("update human set name = 'new'");
			this.tables.execute("insert into latch values (true)");
			Awaitility.await().until(() -> mirror.isDone() || count(WAITING) > 0);
			other.commit();
			mirror.join();
		}
	}

	private List<String> rows(String table) {
		return this.tables.rows("select * from " + table);
	}

	private long count(String query) {
		return this.tables.testDatabase().jdbcClient().sql(query).query(Long.class).single();
	}

}
