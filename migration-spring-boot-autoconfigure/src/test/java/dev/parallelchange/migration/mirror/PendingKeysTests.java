package dev.parallelchange.migration.mirror;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.jdbc.RefusedRows;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingKeys;
import dev.parallelchange.migration.jdbc.mirror.KeySettlement;
import dev.parallelchange.migration.test.OwnThread;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PendingApplier} on {@link JdbcPendingKeys}.
 */
class PendingKeysTests {

	private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

	private MirroredTables tables;

	private JdbcPendingKeys pending;

	private PendingApplier applier;

	@BeforeEach
	void create() {
		this.tables = new MirroredTables(
				MigrationPlan.of("users")
					.source("old_users")
					.target("users")
					.map("age", "source.age::integer")
					.reverse("age", "target.age::text")
					.build(),
				"create table old_users (id bigint primary key, name text, age text)",
				"create table users (id bigint primary key, name text unique, age integer)");
		this.pending = new JdbcPendingKeys(this.tables.database());
		MigrationListener listener = new MigrationListener() {

			@Override
			public void onEvent(MigrationEvent event) {
				PendingKeysTests.this.events.add(event);
			}

		};
		this.applier = new PendingApplier(this.pending, listener, new MirrorBreakers(listener));
	}

	@AfterEach
	void close() {
		this.tables.close();
	}

	private void append(MigrationSide side, Object... ids) {
		List<RowKey> keys = java.util.Arrays.stream(ids).map(RowKey::of).toList();
		this.pending.appendApart(this.tables.plan(), side, keys);
	}

	private void apply() {
		this.applier.apply(this.tables.plan(), MigrationSide.SOURCE);
	}

	@Test
	void pendingKeysAreApplied() {
		this.tables.execute("insert into old_users select i, 'u' || i, i from generate_series(1, 1200) i",
				"insert into users values (2000, 'orphan', 1)");
		append(MigrationSide.TARGET, java.util.stream.LongStream.rangeClosed(1, 1200).boxed().toArray());
		append(MigrationSide.TARGET, 7, 2000);
		apply();
		assertThat(this.tables.unequal()).isEmpty();
		assertThat(this.tables.pending()).isEmpty();
	}

	@Test
	void sourceIsDerivedWhenItIsPending() {
		this.tables.execute("insert into users values (1, 'ann', 1)", "insert into old_users values (2, 'bob', '2')");
		append(MigrationSide.SOURCE, 1, 2);
		apply();
		assertThat(this.tables.rows("select * from old_users")).containsExactly("(1,ann,1)");
		assertThat(this.tables.pending()).isEmpty();
	}

	@Test
	void failingKeyDoesNotHoldUpTheOthersAndIsPutAsideInTheEnd() {
		this.tables.execute("insert into old_users values (1, 'ann', '1'), (2, 'bob', 'unknown'), (3, 'cid', '3')");
		append(MigrationSide.TARGET, 1, 2, 3);
		apply();
		assertThat(this.tables.rows("select id from users order by id")).containsExactly("(1)", "(3)");
		assertThat(this.tables.rows("select key, attempts, next_attempt_at > now() from migration_pending"))
			.containsExactly("([2],1,t)");
		assertThat(this.pending.refused(this.tables.plan())).singleElement().satisfies((row) -> {
			assertThat(row.key()).isEqualTo("[2]");
			assertThat(row.side()).isEqualTo(MigrationSide.TARGET);
			assertThat(row.error()).contains("invalid input syntax for type integer");
			assertThat(this.tables.rows(row.statement())).containsExactly("(2,bob,unknown)");
		});
		apply();
		assertThat(this.tables.rows("select attempts from migration_pending")).as("not due").containsExactly("(1)");
		for (int attempt = 0; attempt < 4; attempt++) {
			this.tables.execute("update migration_pending set next_attempt_at = now()");
			apply();
		}
		assertThat(this.tables.pending()).isEmpty();
		assertThat(this.tables.rows("select side, key from migration_quarantine")).containsExactly("(TARGET,[2])");
		assertThat(this.events).singleElement().isInstanceOf(MigrationEvent.RowsQuarantined.class);
	}

	@Test
	void aRefusedRowIsShownByItsKeyWhateverItIsMadeOf() {
		try (MirroredTables strange = new MirroredTables(
				MigrationPlan.of("strange").source("\"My Tags\"").target("tags").build(),
				"create table \"My Tags\" (\"the Day\" date, word text, n bigint, primary key (\"the Day\", word, n))",
				"insert into \"My Tags\" values ('2026-02-28', 'it''s \\', 9007199254740993), ('2026-02-28', 'it', 1)",
				"create table tags (\"the Day\" date, word text, n bigint, primary key (\"the Day\", word, n))")) {
			strange.execute("insert into migration_quarantine (plan_id, side, key, error) values ('strange', 'TARGET', "
					+ "jsonb_build_array('2026-02-28', 'it''s \\', 9007199254740993), 'e')");
			assertThat(RefusedRows.quarantined(strange.database(), strange.plan())).singleElement()
				.satisfies((row) -> assertThat(strange.rows(row.statement())).hasSize(1)
					.first()
					.asString()
					.contains("9007199254740993"));
		}
	}

