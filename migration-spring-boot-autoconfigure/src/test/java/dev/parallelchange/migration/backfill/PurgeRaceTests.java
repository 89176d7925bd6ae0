package dev.parallelchange.migration.backfill;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.Steering;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static dev.parallelchange.migration.backfill.PurgeScene.LEFT;
import static dev.parallelchange.migration.backfill.PurgeScene.MATCHING;
import static dev.parallelchange.migration.backfill.PurgeScene.STOPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Rows change, come, and are held while a purge deletes.
 */
class PurgeRaceTests {

	private static final String ROW_4 = "select count(*) from item where id = 4";

	private final PurgeScene scene = new PurgeScene();

	private final Steering steering = this.scene.steering;

	@AfterEach
	void close() {
		this.scene.close();
	}

	@Test
	@Schedule("C77")
	void rowThatChangesBeforeItIsDeletedIsLookedAtOnceMore() {
		DerivedPlan plan = this.scene.begun(STOPS);
		assertThat(this.scene.copyNextWhile(this.scene.store, plan, this::changeRow4).written()).isEqualTo(4);
		assertThat(this.scene.number(ROW_4)).isOne();
		assertThat(this.scene.number(MATCHING)).isZero();
	}

	@Test
	@ScheduleProof("C77")
	void rowThatChangesIsLostWhereItsKeyIsDeleted() {
		deleteKeys();
		DerivedPlan plan = this.scene.begun(STOPS);
		this.scene.copyNextWhile(this.scene.steered, plan, this::changeRow4);
		assertThat(this.scene.number(ROW_4)).isZero();
	}

	@Test
	@Schedule("C78")
	void keyThatIsThereAnewBeforeItsRowIsDeletedStays() {
		DerivedPlan plan = this.scene.begun(STOPS);
		assertThat(this.scene.copyNextWhile(this.scene.store, plan, this::putAnotherRow4).written()).isEqualTo(4);
		assertThat(this.scene.number(ROW_4)).isOne();
		assertThat(this.scene.number(MATCHING)).isZero();
	}

	@Test
	@ScheduleProof("C78")
	void keyThatIsThereAnewIsLostWhereAStatementDeletesWhatAnotherHasFound() {
		this.steering.replace("select source\\.ctid as place.*for update of source skip locked",
				"select id as place from found where coalesce(cast(? as text), cast(? as text)) is not null");
		deleteKeys();
		this.steering.beforeFirst("using doomed", (connection) -> {
			try (Statement statement = connection.createStatement()) {
				statement.execute("create temporary table found as select id from item where age > 10");
			}
			putAnotherRow4();
		});
		this.scene.steered.copyNext(this.scene.begun("age > 10"));
		assertThat(this.scene.number(ROW_4)).isZero();
	}

	@Test
	@Schedule("C79")
	void rowThatAnOpenTransactionHoldsIsLeftForAnotherRoundAsItIsThen() throws SQLException {
		DerivedPlan plan = this.scene.begun("age > 10");
		try (Connection writer = this.scene.backfill.open("update item set age = 0 where id = 4");
				Connection other = this.scene.backfill.open("update item set age = 99 where id = 6")) {
			assertThat(this.scene.store.copyNext(plan).written()).isEqualTo(3);
			this.scene.backfill.engine();
			this.scene.backfill.awaitTicking(plan, () -> this.scene.backfill.status(plan).purge().left() == 2);
			assertThat(this.scene.backfill.status(plan).lastError()).isNull();
			writer.commit();
			other.commit();
		}
		this.scene.dueAtOnce();
		this.scene.backfill.copyAll(plan);
		assertThat(this.scene.number(ROW_4)).isOne();
		assertThat(this.scene.number(LEFT)).isEqualTo(6);
		assertThat(this.scene.backfill.status(plan).rowsWritten()).isEqualTo(4);
	}

	@Test
	@ScheduleProof("C79")
	void chunkThatWaitsForARowDeletesNone() throws SQLException {
		this.steering.replace("for update of source skip locked", "for update of source");
		DerivedPlan plan = this.scene.begun("age > 10");
		try (Connection writer = this.scene.backfill.open("update item set age = 0 where id = 4")) {
			assertThatExceptionOfType(ChunkFailedException.class).isThrownBy(() -> this.scene.steered.copyNext(plan))
				.withStackTraceContaining("lock timeout");
			writer.rollback();
		}
		assertThat(this.scene.number(MATCHING)).isEqualTo(5);
	}

