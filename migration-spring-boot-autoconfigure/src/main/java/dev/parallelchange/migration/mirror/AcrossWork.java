package dev.parallelchange.migration.mirror;

import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.PlanState;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done besides for plans whose target is in another database.
 */
public final class AcrossWork {

	private final StateCopies copies;

	private final JointTransactions joint;

	private final MirrorCounts counts;

	/**
	 * Create the work.
	 * @param copies keeps the plan's state in the other database
	 * @param joint keeps how many transactions will be two
	 * @param counts what this instance has counted of them
	 */
	public AcrossWork(StateCopies copies, JointTransactions joint, MirrorCounts counts) {
		this.copies = copies;
		this.joint = joint;
		this.counts = counts;
	}

	void run(DerivedPlan plan, PlanState state) {
		if (!plan.isAcrossDatabases()) {
			return;
		}
		flush(plan, state);
		this.copies.bringUpToDate(plan.plan());
	}

	private void flush(DerivedPlan plan, PlanState state) {
		boolean restarts = !state.phase().isAtLeast(MigrationPhase.DUAL_READ);
		if (restarts) {
			this.joint.add(plan.id(), state.epoch(), true, 0);
		}
		this.counts.takeJoint(plan.id(), (epoch, count) -> this.joint.add(plan.id(), epoch, false, count));
	}

	@Nullable Long jointTransactions(DerivedPlan plan) {
		return !plan.isAcrossDatabases() ? null : this.joint.count(plan.id());
	}

	/**
	 * Only somebody who knows the application can say whether it minds.
	 */
	Gate gate(DerivedPlan plan) {
		long count = this.joint.count(plan.id());
		boolean approved = count > 0 && this.joint.isApproved(plan.id());
		return Gate.of("joint-transactions", count == 0 || approved,
				count + (approved ? " (approved)" : "") + " that write the source within a transaction of the caller",
				"0, or an approval",
				("From CUTOVER on, such a transaction and its write to the target commit apart: one of them may be kept "
						+ "without the other. Where that is harmful, move the write out of the transaction, then go back to "
						+ "BACKFILL and forward again to count anew; where it is not: ")
						+ Gate.request(plan.id(), "\"approve\": \"CUTOVER\""));
	}

}
