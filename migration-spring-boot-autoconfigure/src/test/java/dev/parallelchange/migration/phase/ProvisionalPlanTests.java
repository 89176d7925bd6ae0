package dev.parallelchange.migration.phase;

import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A plan whose target its scripts create.
 */
class ProvisionalPlanTests {

	private final TestCluster cluster = new TestCluster();

	private final TestCluster.Instance one;

	ProvisionalPlanTests() {
		this.cluster.provisional = true;
		this.one = this.cluster.instance().poll();
	}

	@AfterEach
	void close() {
		this.cluster.close();
	}

	@Test
	void itWaitsInExpandForItsTarget() {
		this.one.ask(MigrationPhase.BACKFILL);
		assertThat(this.one.poll(6).phase()).isEqualTo(MigrationPhase.EXPAND);
		assertThat(this.one.status().next().gates()).filteredOn((gate) -> !gate.open())
			.extracting(Gate::name)
			.containsExactly("target-missing");
		assertThat(this.one.engine.ticks).isEmpty();
		this.cluster.provisional = false;
		assertThat(this.one.poll(6).phase()).isEqualTo(MigrationPhase.BACKFILL);
		assertThat(this.one.engine.ticks).isNotEmpty();
	}

	@Test
	void forceDoesNotTakeItFurther() {
		this.one.ask(MigrationPhase.EXPAND);
		assertThat(this.one.poll(3).phase()).isEqualTo(MigrationPhase.EXPAND);
		this.one.force(MigrationPhase.DUAL_WRITE);
		assertThat(this.one.poll(6).phase()).isEqualTo(MigrationPhase.EXPAND);
	}

	@Test
	void anInstanceThatSeesTheTargetAlreadyWaitsForOneThatDoesNot() {
		this.one.ask(MigrationPhase.DUAL_WRITE);
		this.one.poll(3);
		TestCluster.Instance slow = this.cluster.instance().poll();
		this.cluster.provisional = false;
		assertThat(this.one.poll(4).phase()).isEqualTo(MigrationPhase.EXPAND);
		slow.poll(2);
		assertThat(this.one.poll(4).phase()).isEqualTo(MigrationPhase.DUAL_WRITE);
	}

}