	@Test
	void rowLeavesTheQuarantineOnceItCanBeWritten() {
		this.tables.execute("insert into old_users values (1, 'ann', 'unknown'), (2, 'bob', 'x')",
				"insert into migration_quarantine (plan_id, side, key, error) values ('users', 'TARGET', '[1]', 'e'), "
						+ "('users', 'TARGET', '[2]', 'e')");
		this.applier.releaseQuarantined(this.tables.plan());
		assertThat(this.tables.rows("select key from migration_quarantine")).hasSize(2);
		this.tables.execute("update old_users set age = '1' where id = 1", "delete from old_users where id = 2");
		this.applier.releaseQuarantined(this.tables.plan());
		assertThat(this.tables.rows("select key from migration_quarantine")).isEmpty();
		assertThat(this.tables.rows("select * from users")).containsExactly("(1,ann,1)");
	}

	@Test
	void keyThatIsBeingWrittenNeitherWaitsNorIsForgotten() throws Exception {
		this.tables.withTriggers()
			.execute("insert into old_users values (1, 'ann', '1'), (2, 'bob', '2')", "delete from migration_pending");
		append(MigrationSide.TARGET, 1, 2);
		try (Connection writer = connection()) {
			writer.createStatement().execute("update old_users set name = 'eve' where id = 1");
			writer.createStatement().execute("delete from old_users where id = 2");
			OwnThread.run(this::apply).get(20, TimeUnit.SECONDS);
			writer.createStatement().execute("update old_users set age = '11' where id = 1");
			writer.commit();
		}
		this.tables.execute("update migration_pending set next_attempt_at = now()");
		apply();
		assertThat(this.tables.rows("select * from users")).containsExactly("(1,eve,11)");
		assertThat(this.tables.pending()).isEmpty();
	}

	@Test
	void entryAppendedAfterTheSnapshotStays() {
		this.tables.execute("insert into old_users values (1, 'ann', '1')");
		append(MigrationSide.TARGET, 1);
		this.tables.database().inTransaction(TransactionDefinition.ISOLATION_REPEATABLE_READ, () -> {
			assertThat(this.tables.database().sql("select count(*) from migration_pending").query(Long.class).single())
				.isEqualTo(1);
			append(MigrationSide.TARGET, 1);
			return this.tables.database().sql("delete from migration_pending").update();
		});
		assertThat(this.tables.pending()).containsExactly("(TARGET,[1])");
		apply();
		assertThat(this.tables.pending()).isEmpty();
	}

	@Test
	void originDoesNotChangeWhileARowIsMadeFromIt() {
		this.tables.execute("insert into old_users values (1, 'a', '1')");
		KeySettlement settlement = new KeySettlement(this.tables.database());
		this.tables.database().inTransaction(() -> {
			settlement.settle(this.tables.plan(), MigrationSide.TARGET, List.of(RowKey.of(1)));
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> this.tables.database().inTransaction(() -> {
					this.tables.database().sql("set local lock_timeout = '100ms'").update();
					return this.tables.database().sql("update old_users set name = 'b' where id = 1").update();
				}))
				.withMessageContaining("lock timeout");
			return true;
		});
		assertThat(this.tables.unequal()).isEmpty();
	}

	@Test
	void rowThatIsBroughtBackWhileItsOrphanIsDeletedExistsOnBothSides() throws Exception {
		this.tables.withTriggers().execute("insert into users values (1, 'ann', 1)");
		this.tables.execute("alter table users disable trigger user", "alter table old_users disable trigger user",
				"delete from old_users", "alter table users enable trigger user",
				"alter table old_users enable trigger user");
		append(MigrationSide.TARGET, 1);
		try (Connection writer = connection()) {
			writer.createStatement().execute("insert into old_users values (1, 'ann', '1')");
			CompletableFuture<Void> applied = OwnThread.run(this::apply);
			org.awaitility.Awaitility.await()
				.until(() -> !this.tables
					.rows("select 1 from pg_stat_activity where wait_event_type = 'Lock' "
							+ "and datname = current_database()")
					.isEmpty() || applied.isDone());
			writer.commit();
			applied.get(20, TimeUnit.SECONDS);
		}
		this.tables.execute("update migration_pending set next_attempt_at = now()");
		apply();
		assertThat(this.tables.rows("select * from users")).containsExactly("(1,ann,1)");
		assertThat(this.tables.rows("select * from old_users")).containsExactly("(1,ann,1)");
		assertThat(this.tables.pending()).isEmpty();
	}

	private Connection connection() throws SQLException {
		Connection connection = this.tables.testDatabase().dataSource().getConnection();
		connection.setAutoCommit(false);
		return connection;
	}

}
