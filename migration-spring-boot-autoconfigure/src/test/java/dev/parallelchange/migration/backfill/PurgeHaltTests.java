package dev.parallelchange.migration.backfill;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.OwnThread;
import dev.parallelchange.migration.test.Steering;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static dev.parallelchange.migration.backfill.PurgeScene.LEFT;
import static dev.parallelchange.migration.backfill.PurgeScene.MATCHING;
import static dev.parallelchange.migration.backfill.PurgeScene.STOPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Instances that purge at once, that die, and that somebody stops.
 */
class PurgeHaltTests {

	private static final String DELETE = "using doomed";

	private static final String PROGRESS = "set done = true";

	private static final String WAITING = """
			select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'""";

	private final PurgeScene scene = new PurgeScene();

	private final Steering steering = this.scene.steering;

	@AfterEach
	void close() {
		this.scene.close();
	}

	@Test
	@Schedule("C83")
	void chunkThatAnotherInstanceDeletesIsLeftToIt() {
		assertThat(deleteOneChunkByTwoInstances()).isEqualTo(CopyStep.Kind.IDLE);
		assertThat(this.scene.number(MATCHING)).isZero();
		assertThat(recorded()).isEqualTo(5);
	}

	@Test
	@ScheduleProof("C83")
	void chunkThatTwoInstancesTakeIsRecordedAsOneThatDeletedNothing() {
		this.steering.replace("for update of c skip locked", "");
		assertThat(deleteOneChunkByTwoInstances()).isEqualTo(CopyStep.Kind.COPIED);
		assertThat(this.scene.number(MATCHING)).isZero();
		assertThat(recorded()).isZero();
	}

	@Test
	@Schedule("C84")
	void whoDiesBeforeItsProgressIsRecordedHasDeletedNothing() {
		DerivedPlan plan = this.scene.begun("age > 10");
		this.steering.beforeFirst(PROGRESS, this.steering::kill);
		assertThatExceptionOfType(ChunkFailedException.class).isThrownBy(() -> this.scene.steered.copyNext(plan));
		assertThat(this.scene.number(LEFT)).isEqualTo(10);
		this.scene.backfill.copyAll(plan);
		assertThat(this.scene.number(LEFT)).isEqualTo(5);
		assertThat(recorded()).isEqualTo(5);
	}

	@Test
	@ScheduleProof("C84")
	void rowsThatAreDeletedApartFromTheProgressAreInNobodysRecord() {
		DerivedPlan plan = this.scene.begun("age > 10");
		this.steering.beforeFirst(PROGRESS, (connection) -> {
			connection.commit();
			this.steering.kill(connection);
		});
		assertThatExceptionOfType(ChunkFailedException.class).isThrownBy(() -> this.scene.steered.copyNext(plan));
		this.scene.backfill.copyAll(plan);
		assertThat(this.scene.number(LEFT)).isEqualTo(5);
		assertThat(recorded()).isZero();
	}

	@Test
	@Schedule("C85")
	void nothingIsDeletedOnceThePlanHasGoneBack() {
		DerivedPlan plan = this.scene.begun(STOPS);
		CopyStep step = this.scene.copyNextWhile(this.scene.store, plan, () -> goBack(plan));
		assertThat(step.kind()).isEqualTo(CopyStep.Kind.STANDING);
		assertThat(this.scene.number(LEFT)).isEqualTo(10);
	}

	@Test
	@ScheduleProof("C85")
	void withoutALookAtThePhaseAChunkIsDeletedAfterThePlanHasGoneBack() {
		this.steering.replace("select plan\\.phase = 'BACKFILL' and", "select");
		DerivedPlan plan = this.scene.begun(STOPS);
		this.scene.copyNextWhile(this.scene.steered, plan, () -> goBack(plan));
		assertThat(this.scene.number(LEFT)).isEqualTo(5);
	}

