package dev.parallelchange.migration.test;

import java.util.function.Supplier;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.DerivedPlans;
import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.MirrorStatus;
import dev.parallelchange.migration.Reconciliation;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.VerificationStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.util.Assert;

/**
 * Moves one plan as an operator does, by the application's own runner, and waits for it.
 *
 * <p>
 * Call it outside of a transaction: the runner's threads see nothing else.
 */
public final class PlanTester {

	static final String ACTOR = "test";

	private final MigrationPlan plan;

	private final boolean rowByRow;

	private final Supplier<Patience> patience;

	private final MigrationRunner runner;

	private final DerivedPlans derivedPlans;

	private final TestMigrationFlags flags;

	private final PlanRows rows;

	private final PlanWalk walk;

	private final PlanReset reset;

	private boolean begun;

	PlanTester(ApplicationContext context, MigrationPlan plan, boolean rowByRow, Supplier<Patience> patience) {
		this.plan = plan;
		this.rowByRow = rowByRow;
		this.patience = patience;
		this.runner = context.getBean(MigrationRunner.class);
		this.derivedPlans = context.getBean(DerivedPlans.class);
		this.flags = context.getBean(TestMigrationFlags.class);
		this.rows = PlanRows.of(context);
		this.walk = new PlanWalk(this.runner, plan.id(), context.getBean(LatestFailures.class));
		this.reset = new PlanReset(this.runner, PlanReset.databases(context), plan.id());
	}

	/**
	 * Return where the plan stands, freshly read, with values of rows.
	 * @return the status
	 */
	public MigrationStatus status() {
		return this.runner.status(this.plan.id());
	}

	/**
	 * Ask for a phase further on and wait until the plan is there; phases that need an
	 * approval are approved.
	 * @param phase the phase
	 * @return the status in that phase
	 * @throws AssertionError with the closed gates, if the plan does not get there
	 */
	public MigrationStatus advanceTo(MigrationPhase phase) {
		Assert.state(phase.isAtLeast(status().phase()), () -> "Plan '%s' is in %s, beyond %s: use rollBackTo(…)"
			.formatted(this.plan.id(), status().phase(), phase));
		return this.walk.to(phase, this.patience.get());
	}

	/**
	 * Ask for a phase further back and wait until the plan is there.
	 * @param phase the phase
	 * @return the status in that phase
	 * @throws AssertionError with the closed gates, if the plan does not get there
	 */
	public MigrationStatus rollBackTo(MigrationPhase phase) {
		Assert.state(status().phase().isAtLeast(phase), () -> "Plan '%s' is in %s, before %s: use advanceTo(…)"
			.formatted(this.plan.id(), status().phase(), phase));
		return this.walk.to(phase, this.patience.get());
	}

	/**
	 * Switch a flag on, and wait until that has come through.
	 * @param flag the flag
	 */
	public void switchOn(MigrationFlag flag) {
		flip(flag, true);
	}

	/**
	 * Switch a flag off for everybody, and wait until that has come through.
	 * @param flag the flag
	 */
	public void switchOff(MigrationFlag flag) {
		flip(flag, false);
	}

	private void flip(MigrationFlag flag, boolean on) {
		this.flags.set(this.plan.id(), flag, on);
		if (flag == MigrationFlag.WRITE) {
			this.patience.get()
				.until(() -> isCarried(on), () -> "The write flag of plan '%s' has not come through: %s"
					.formatted(this.plan.id(), status().mirror()));
		}
	}

	/**
	 * Triggers learn of the write flag from the plan's row, and only before
	 * {@code DUAL_READ}.
	 */
	private @Nullable Boolean isCarried(boolean on) {
		MigrationStatus status = status();
		MirrorStatus mirror = status.mirror();
		if (mirror == null || !status.phase().isMirrored()) {
			return true;
		}
		boolean counts = mirror.kind() == MirrorKind.PROXIES || !status.phase().isAtLeast(MigrationPhase.DUAL_READ);
		return (!counts || mirror.deferred() != on) ? Boolean.TRUE : null;
	}

