package dev.parallelchange.migration.phase;

import java.util.List;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.GateClosedException;
import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.Reconciliation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The way of a plan that deletes rows.
 */
class PurgePhaseTests {

	private final TestCluster cluster = new TestCluster();

	private final TestCluster.Instance instance = this.cluster
		.instance(MigrationPlan.of(TestCluster.PLAN).purge("users", "gone"));

	@AfterEach
	void close() {
		this.cluster.close();
	}

	@Test
	void nothingIsDeletedWithoutAnApproval() {
		this.instance.poll();
		assertThatExceptionOfType(GateClosedException.class)
			.isThrownBy(() -> this.instance.ask(MigrationPhase.BACKFILL))
			.withMessageContaining("BACKFILL deletes rows of public.users");
		this.instance.ask(MigrationPhase.COMPLETED);
		assertThat(this.instance.poll(3).phase()).isEqualTo(MigrationPhase.OFF);
	}

	@Test
	void planGoesThroughThreePhasesAndKeepsItsDefinitionMeanwhile() {
		this.instance.poll().approve(MigrationPhase.BACKFILL);
		this.instance.ask(MigrationPhase.BACKFILL);
		assertThat(this.instance.poll().phase()).isEqualTo(MigrationPhase.BACKFILL);
		assertThat(this.instance.status().definition().accepted()).isNotNull();
		assertThat(this.instance.status().flags().keySet())
			.containsExactly(this.instance.derived().plan().flags().name(TestCluster.PLAN, MigrationFlag.BACKFILL));
		this.instance.ask(MigrationPhase.COMPLETED);
		assertThat(this.instance.poll(4).phase()).isEqualTo(MigrationPhase.COMPLETED);
		List<MigrationPhase> entered = this.instance.status()
			.history()
			.stream()
			.filter((entry) -> entry.action().equals("transition"))
			.map(MigrationStatus.HistoryEntry::to)
			.toList();
		assertThat(entered).containsExactly(MigrationPhase.COMPLETED, MigrationPhase.BACKFILL);
		assertThatIllegalArgumentException().isThrownBy(() -> this.instance.ask(MigrationPhase.OFF))
			.withMessageContaining("declare a new plan");
	}

	@Test
	void wayBackIsOff() {
		this.instance.poll().approve(MigrationPhase.BACKFILL);
		this.instance.ask(MigrationPhase.BACKFILL);
		this.instance.poll().ask(MigrationPhase.OFF);
		assertThat(this.instance.poll(4).phase()).isEqualTo(MigrationPhase.OFF);
		assertThat(this.instance.status().definition().accepted()).isNull();
	}

	@Test
	void requestsWithoutAMeaningAreRefused() {
		this.instance.poll();
		assertThatIllegalArgumentException().isThrownBy(() -> this.instance.ask(MigrationPhase.DUAL_READ))
			.withMessageContaining("none of its phases, which are [OFF, BACKFILL, COMPLETED]");
		assertThatIllegalArgumentException().isThrownBy(() -> this.instance.hold(MigrationPhase.EXPAND));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.instance.runner.change(TestCluster.PLAN,
					ChangeRequest.reconcile(Reconciliation.REPAIR, "alice", "because")))
			.withMessageContaining("nothing to read, repair, hide or run");
	}

}
