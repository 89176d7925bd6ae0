package dev.parallelchange.migration.schedule;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanState;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Schedule C36: a verdict is taken, writes go on, and the switch is made later.
 */
class OldVerdictTests {

	@Test
	@Schedule("C36")
	void gatesAreMeasuredAnewAtTheSwitch() {
		try (RunningPlan plan = new RunningPlan(MirrorKind.TRIGGERS)) {
			switchAfterAWriteThatIsNotMirrored(plan);
			plan.awaitPolls();
			assertThat(plan.status().phase()).isEqualTo(MigrationPhase.DUAL_READ);
			assertThat(plan.status().next().gates()).filteredOn((gate) -> !gate.open())
				.extracting(Gate::name)
				.containsExactly("pending");
			plan.tables.execute("alter table people drop constraint refused");
			plan.hurry();
			plan.await(MigrationPhase.CUTOVER);
			assertThat(plan.tables.unequal()).isEmpty();
		}
	}

	@Test
	@ScheduleProof("C36")
	void switchOnAnOldVerdictLeadsWithASideThatLacksAWrite() {
		try (RunningPlan plan = new RunningPlan(MirrorKind.TRIGGERS, RememberedVerdict::new)) {
			switchAfterAWriteThatIsNotMirrored(plan);
			plan.await(MigrationPhase.CUTOVER);
			assertThat(plan.tables.rows("select city from owners where id = 3")).containsExactly("(Bonn)");
			assertThat(plan.tables.rows("select city from people where id = 3")).containsExactly("(Ulm)");
		}
	}

	private static void switchAfterAWriteThatIsNotMirrored(RunningPlan plan) {
		plan.in(MigrationPhase.DUAL_READ);
		MigrationStatus verdict = plan.status();
		assertThat(verdict.next().gates()).as(verdict.next().toString())
			.filteredOn((gate) -> gate.name().equals("pending"))
			.allMatch(Gate::open);
		plan.tables.execute("alter table people add constraint refused check (city <> 'Bonn')");
		plan.write(MigrationSide.SOURCE, 3, "Bonn");
		plan.ask(MigrationPhase.CUTOVER);
	}

	/**
	 * Gates as they were when they were first looked at.
	 */
	private static final class RememberedVerdict implements MigrationEngine {

		private final MigrationEngine engine;

		private final Map<MigrationPhase, List<Gate>> verdicts = new ConcurrentHashMap<>();

		RememberedVerdict(MigrationEngine engine) {
			this.engine = engine;
		}

		@Override
		public List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
			return (to == MigrationPhase.CUTOVER)
					? this.verdicts.computeIfAbsent(to, (entered) -> this.engine.gates(plan, from, to))
					: this.engine.gates(plan, from, to);
		}

		@Override
		public void tick(DerivedPlan plan, PlanState state) {
			this.engine.tick(plan, state);
		}

		@Override
		public boolean hasDrained(String planId, long epoch) {
			return this.engine.hasDrained(planId, epoch);
		}

		@Override
		public void stop() {
			this.engine.stop();
		}

	}

}
