package dev.parallelchange.migration.phase;

import java.time.Duration;

import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.InstanceRefusedException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.SwitchKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What a process that a pipeline starts means to the cluster.
 */
class JobRoleTests {

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private final TestCluster cluster = new TestCluster();

	@AfterEach
	void close() {
		this.cluster.close();
	}

	@Test
	void theConfiguredPhaseOfAJobHoldsNobodyBack() {
		TestCluster.Instance job = job(TestCluster.plan().phase(MigrationPhase.OFF)).poll();
		TestCluster.Instance instance = this.cluster.instance(TestCluster.plan().phase(MigrationPhase.BACKFILL));
		for (int i = 0; i < 5; i++) {
			instance.poll();
			job.poll();
		}
		assertThat(instance.phase()).isEqualTo(MigrationPhase.BACKFILL);
	}

	@Test
	void theConfiguredPhaseOfAJobMovesNothing() {
		TestCluster.Instance job = job(TestCluster.plan().phase(MigrationPhase.BACKFILL)).poll(5);
		assertThat(job.phase()).isEqualTo(MigrationPhase.OFF);
	}

	/**
	 * An instance of that release would take the plan to DUAL_READ, or back to it.
	 */
	@ParameterizedTest
	@EnumSource
	void theSideThatAJobsReleaseUsesMovesNothing(MigrationSide side) {
		this.cluster.put(MigrationPhase.CUTOVER);
		TestCluster.Instance target = this.cluster.instance(released(MigrationSide.TARGET)).poll();
		TestCluster.Instance job = job(released(side)).poll(3);
		assertThat(target.poll(2).phase()).isEqualTo(MigrationPhase.CUTOVER);
		target.endLease();
		this.cluster.put(MigrationPhase.BACKFILL);
		assertThat(job.poll(3).phase()).isEqualTo(MigrationPhase.BACKFILL);
	}

	@Test
	void aJobOfAReleaseThatUsesAnAbandonedSourceIsNotRefused() {
		this.cluster.put(MigrationPhase.CONTRACT);
		TestCluster.Instance instance = this.cluster.instance(released(MigrationSide.SOURCE));
		assertThatExceptionOfType(InstanceRefusedException.class).isThrownBy(instance.runner::start);
		TestCluster.Instance job = job(released(MigrationSide.SOURCE)).poll();
		assertThat(job.status().instances()).hasSize(1)
			.allSatisfy((one) -> assertThat(one.self()).isTrue())
			.allSatisfy((one) -> assertThat(one.uses()).isNull());
	}

	@Test
	void aJobAloneCarriesOutWhatIsAskedFor() {
		TestCluster.Instance job = job(TestCluster.plan()).poll();
		job.ask(MigrationPhase.BACKFILL);
		assertThat(job.poll(6).phase()).isEqualTo(MigrationPhase.BACKFILL);
	}

	@Test
	void theClusterWaitsForTheTransactionsOfAJobToo() {
		TestCluster.Instance instance = this.cluster.instance().poll();
		TestCluster.Instance job = job(TestCluster.plan()).poll();
		instance.ask(MigrationPhase.BACKFILL);
		assertThat(instance.poll(4).phase()).isEqualTo(MigrationPhase.EXPAND);
		job.poll();
		assertThat(instance.poll(2).phase()).isEqualTo(MigrationPhase.DUAL_WRITE);
	}

	@Test
	void aJobGivesItsLeaseBackWhenItEnds() {
		TestCluster.Instance instance = this.cluster.instance().poll();
		TestCluster.Instance job = job(TestCluster.plan());
		job.runner.start();
		await().untilAsserted(() -> assertThat(instance.status().instances()).hasSize(2));
		job.runner.stop();
		assertThat(instance.status().instances()).hasSize(1);
	}

	@Test
	void aJobThatMeansSomethingElseKeepsOnlyItselfFromGoingOn() {
		TestCluster.Instance instance = this.cluster.instance(mapped("lower(source.theme)")).poll();
		TestCluster.Instance job = job(mapped("upper(source.theme)")).poll();
		instance.ask(MigrationPhase.BACKFILL);
		for (int i = 0; i < 6; i++) {
			job.poll();
			instance.poll();
		}
		assertThat(instance.phase()).isEqualTo(MigrationPhase.BACKFILL);
		assertThat(instance.status().definition().agreed()).isTrue();
		assertThat(job.engine.ticks).as("work for another definition").noneMatch((state) -> state.phase().isMirrored());
		instance.ask(MigrationPhase.DUAL_READ);
		instance.endLease();
		assertThat(job.poll(3).phase()).isEqualTo(MigrationPhase.BACKFILL);
		assertThat(job.status().definition().differing()).singleElement()
			.asString()
			.isEqualTo("this process (mapping of theme: was lower(source.theme), is upper(source.theme))");
		assertThat(gate(job.status(), "definition").open()).isFalse();
	}

	@Test
	void noFenceIsGivenUpForAJobThatMeansSomethingElse() {
		this.cluster.put(MigrationPhase.DUAL_READ);
		TestCluster.Instance instance = this.cluster.instance(mapped("lower(source.theme)").mirror(MirrorKind.PROXIES));
		TestCluster.Instance job = job(mapped("upper(source.theme)").mirror(MirrorKind.PROXIES));
		instance.runner.start();
		job.runner.start();
		try {
			await().atMost(PATIENCE).until(() -> instance.status().instances().size() == 2);
			instance.ask(MigrationPhase.CUTOVER);
			await().atMost(PATIENCE).until(() -> instance.phase() == MigrationPhase.CUTOVER);
		}
		finally {
			job.runner.stop();
			instance.runner.stop();
		}
	}

	@Test
	void anObserverReadsAndAsksAndIsSeenByNobody() {
		TestCluster.Instance observer = this.cluster.process(TestCluster.plan().phase(MigrationPhase.DUAL_READ),
				RunnerSettings.Role.OBSERVER);
		observer.runner.start();
		observer.ask(MigrationPhase.BACKFILL);
		MigrationStatus status = observer.status();
		assertThat(status.phase()).isEqualTo(MigrationPhase.OFF);
		assertThat(status.requested()).isEqualTo(MigrationPhase.BACKFILL);
		assertThat(status.next().phase()).isEqualTo(MigrationPhase.EXPAND);
		assertThat(status.instances()).isEmpty();
		assertThat(observer.states.isCurrent()).as("may let writers through").isFalse();
		TestCluster.Instance instance = this.cluster.instance().poll(5);
		assertThat(observer.phase()).isEqualTo(MigrationPhase.BACKFILL);
		assertThat(instance.status().instances()).hasSize(1);
		assertThat(observer.states.current(TestCluster.PLAN).phase()).isEqualTo(MigrationPhase.BACKFILL);
		assertThat(observer.engine.ticks).isEmpty();
	}

	private TestCluster.Instance job(MigrationPlanBuilder plan) {
		return this.cluster.process(plan, RunnerSettings.Role.JOB);
	}

	private static MigrationPlanBuilder released(MigrationSide side) {
		return TestCluster.plan().switchKind(SwitchKind.RELEASE).uses(side);
	}

	private static MigrationPlanBuilder mapped(String theme) {
		return TestCluster.plan().map("theme", theme);
	}

	private static Gate gate(MigrationStatus status, String name) {
		return status.next().gates().stream().filter((gate) -> gate.name().equals(name)).findFirst().orElseThrow();
	}

}
