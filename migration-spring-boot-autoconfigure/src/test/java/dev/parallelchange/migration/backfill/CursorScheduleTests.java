package dev.parallelchange.migration.backfill;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import dev.parallelchange.migration.jdbc.phase.JdbcInstanceStore;
import dev.parallelchange.migration.jdbc.trigger.JdbcTriggers;
import dev.parallelchange.migration.phase.InstanceIdentity;
import dev.parallelchange.migration.phase.OwnDefinition;
import dev.parallelchange.migration.phase.Participation;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.Steering;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows that come, go and move while the copier's position moves over their keys.
 */
class CursorScheduleTests {

	private static final String MISSING = "select count(*) from (table item except all table copy) as missing";

	private static final String SURPLUS = "select count(*) from (table copy except all table item) as surplus";

	private final BackfillScene scene = new BackfillScene("create table item (id int primary key, name text)",
			"create table copy (id int primary key, name text)",
			"insert into item select i, 'n' || i from generate_series(1, 50) as i where i <> 5");

	private final Steering steering = new Steering(this.scene.database);

	private final DerivedPlan plan = this.scene
		.plan(MigrationPlan.of("items").source("item").target("copy").backfill(BackfillScene.SMALL_CHUNKS));

	@AfterEach
	void close() {
		this.scene.close();
	}

	@Test
	@Schedule("C07")
	void rowWhoseKeyChangesToBehindThePositionIsThereOnceUnderItsNewKey() {
		changeKeysDuringTheCopy();
		assertThat(this.scene.number(MISSING)).isZero();
		assertThat(this.scene.number(SURPLUS)).isZero();
	}

	@Test
	@ScheduleProof("C07")
	void mirrorThatTakesTheNewKeyAloneLeavesTheOldRow() {
		this.steering.replace("select changed\\.\"id\" as k1 from old_rows as changed except ", "");
		changeKeysDuringTheCopy();
		assertThat(this.scene.number("select count(*) from copy where id = 3")).isOne();
		assertThat(this.scene.number("select count(*) from item where id = 3")).isZero();
	}

	@Test
	@Schedule("C11")
	void copyEndsAlthoughRowsAreInsertedFasterThanCopied() {
		this.steering.beforeEach("as walked", (connection) -> insertTwentyRows());
		copy(new JdbcBackfillStore(this.steering.database()), 100);
		assertThat(this.scene.store.progress(this.plan).finished()).isTrue();
		assertThat(this.scene.number("select max(id) from copy")).isEqualTo(50);
	}

	@Test
	@ScheduleProof("C11")
	void copyUpToWhatIsHighestByNowDoesNotEnd() {
		this.steering.beforeEach("as walked", (connection) -> insertTwentyRows());
		copy(new ForwardingBackfillStore(new JdbcBackfillStore(this.steering.database())) {
			@Override
			public CopyStep walk(DerivedPlan walked, int rows) {
				CursorScheduleTests.this.scene.database.execute("""
						update migration_backfill set walked = false,
							upper_key = (select jsonb_build_array(max(id)) from item)""");
				return super.walk(walked, rows);
			}
		}, 100);
		assertThat(this.scene.store.progress(this.plan).finished()).isFalse();
		assertThat(this.scene.store.progress(this.plan).rowsDone()).isGreaterThan(900);
		assertThat(this.scene.number(MISSING)).isGreaterThan(900);
	}

	@Test
	@Schedule("C12")
	void rowThatIsCommittedBehindThePositionArrives() throws SQLException {
		new JdbcTriggers(this.scene.migration).install(this.plan);
		commitRow100AfterTheCopy();
		assertThat(this.scene.number(MISSING)).isZero();
	}

	@Test
	@ScheduleProof("C12")
	void withoutAMirrorTheRowIsMissing() throws SQLException {
		commitRow100AfterTheCopy();
		assertThat(this.scene.number("select count(*) from item where id = 100")).isOne();
		assertThat(this.scene.number("select count(*) from copy where id = 100")).isZero();
	}

	@Test
	@Schedule("C13")
	void boundsAreReadWhenOlderTransactionsHaveEnded() throws SQLException {
		JdbcInstanceStore instances = new JdbcInstanceStore(this.scene.migration);
		try (Connection older = this.scene.open("insert into item values (60, 'older')")) {
			acknowledge(instances);
			assertThat(instances.olderTransactions(this.plan.id(), 1).ended()).isFalse();
			older.commit();
		}
		assertThat(instances.olderTransactions(this.plan.id(), 1).ended()).isTrue();
		this.scene.store.begin(this.plan);
		this.scene.copyAll(this.plan);
		assertThat(this.scene.number(MISSING)).isZero();
	}

