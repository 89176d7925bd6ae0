package dev.parallelchange.migration.backfill;

import java.util.List;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import org.junit.jupiter.api.AfterEach;
import dev.parallelchange.migration.schedule.Schedule;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What was copied under another definition, or while the mirror was off, does not count.
 */
class BackfillChangeTests {

	private final BackfillScene scene = new BackfillScene("create table item (id int primary key, name text)",
			"create table copy (id int primary key, name text)",
			"insert into item select i, 'n' || i from generate_series(1, 100) as i");

	@AfterEach
	void close() {
		this.scene.close();
	}

	@Test
	@Schedule("C21")
	void changedMappingStopsTheCopyUntilAnOperatorAcceptsIt() {
		DerivedPlan before = plan("source.name");
		copyTwoChunks(before);
		DerivedPlan after = plan("upper(source.name)");
		BackfillEngine engine = this.scene.engine();
		this.scene.awaitState(after, BackfillStatus.State.CHANGED);
		assertThat(this.scene.store.copyNext(after).kind()).isEqualTo(CopyStep.Kind.IDLE);
		assertThat(this.scene.store.walk(after, 10).kind()).isEqualTo(CopyStep.Kind.STANDING);
		assertThat(gate(engine, after).open()).isFalse();
		assertThat(gate(engine, after).remedy()).contains("began with another definition");
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(20);
		this.scene.accept(after);
		this.scene.copyAll(after);
		assertThat(this.scene.number("select count(*) from copy where name = 'N' || id")).isEqualTo(80);
		assertThat(this.scene.status(after).rowsDone()).isEqualTo(100);
		assertThat(gate(engine, after).open()).isTrue();
	}

	@Test
	void instanceWithTheOldMappingCannotGoOn() {
		DerivedPlan before = plan("source.name");
		copyTwoChunks(before);
		DerivedPlan after = plan("upper(source.name)");
		this.scene.accept(after);
		this.scene.store.begin(after);
		this.scene.store.walk(after, 10);
		assertThat(this.scene.store.copyNext(before).kind()).isEqualTo(CopyStep.Kind.IDLE);
		assertThat(this.scene.store.walk(before, 10).kind()).isEqualTo(CopyStep.Kind.STANDING);
		assertThat(this.scene.store.finish(before)).isFalse();
		assertThat(this.scene.store.copyNext(after).kind()).isEqualTo(CopyStep.Kind.COPIED);
	}

	@Test
	void alteredTableStopsTheCopyBeforeTheNextChunkUntilThePlanIsDerivedAnew() {
		DerivedPlan plan = plan("source.name");
		copyTwoChunks(plan);
		this.scene.store.walk(plan, 10);
		this.scene.database.execute("alter table copy add column note text");
		assertThat(this.scene.store.copyNext(plan).kind()).isEqualTo(CopyStep.Kind.STANDING);
		assertThat(this.scene.store.walk(plan, 10).kind()).isEqualTo(CopyStep.Kind.STANDING);
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(20);
		DerivedPlan again = plan("source.name");
		this.scene.copyAll(again);
		assertThat(this.scene.number("select count(*) from copy where name = 'n' || id")).isEqualTo(100);
		assertThat(this.scene.status(again).rowsDone()).isEqualTo(100);
	}

	@Test
	void copyBeginsAgainAfterTheMirrorWasOff() {
		DerivedPlan plan = plan("source.name");
		this.scene.copyAll(plan);
		for (MigrationPhase phase : List.of(MigrationPhase.DUAL_WRITE, MigrationPhase.EXPAND)) {
			this.scene.phase(plan, phase);
			this.scene.tick(plan);
		}
		assertThat(this.scene.number("select count(*) from migration_backfill")).isZero();
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(100);
		this.scene.database.execute("insert into item select i, 'n' || i from generate_series(101, 150) as i");
		this.scene.phase(plan, MigrationPhase.DUAL_WRITE);
		this.scene.tick(plan);
		this.scene.phase(plan, MigrationPhase.BACKFILL);
		this.scene.copyAll(plan);
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(150);
	}

	@Test
	void finishedCopyStaysFinishedWhileTheMirrorStaysOn() {
		DerivedPlan plan = plan("source.name");
		this.scene.copyAll(plan);
		this.scene.phase(plan, MigrationPhase.DUAL_WRITE);
		this.scene.tick(plan);
		this.scene.phase(plan, MigrationPhase.BACKFILL);
		this.scene.copyAll(plan);
		assertThat(this.scene.number("select sum(rows_done) from migration_chunk")).isEqualTo(100);
	}

	@Test
	void shortStayWithoutMirrorThatNoTickSawIsFoundInTheHistory() {
		DerivedPlan plan = plan("source.name");
		BackfillEngine engine = this.scene.engine();
		this.scene.copyAll(plan);
		assertThat(gate(engine, plan).open()).isTrue();
		this.scene.database.execute("""
				insert into migration_history (plan_id, actor, action, from_phase, to_phase, epoch, reason)
				values ('items', 'test', 'transition', 'DUAL_WRITE', 'EXPAND', 7, 'test')""");
		assertThat(gate(engine, plan)).satisfies((gate) -> {
			assertThat(gate.open()).isFalse();
			assertThat(gate.value()).isEqualTo("not begun");
		});
		this.scene.database.execute("insert into item select i, 'n' || i from generate_series(101, 150) as i");
		this.scene.phase(plan, MigrationPhase.DUAL_WRITE);
		this.scene.tick(plan);
		this.scene.phase(plan, MigrationPhase.BACKFILL);
		this.scene.copyAll(plan);
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(150);
	}

	private void copyTwoChunks(DerivedPlan plan) {
		this.scene.store.begin(plan);
		for (int i = 0; i < 2; i++) {
			assertThat(this.scene.store.walk(plan, 10).kind()).isEqualTo(CopyStep.Kind.WALKED);
			assertThat(this.scene.store.copyNext(plan).kind()).isEqualTo(CopyStep.Kind.COPIED);
		}
	}

	private static Gate gate(BackfillEngine engine, DerivedPlan plan) {
		return engine.gates(plan, MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ).get(0);
	}

	private DerivedPlan plan(String name) {
		return this.scene.plan(MigrationPlan.of("items")
			.source("item")
			.target("copy")
			.map("name", name)
			.backfill(BackfillScene.SMALL_CHUNKS));
	}

}
