package dev.parallelchange.migration.backfill;

import java.time.Duration;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.jdbc.phase.JdbcPlanStore;
import dev.parallelchange.migration.phase.Audit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A copy that takes longer than it may pauses in the whole cluster.
 */
class RuntimeLimitTests {

	private final BackfillScene scene = new BackfillScene("create table item (id int primary key, name text)",
			"create table copy (id int primary key, name text)",
			"insert into item select i, 'n' || i from generate_series(1, 30) as i");

	private final DerivedPlan plan = this.scene.plan(MigrationPlan.of("items")
		.source("item")
		.target("copy")
		.backfill(BackfillScene.SMALL_CHUNKS)
		.safety(SafetySettings.DEFAULTS.withMaxRuntime(Duration.ofHours(6))));

	@AfterEach
	void close() {
		this.scene.close();
	}

	@Test
	void copyPausesByTheDatabasesClockWhateverInstanceBeganIt() {
		this.scene.store.begin(this.plan);
		assertThat(gate().open()).isTrue();
		this.scene.flag = false;
		BackfillEngine started = this.scene.engine();
		this.scene.tick(this.plan);
		assertThat(this.scene.state(this.plan).isPaused()).isFalse();
		runFor(6 * 60);
		this.scene.awaitTicking(this.plan, () -> this.scene.state(this.plan).isPaused());
		this.scene.awaitTicking(this.plan, () -> !this.scene.events(MigrationEvent.BackfillPaused.class).isEmpty());
		assertThat(this.scene.status(this.plan)).satisfies((status) -> {
			assertThat(status.state()).isEqualTo(BackfillStatus.State.PAUSED);
			assertThat(status.pauseReason()).contains("safety.max-runtime, 21600 s");
		});
		Gate gate = started.gates(this.plan, MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ).get(1);
		assertThat(gate.toString()).startsWith("max-runtime is closed: 216")
			.contains("needed: less than 21600 s", "\"backfill\": \"running\"");
		assertThat(this.scene.text("select actor || ' ' || action from migration_history")).isEqualTo("safety pause");
	}

	@Test
	void resumedCopyHasAsMuchTimeAgain() {
		this.scene.engine();
		begin();
		runFor(6 * 60);
		this.scene.awaitTicking(this.plan, () -> this.scene.state(this.plan).isPaused());
		JdbcPlanStore operator = new JdbcPlanStore(this.scene.migration);
		operator.atomically(() -> operator.pause("items", null, new Audit("alice", "go on")));
		assertThat(gate().open()).isTrue();
		this.scene.awaitState(this.plan, BackfillStatus.State.FINISHED);
		runFor(5 * 60);
		this.scene.tick(this.plan);
		assertThat(this.scene.state(this.plan).isPaused()).isFalse();
		runFor(60);
		this.scene.tick(this.plan);
		assertThat(this.scene.state(this.plan).isPaused()).as("comparing belongs to the copy").isTrue();
		this.scene.awaitTicking(this.plan, () -> this.scene.events(MigrationEvent.BackfillPaused.class).size() == 2);
	}

	@Test
	void copyWhoseRowsWereFoundEqualIsOver() {
		this.scene.copyAll(this.plan);
		this.scene.database.execute("""
				insert into migration_pass (plan_id, epoch, fingerprint, repair, compared, started_at, finished_at)
				values ('items', 1, '', true, 30, clock_timestamp(), clock_timestamp())""");
		runFor(24 * 60);
		this.scene.tick(this.plan);
		assertThat(this.scene.state(this.plan).isPaused()).isFalse();
		assertThat(gate().open()).isTrue();
	}

	@Test
	void withoutALimitThereIsNoGate() {
		DerivedPlan unlimited = this.scene
			.plan(MigrationPlan.of("others").source("item").target("copy").backfill(BackfillScene.SMALL_CHUNKS));
		assertThat(this.scene.engine().gates(unlimited, MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ))
			.extracting(Gate::name)
			.containsExactly("backfill");
	}

	private void begin() {
		this.scene.awaitTicking(this.plan, () -> this.scene.number("select count(*) from migration_backfill") > 0);
	}

	/**
	 * As if the copy had begun that much earlier.
	 */
	private void runFor(int minutes) {
		this.scene.database
			.execute("update migration_backfill set runtime_since = runtime_since - interval '%d minutes'"
				.formatted(minutes));
	}

	private Gate gate() {
		return this.scene.engine()
			.gates(this.plan, MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ)
			.stream()
			.filter((gate) -> gate.name().equals("max-runtime"))
			.findFirst()
			.orElseThrow();
	}

}