	@Test
	@ScheduleProof("C13")
	void boundsThatAreReadBeforeAnOlderTransactionHasEndedLoseItsRow() throws SQLException {
		try (Connection older = this.scene.open("insert into item values (60, 'older')")) {
			acknowledge(new JdbcInstanceStore(this.scene.migration));
			this.scene.store.begin(this.plan);
			older.commit();
		}
		this.scene.copyAll(this.plan);
		assertThat(this.scene.number(MISSING)).isOne();
	}

	@Test
	@Schedule("C14")
	void resumedCopyGoesOnWhereItWasThoughTheMirrorHasWrittenTheHighestKeys() {
		copyTwoChunksThenMirrorTheHighestKeys();
		copy(new JdbcBackfillStore(this.scene.migration), 100);
		assertThat(this.scene.store.progress(this.plan).finished()).isTrue();
		assertThat(this.scene.number(MISSING)).isZero();
	}

	@Test
	@ScheduleProof("C14")
	void positionThatIsDerivedFromTheTargetSkipsTheBacklog() {
		copyTwoChunksThenMirrorTheHighestKeys();
		copy(new ForwardingBackfillStore(this.scene.store) {
			@Override
			public CopyStep walk(DerivedPlan walked, int rows) {
				CursorScheduleTests.this.scene.database.execute(
						"update migration_backfill set cursor_key = (select jsonb_build_array(max(id)) from copy)");
				return super.walk(walked, rows);
			}
		}, 100);
		assertThat(this.scene.store.progress(this.plan).finished()).isTrue();
		assertThat(this.scene.number(MISSING)).isEqualTo(24);
	}

	@Test
	@ScheduleProof("C16")
	void chunkWithoutRowsThatIsTakenForTheEndLosesTheRest() {
		this.scene.store.begin(this.plan);
		this.scene.store.walk(this.plan, 10);
		this.scene.database.execute("delete from item where id <= 20");
		copy(new ForwardingBackfillStore(this.scene.store) {
			@Override
			public CopyStep copyNext(DerivedPlan copied) {
				CopyStep step = super.copyNext(copied);
				if (step.kind() == CopyStep.Kind.COPIED && step.written() == 0) {
					CursorScheduleTests.this.scene.database.execute("update migration_backfill set walked = true");
				}
				return step;
			}
		}, 100);
		assertThat(this.scene.store.progress(this.plan).finished()).isTrue();
		assertThat(this.scene.number(MISSING)).isEqualTo(20);
	}

	private void changeKeysDuringTheCopy() {
		new JdbcTriggers(this.steering.database()).install(this.plan);
		this.scene.store.begin(this.plan);
		this.scene.store.walk(this.plan, 10);
		this.scene.store.copyNext(this.plan);
		this.scene.database.execute("update item set id = 5 where id = 3", "update item set id = 4711 where id = 4",
				"update item set id = 4 where id = 45", "update item set id = 46 + 1000 where id = 46");
		this.scene.copyAll(this.plan);
	}

	private void insertTwentyRows() {
		this.scene.database.execute("""
				insert into item select i, 'late' from generate_series((select max(id) + 1 from item),
					(select max(id) + 20 from item)) as i""");
	}

	private void commitRow100AfterTheCopy() throws SQLException {
		try (Connection open = this.scene.open("insert into item values (100, 'open')")) {
			this.scene.database.execute("insert into item values (101, 'committed')");
			this.scene.store.begin(this.plan);
			this.scene.copyAll(this.plan);
			assertThat(this.scene.number("select count(*) from copy where id = 101")).isOne();
			open.commit();
		}
	}

	private void copyTwoChunksThenMirrorTheHighestKeys() {
		this.scene.store.begin(this.plan);
		copy(this.scene.store, 2);
		this.scene.database.execute("insert into copy select * from item where id > 45");
	}

	private void copy(BackfillStore store, int steps) {
		this.scene.store.begin(this.plan);
		for (int i = 0; i < steps && !store.finish(this.plan); i++) {
			store.walk(this.plan, 10);
			store.copyNext(this.plan);
		}
	}

	private void acknowledge(JdbcInstanceStore instances) {
		UUID id = UUID.randomUUID();
		instances.join(new InstanceIdentity(id, "test", "host", "1"), Duration.ofSeconds(1), Duration.ofMinutes(1),
				java.util.List.of(new Participation(this.plan.id(), MigrationSide.SOURCE, null, false,
						new OwnDefinition(this.plan.fingerprint(), this.plan.definition(), null))),
				(phases) -> {
				});
		instances.acknowledge(this.plan.id(), id, 1);
	}

}