	@Test
	@Schedule("C86")
	void planDoesNotGoBackBetweenTheLastLookAndTheCommit() {
		DerivedPlan plan = this.scene.begun("age > 10");
		AtomicReference<CompletableFuture<Void>> goingBack = new AtomicReference<>();
		beforeTheChunkIsCommitted(() -> {
			goingBack.set(OwnThread.run(() -> goBack(plan)));
			BackfillScene.await().until(() -> goingBack.get().isDone() || this.scene.number(WAITING) > 0);
			assertThat(this.scene.backfill.state(plan).phase()).isEqualTo(MigrationPhase.BACKFILL);
		});
		assertThat(this.scene.steered.copyNext(plan).kind()).isEqualTo(CopyStep.Kind.COPIED);
		goingBack.get().join();
		assertThat(this.scene.number(LEFT)).isEqualTo(5);
	}

	@Test
	@ScheduleProof("C86")
	void withoutALockAChunkIsCommittedAfterThePlanHasGoneBack() {
		this.steering.replace("(select plan\\.phase = 'BACKFILL' and .*) for share$", "$1");
		DerivedPlan plan = this.scene.begun("age > 10");
		beforeTheChunkIsCommitted(() -> {
			goBack(plan);
			assertThat(this.scene.number(LEFT)).isEqualTo(10);
		});
		this.scene.steered.copyNext(plan);
		assertThat(this.scene.number(LEFT)).isEqualTo(5);
	}

	@Test
	@Schedule("C87")
	void instanceThatHasNotHeardOfAPauseTakesNoChunk() {
		DerivedPlan plan = this.scene.begun("age > 10");
		this.scene.backfill.pause(plan, "the auditors have a question");
		assertThat(this.scene.store.walk(plan, 10).kind()).isEqualTo(CopyStep.Kind.STANDING);
		assertThat(this.scene.store.copyNext(plan).kind()).isEqualTo(CopyStep.Kind.IDLE);
		assertThat(this.scene.number(LEFT)).isEqualTo(10);
	}

	@Test
	@ScheduleProof("C87")
	void withoutALookAtThePauseAnInstanceGoesOn() {
		this.steering.replace(" and p\\.pause_reason is null", "");
		DerivedPlan plan = this.scene.begun("age > 10");
		this.scene.backfill.pause(plan, "the auditors have a question");
		this.scene.steered.copyNext(plan);
		assertThat(this.scene.number(LEFT)).isEqualTo(5);
	}

	@Test
	@Schedule("C88")
	void rowThatAForeignKeyKeepsGoesToQuarantineAndTheOthersGo() {
		DerivedPlan plan = withChildren();
		this.scene.backfill.engine();
		this.scene.backfill.awaitTicking(plan, () -> this.scene.number(MATCHING) == 2
				&& this.scene.number("select count(*) from migration_quarantine") == 2);
		assertThat(this.scene.backfill.status(plan).state()).isNotEqualTo(BackfillStatus.State.FINISHED);
		this.scene.execute("delete from child");
		this.scene.dueAtOnce();
		this.scene.backfill.copyAll(plan);
		assertThat(this.scene.number(LEFT)).isEqualTo(50);
		assertThat(this.scene.backfill.status(plan).quarantined()).isZero();
	}

	@Test
	@ScheduleProof("C88")
	void chunkThatIsNotSplitKeepsEveryRow() {
		DerivedPlan plan = withChildren();
		this.scene.backfill.engine(new ForwardingBackfillStore(this.scene.store) {
			@Override
			public Isolation isolate(DerivedPlan failed, Chunk chunk, String error, boolean quarantine) {
				retryLater(chunk, error, Duration.ZERO);
				return new Isolation(false, 0, 0);
			}
		}, new Throttle(List.of(), Duration.ofSeconds(1), Duration.ofSeconds(15)));
		this.scene.backfill.awaitTicking(plan,
				() -> this.scene.number("select count(*) from migration_chunk where attempts >= 3") > 0);
		assertThat(this.scene.number("select count(*) from item where age > 10 and id <= 30")).isEqualTo(15);
	}