	@Test
	@Schedule("C80")
	void rowThatComesToMatchBehindTheCursorIsFoundByTheCount() {
		DerivedPlan plan = matchingBehindTheCursor();
		assertThat(this.scene.store.finish(plan)).isFalse();
		assertThat(this.scene.store.progress(plan).purge().left()).isEqualTo(1);
		assertThat(completion(plan).open()).isFalse();
		this.scene.backfill.copyAll(plan);
		assertThat(this.scene.number(LEFT)).isEqualTo(4);
		assertThat(this.scene.backfill.status(plan).purge().round()).isEqualTo(2);
		assertThat(completion(plan).open()).isTrue();
	}

	@Test
	@ScheduleProof("C80")
	void endOfTheWalkThatIsTakenForTheEndLeavesARow() {
		this.steering.replace("select count\\(\\*\\) as matching", "select 0 as matching");
		DerivedPlan plan = matchingBehindTheCursor();
		assertThat(this.scene.steered.finish(plan)).isTrue();
		assertThat(completion(plan).open()).isTrue();
		assertThat(this.scene.number(MATCHING)).isOne();
	}

	@Test
	@Schedule("C81")
	void rowThatTimeHasMadeOldSinceThePurgeBeganStays() {
		DerivedPlan plan = youngWhenThePurgeBegan();
		this.scene.backfill.copyAll(plan);
		assertThat(this.scene.number("select count(*) from item where at < now() - interval '1 hour'")).isOne();
		assertThat(this.scene.number(LEFT)).isEqualTo(6);
	}

	@Test
	@ScheduleProof("C81")
	void momentOfEachChunkMakesMoreAndMoreRowsOld() {
		this.steering.replace("cast\\('[^']*' as timestamptz\\)", "now()");
		DerivedPlan plan = youngWhenThePurgeBegan();
		this.scene.store.walk(plan, 30);
		this.scene.steered.copyNext(plan);
		assertThat(this.scene.number(LEFT)).isEqualTo(5);
	}

	@Test
	@Schedule("C82")
	void rowThatIsYoungInTheTimeZoneInWhichThePurgeBeganStays() {
		this.scene.steered.copyNext(youngInUtc());
		assertThat(this.scene.number(LEFT)).isOne();
	}

	@Test
	@ScheduleProof("C82")
	void rowThatIsYoungIsLostByAnInstanceInAnotherTimeZone() {
		this.steering.replace("set_config\\('TimeZone', time_zone, true\\)", "time_zone");
		this.scene.steered.copyNext(youngInUtc());
		assertThat(this.scene.number(LEFT)).isZero();
	}

	private void changeRow4() {
		this.scene.execute("update item set age = 0 where id = 4");
	}

	private void putAnotherRow4() {
		this.scene.execute("delete from item where id = 4; insert into item values (4, 0)");
	}

	/**
	 * As the usual loop does.
	 */
	private void deleteKeys() {
		this.steering.replace("select source\\.ctid as place, source\\.tableoid as part", "select source.id as place")
			.replace("for update of source skip locked", "")
			.replace("source\\.ctid = doomed\\.place and source\\.tableoid = doomed\\.part",
					"source.id = doomed.place");
	}

	private DerivedPlan matchingBehindTheCursor() {
		DerivedPlan plan = this.scene.begun("age > 10");
		while (this.scene.store.walk(plan, 10).kind() != CopyStep.Kind.END) {
			this.scene.store.copyNext(plan);
		}
		this.scene.store.copyNext(plan);
		this.scene.execute("update item set age = 50 where id = 1");
		return plan;
	}

	private Gate completion(DerivedPlan plan) {
		return this.scene.backfill.engine().gates(plan, MigrationPhase.BACKFILL, MigrationPhase.COMPLETED).get(0);
	}

	private DerivedPlan youngWhenThePurgeBegan() {
		DerivedPlan plan = this.scene.plan("at < now() - interval '1 hour'", 10);
		this.scene.execute("update item set at = at - interval '2 hours' where id > 5");
		this.scene.store.begin(plan);
		this.scene.execute(
				"""
						update item set at = (select moment - interval '1 hour' + interval '1 microsecond' from migration_backfill)
						where id = 7""");
		return plan;
	}

	/**
	 * One row is of the new year in London, and not yet in New York.
	 */
	private DerivedPlan youngInUtc() {
		DerivedPlan plan = this.scene.plan("at < '2026-01-01'");
		this.scene.execute(
				"insert into item values (1, 0, '2025-06-01Z'), (2, 0, '2026-01-01 02:00Z'), (3, 0, '2025-06-01Z')");
		this.steering.beforeFirst("to_char(now()", (connection) -> useTimeZone(connection, "UTC"))
			.beforeEach("to_char(moment", (connection) -> useTimeZone(connection, "America/New_York"));
		this.scene.steered.begin(plan);
		this.scene.steered.walk(plan, 10);
		return plan;
	}

	private static void useTimeZone(Connection connection, String zone) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("set local time zone '%s'".formatted(zone));
		}
	}

}
