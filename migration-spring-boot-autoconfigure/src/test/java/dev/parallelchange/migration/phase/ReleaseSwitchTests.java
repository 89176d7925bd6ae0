package dev.parallelchange.migration.phase;

import dev.parallelchange.migration.GateClosedException;
import dev.parallelchange.migration.InstanceRefusedException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.SwitchKind;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ReleaseSwitchTests {

	private final TestCluster cluster = new TestCluster();

	@AfterEach
	void close() {
		this.cluster.close();
	}

	@Test
	void releasesTakeThePlanToDualReadThenToCutoverAndBack() {
		TestCluster.Instance source = this.cluster.instance(uses(MigrationSide.SOURCE)).poll();
		source.ask(MigrationPhase.BACKFILL);
		source.poll(3);
		source.engine.closeWaiting(MigrationPhase.DUAL_READ, "backfill");
		TestCluster.Instance target = this.cluster.instance(uses(MigrationSide.TARGET));
		target.engine.closeWaiting(MigrationPhase.DUAL_READ, "backfill");
		poll(target, source);
		assertThat(target.phase()).isEqualTo(MigrationPhase.BACKFILL);
		assertThat(target.runner.isReady()).isFalse();
		assertThat(target.runner.obstacles()).containsExactly("plan user-settings is in BACKFILL (63 %); "
				+ "this release needs it ready; older instances keep serving");
		assertThat(source.runner.isReady()).isTrue();

		target.engine.open(MigrationPhase.DUAL_READ);
		poll(target, source);
		assertThat(target.phase()).isEqualTo(MigrationPhase.DUAL_READ);
		assertThat(target.runner.isReady()).isTrue();

		source.endLease();
		assertThat(target.poll().phase()).isEqualTo(MigrationPhase.CUTOVER);
		assertThat(target.status().history().get(0).reason()).isEqualTo("no live instance uses the source");

		poll(source, target);
		assertThat(target.phase()).isEqualTo(MigrationPhase.DUAL_READ);
	}

	@Test
	void targetThatIsNotKnownYetKeepsItsReleaseFromServing() {
		assertThat(this.cluster.instance(uses(MigrationSide.TARGET)).runner.isReady()).isFalse();
		assertThat(this.cluster.instance(uses(MigrationSide.SOURCE)).runner.isReady()).isTrue();
	}

	@Test
	void cutoverIsRefusedWhileAnInstanceUsesTheSource() {
		TestCluster.Instance source = this.cluster.instance(uses(MigrationSide.SOURCE));
		this.cluster.put(MigrationPhase.DUAL_READ);
		source.poll();
		assertThatExceptionOfType(GateClosedException.class).isThrownBy(() -> source.ask(MigrationPhase.CUTOVER))
			.withMessageContaining("source-instances is closed: 1")
			.withMessageContaining("deploy the release with migration.plans.user-settings.uses=target");
		TestCluster.Instance target = this.cluster.instance(uses(MigrationSide.TARGET)).poll();
		assertThatExceptionOfType(GateClosedException.class).isThrownBy(() -> target.ask(MigrationPhase.CUTOVER))
			.withMessageContaining(
					"end what runs beside the release with migration.plans.user-settings.uses=target; these still use the source: ");
	}

	@Test
	void wayBackBelowDualReadIsRefusedWhileAnInstanceUsesTheTarget() {
		TestCluster.Instance target = this.cluster.instance(uses(MigrationSide.TARGET));
		this.cluster.put(MigrationPhase.DUAL_READ);
		target.poll();
		this.cluster.put(MigrationPhase.DUAL_READ);
		target.hold(MigrationPhase.OFF);
		assertThat(target.poll(3).phase()).isEqualTo(MigrationPhase.DUAL_READ);
		assertThatExceptionOfType(GateClosedException.class).isThrownBy(() -> target.ask(MigrationPhase.BACKFILL))
			.withMessageContaining("target-instances is closed: 1");
	}

	@Test
	@Schedule("C66")
	void instanceThatUsesTheSourceIsRefusedAfterContract() {
		this.cluster.put(MigrationPhase.CONTRACT);
		TestCluster.Instance source = this.cluster.instance(uses(MigrationSide.SOURCE));
		assertThatExceptionOfType(InstanceRefusedException.class).isThrownBy(source.runner::start)
			.withMessageContaining("is in CONTRACT, but this release still uses its source");
		assertThat(source.runner.isRunning()).isFalse();
		assertThat(source.status().instances()).isEmpty();
		assertThat(source.runner.isReady()).isFalse();
	}

	@Test
	@ScheduleProof("C66")
	void instanceThatDoesNotSayWhatItUsesIsAdmittedAndWritesWhatNobodyReads() {
		this.cluster.database.execute("create table users (id bigint primary key)",
				"create table user_settings (id bigint primary key)");
		this.cluster.put(MigrationPhase.CONTRACT);
		TestCluster.Instance old = this.cluster.instance(TestCluster.plan());
		old.runner.start();
		try {
			assertThat(old.runner.isReady()).isTrue();
			this.cluster.database.execute("insert into users values (1)");
			assertThat(this.cluster.database.jdbcClient()
				.sql("select count(*) from user_settings")
				.query(Long.class)
				.single()).isZero();
		}
		finally {
			old.runner.stop();
		}
	}

	@Test
	void instanceThatJoinsWhileGatesAreMeasuredKeepsThePlanFromContract() {
		TestCluster.Instance target = this.cluster.instance(uses(MigrationSide.TARGET));
		this.cluster.put(MigrationPhase.CUTOVER);
		this.cluster.database.execute("update migration_plan set since = now() - interval '2 days'");
		target.poll().approve(MigrationPhase.CONTRACT);
		target.ask(MigrationPhase.CONTRACT);
		TestCluster.Instance source = this.cluster.instance(uses(MigrationSide.SOURCE));
		source.engine.close(MigrationPhase.DUAL_READ, "keeps this instance from moving the plan back");
		target.engine.whenMeasured = () -> {
			target.engine.whenMeasured = () -> {
			};
			source.poll(2);
		};
		assertThat(target.poll().phase()).isEqualTo(MigrationPhase.CUTOVER);
	}

	private static void poll(TestCluster.Instance... instances) {
		for (int i = 0; i < 2; i++) {
			for (TestCluster.Instance instance : instances) {
				instance.poll();
			}
		}
	}

	private static MigrationPlanBuilder uses(MigrationSide side) {
		return TestCluster.plan().switchKind(SwitchKind.RELEASE).uses(side);
	}

}