	@Test
	@Schedule("C89")
	void releaseWithAnotherConditionDoesNothingInTheMiddle() {
		DerivedPlan plan = this.scene.begun("age > 10");
		DerivedPlan other = this.scene.plan("age >= 0");
		this.scene.store.begin(other);
		assertThat(this.scene.store.walk(other, 10).kind()).isEqualTo(CopyStep.Kind.STANDING);
		assertThat(this.scene.store.copyNext(other).kind()).isEqualTo(CopyStep.Kind.IDLE);
		assertThat(this.scene.store.finish(other)).isFalse();
		assertThat(this.scene.store.progress(other).changed()).isTrue();
		this.scene.backfill.copyAll(plan);
		assertThat(this.scene.number(LEFT)).isEqualTo(5);
	}

	@Test
	@ScheduleProof("C89")
	void withoutALookAtTheDefinitionAReleaseDeletesByItsOwnCondition() {
		anyDefinition();
		this.steering.replace("b\\.fingerprint = \\? or not \\?", "b.fingerprint = ? or true or not ?");
		this.scene.begun("age > 10");
		this.scene.steered.copyNext(this.scene.plan("age >= 0"));
		assertThat(this.scene.number(LEFT)).isOne();
	}

	@Test
	@Schedule("C90")
	void instanceThatWakesAfterAnotherConditionWasAcceptedDeletesNothing() {
		DerivedPlan plan = this.scene.begun(STOPS);
		CopyStep step = this.scene.copyNextWhile(this.scene.store, plan, () -> acceptACondition(plan));
		assertThat(step.kind()).isEqualTo(CopyStep.Kind.STANDING);
		assertThat(this.scene.number(LEFT)).isEqualTo(10);
	}

	@Test
	@ScheduleProof("C90")
	void withoutALookAtTheDefinitionAnInstanceThatWakesDeletesByTheFormerCondition() {
		anyDefinition();
		DerivedPlan plan = this.scene.begun(STOPS);
		this.scene.copyNextWhile(this.scene.steered, plan, () -> acceptACondition(plan));
		assertThat(this.scene.number(LEFT)).isEqualTo(5);
	}

	/**
	 * The one has taken the chunk, and the other is done before the first one deletes.
	 * @return what the other did
	 */
	private CopyStep.Kind deleteOneChunkByTwoInstances() {
		DerivedPlan plan = this.scene.begun("age > 10");
		AtomicReference<CopyStep> other = new AtomicReference<>();
		this.steering.beforeFirst(DELETE, (connection) -> other.set(this.scene.store.copyNext(plan)));
		assertThat(this.scene.steered.copyNext(plan).kind()).isEqualTo(CopyStep.Kind.COPIED);
		return other.get().kind();
	}

	private long recorded() {
		return this.scene.number("select sum(rows_written) from migration_chunk");
	}

	private void goBack(DerivedPlan plan) {
		this.scene.backfill.phase(plan, MigrationPhase.OFF);
	}

	/**
	 * The plan goes back, and begins anew by a condition that spares all rows.
	 */
	private void acceptACondition(DerivedPlan plan) {
		goBack(plan);
		this.scene.backfill.accept(this.scene.plan("age > 100"));
	}

	private void anyDefinition() {
		this.steering.replace("coalesce\\(plan\\.fingerprint, \\?\\) = \\?",
				"(true or coalesce(plan.fingerprint, ?) = ?)");
	}

	private DerivedPlan withChildren() {
		this.scene.execute("create table child (item int references item)");
		DerivedPlan plan = this.scene.plan("age > 10", 100);
		this.scene.execute("insert into child values (4), (50)");
		return plan;
	}

	private void beforeTheChunkIsCommitted(Runnable action) {
		this.steering.beforeCommit((connection) -> {
			if (isPurging(connection)) {
				action.run();
			}
		});
	}

	private static boolean isPurging(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet plan = statement.executeQuery("select current_setting('migration.copying', true)")) {
			return plan.next() && "p".equals(plan.getString(1));
		}
	}

}
