package dev.parallelchange.migration.routing;

import java.math.BigDecimal;

import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanState;
import org.jspecify.annotations.Nullable;

/**
 * Decides which side a read goes to, with at most one evaluation of a flag.
 *
 * <p>
 * In {@code DUAL_READ} the operator's share counts if there is one, else the read flag.
 * In {@code CUTOVER} reads go to the target; only what somebody has explicitly switched
 * off sends them back to the source: an operator's share of 0, or a read flag that a flag
 * server knows and has switched off for everybody. A share between, or a rollout that was
 * never configured, does not.
 */
final class ReadShare {

	private final MigrationPlan plan;

	private final MigrationFlags flags;

	ReadShare(MigrationPlan plan, MigrationFlags flags) {
		this.plan = plan;
		this.flags = flags;
	}

	MigrationSide side(PlanState state, @Nullable String stickiness) {
		boolean target = (state.phase() == MigrationPhase.CUTOVER) ? !isSwitchedBack(state.reads())
				: isShared(state.reads(), stickiness);
		return target ? MigrationSide.TARGET : MigrationSide.SOURCE;
	}

	private boolean isSwitchedBack(@Nullable BigDecimal reads) {
		return (reads != null) ? reads.signum() == 0 : this.flags.isSwitchedOff(this.plan, MigrationFlag.READ);
	}

	private boolean isShared(@Nullable BigDecimal reads, @Nullable String stickiness) {
		return (reads != null) ? Share.contains(this.plan.id(), stickiness, reads)
				: this.flags.isEnabled(this.plan, MigrationFlag.READ, stickiness);
	}

	boolean areWritesOff() {
		return !this.flags.isEnabled(this.plan, MigrationFlag.WRITE, null);
	}

}