	/**
	 * Enter {@code BACKFILL} and let the copy stop before a row: all rows before it, in
	 * the order of the key, have been copied when this method returns, and no other one
	 * has. Needs {@link MigrationTest#rowByRow()}.
	 * @param key the values of the row's key: integers, strings, UUIDs or
	 * {@code java.time} values, in the order of its columns; there need not be such a row
	 * @return the status with the paused copy
	 * @throws AssertionError if the copy does not get there
	 */
	public MigrationStatus copyUntil(Object... key) {
		Assert.state(!this.plan.isPurge(), () -> "Plan '%s' deletes rows and copies none".formatted(this.plan.id()));
		Assert.state(this.rowByRow, "copyUntil(…) needs @MigrationTest(rowByRow = true)");
		Assert.state(!status().phase().isAtLeast(MigrationPhase.BACKFILL),
				() -> "Plan '%s' is in %s and has begun to copy: begin before BACKFILL".formatted(this.plan.id(),
						status().phase()));
		DerivedPlan derived = derived();
		RowKey stop = RowKey.of(key);
		this.flags.copyWhile(this.plan.id(), () -> this.rows.isAnyMissingBefore(derived, stop));
		advanceTo(MigrationPhase.BACKFILL);
		return this.patience.get().until(() -> {
			MigrationStatus status = status();
			BackfillStatus copy = status.backfill();
			boolean stands = copy != null && copy.workers() == 0 && !this.rows.isAnyMissingBefore(derived, stop);
			return stands ? status : null;
		}, () -> "Plan '%s' has not copied all rows before %s: %s".formatted(this.plan.id(), stop.json(),
				status().backfill()));
	}

	/**
	 * Let the copy go on after {@link #copyUntil(Object...)}.
	 */
	public void resumeCopy() {
		this.flags.copyOn(this.plan.id());
	}

	/**
	 * Have all rows of both sides compared by the runner, which repairs nothing but, in
	 * {@code BACKFILL}, the copy.
	 * @throws AssertionError with the fields that differ, if not all rows are equal
	 */
	public void assertParity() {
		MigrationPhase phase = status().phase();
		Assert.state(phase.isMirrored() && phase.isAtLeast(MigrationPhase.BACKFILL),
				() -> "Plan '%s' is in %s, and rows are compared from BACKFILL to CUTOVER".formatted(this.plan.id(),
						phase));
		this.runner.change(this.plan.id(),
				ChangeRequest.reconcile(Reconciliation.VERIFY, ACTOR, "to find differences"));
		VerificationStatus found = this.patience.get()
			.until(this::passed, () -> "No full pass of plan '%s' came to its end: %s".formatted(this.plan.id(),
					status().verification()));
		long left = found.missing() + found.orphan() + found.different() - found.repaired();
		if (left > 0 || found.unconfirmed() > 0 || found.conflicts() > 0) {
			throw new AssertionError(this.rows.describe(derived(), found));
		}
	}

	/**
	 * The request is withdrawn by the end of a pass that began after it.
	 */
	private @Nullable VerificationStatus passed() {
		MigrationStatus status = status();
		VerificationStatus verification = status.verification();
		boolean passed = status.reconcile() == null && verification != null && verification.lastPass() != null;
		return passed ? verification : null;
	}

	void prepare(MigrationPhase phase) {
		if (!this.begun) {
			begin();
		}
		MigrationStatus status = status();
		BackfillStatus copy = status.backfill();
		if (copy != null && copy.state() == BackfillStatus.State.PAUSED) {
			this.runner.change(this.plan.id(), ChangeRequest.backfill(true, ACTOR, "a test begins"));
		}
		if (status.phase() != phase) {
			this.walk.to(phase, this.patience.get());
		}
	}

	/**
	 * An earlier run may have ended without cleaning up.
	 */
	private void begin() {
		MigrationPhase phase = status().phase();
		Assert.state(!phase.isAtLeast(MigrationPhase.CONTRACT),
				() -> "Plan '%s' is in %s in this database, from which no way leads back: give it a new one"
					.formatted(this.plan.id(), phase));
		if (phase != MigrationPhase.OFF) {
			this.reset.run(this.patience.get());
		}
		this.rows.remember(derived());
		this.begun = true;
	}

	void clean() {
		if (this.begun && !status().phase().isAtLeast(MigrationPhase.CONTRACT)) {
			this.reset.run(this.patience.get());
			this.rows.restore(derived());
		}
	}

	private DerivedPlan derived() {
		return this.derivedPlans.refresh(this.plan);
	}

}
