package dev.parallelchange.migration.phase;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.GateClosedException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.Reconciliation;
import dev.parallelchange.migration.SourceState;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * What an operator may ask for.
 *
 * <p>
 * A request is kept unless it is impossible. It is refused when the phase is just one
 * step away and a gate is closed that somebody has to open; where gates are closed only
 * until work under way has ended, and where the phase is further away, the plan moves
 * when it can.
 */
final class RequestRules {

	private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

	private RequestRules() {
	}

	/**
	 * Check what can be told without looking at the plan.
	 */
	static void checkValues(ChangeRequest request) {
		Assert.hasText(request.actor(), "'actor' must not be empty");
		Assert.isTrue(request.reads() == null || request.reads().compareTo(HUNDRED) <= 0,
				() -> "'reads' is %s, but must be between 0 and 100 per cent".formatted(request.reads()));
		Assert.isTrue(request.approve() != MigrationPhase.OFF,
				"'approve' is OFF, but only phases that are entered forward are approved");
		Assert.isTrue(request.source() != SourceState.DROPPED,
				"'source' is DROPPED, but can only be SHOWN or HIDDEN; it is dropped on the way to COMPLETED");
		Assert.isTrue(!request.force() || request.phase() != null, "'force' needs a 'phase'");
		Assert.isTrue(request.dryRun() || asksForSomething(request),
				"Nothing is asked for: give 'phase', 'hold', 'reads', 'backfill', 'approve', 'reconcile', 'source', 'definition', 'scripts' or 'drift'");
		Assert.isTrue(!request.acceptDefinition() || isAlone(request),
				"'definition' is accepted by a request of its own; ask for what follows afterwards");
		boolean keeps = request.reconcile() != null && request.reconcile().kept() != null;
		boolean needsReason = keeps || request.approve() != null || request.force() || request.source() != null
				|| request.acceptDefinition() || request.acceptDrift()
				|| (request.phase() != null && request.phase().isAtLeast(MigrationPhase.CONTRACT));
		Assert.isTrue(request.dryRun() || !needsReason || StringUtils.hasText(request.reason()),
				"'reason' must not be empty for an approval, for a definition, for drift, for force, for the source, to keep a side, and from CONTRACT on");
	}

	/**
	 * Check that a phase is not out of reach.
	 */
	static void checkReachable(MigrationPlan plan, Agreement agreement, ChangeRequest request) {
		String planId = agreement.stored().state().planId();
		if (request.phase() != null) {
			refuse(planId, request.phase(), LimitGates.closed(agreement, request.phase()));
			boolean far = plan.step(agreement.stored().phase(), request.phase()) != request.phase();
			Assert.isTrue(!request.force() || !far,
					() -> "'force' makes one step at a time; plan '%s' is in %s, so that %s cannot be forced"
						.formatted(planId, agreement.stored().phase(), request.phase()));
		}
		if (request.hold() != null) {
			List<Gate> closed = new ArrayList<>(LimitGates.closed(agreement, request.hold()));
			closed.removeIf((gate) -> gate.name().equals("configured-phase"));
			refuse(planId, request.hold(), closed);
		}
	}

	/**
	 * Check that a plan that deletes rows is asked for what it can do.
	 */
	static void checkPurge(MigrationPlan plan, MigrationPhase current, ChangeRequest request) {
		if (!plan.isPurge()) {
			return;
		}
		Assert.isTrue(current != MigrationPhase.COMPLETED,
				() -> "Plan '%s' is COMPLETED, and what it has deleted is in backups only; declare a new plan to delete more"
					.formatted(plan.id()));
		Stream.of(request.phase(), request.hold(), request.approve())
			.filter((phase) -> phase != null && !plan.phases().contains(phase))
			.findFirst()
			.ifPresent((phase) -> {
				throw new IllegalArgumentException("Plan '%s' deletes rows, and %s is none of its phases, which are %s"
					.formatted(plan.id(), phase, plan.phases()));
			});
		boolean verifies = request.reconcile() == null || request.reconcile() == Reconciliation.VERIFY;
		Assert.isTrue(
				request.reads() == null && verifies && request.source() == null && !request.retryScripts()
						&& !request.acceptDrift(),
				() -> "Plan '%s' deletes rows, so that there is nothing to read, repair, hide or run; ask for 'phase', 'hold', 'backfill', 'approve' or 'reconcile': 'VERIFY'"
					.formatted(plan.id()));
		Assert.isTrue(!request.acceptDefinition(),
				() -> "Plan '%s' deletes rows, and what has been approved is its condition as it was; go back to OFF, and have the other one approved"
					.formatted(plan.id()));
	}

	/**
	 * Check that there is a source to show or hide.
	 */
	static void checkSource(MigrationPlan plan, MigrationPhase phase, @Nullable SourceState source) {
		if (source == null) {
			return;
		}
		Assert.isTrue(plan.contract().drops(),
				() -> "Nothing of plan '%s' is hidden, since migration.plans.%s.contract.source is keep"
					.formatted(plan.id(), plan.id()));
		Assert.isTrue(phase == MigrationPhase.CONTRACT,
				() -> "'source' is shown and hidden in CONTRACT only, and plan '%s' is in %s%s".formatted(plan.id(),
						phase, (phase == MigrationPhase.COMPLETED)
								? "; what has been dropped is in the database's backups" : ""));
	}

	/**
	 * Check that there are changes of the tables to accept.
	 */
	static void checkDrift(MigrationPlan plan, MigrationPhase phase, ChangeRequest request) {
		Assert.isTrue(!request.acceptDrift() || phase.isMirrored(),
				() -> "'drift' is accepted from DUAL_WRITE to CUTOVER, and plan '%s' is in %s".formatted(plan.id(),
						phase));
	}

	/**
	 * Check the gates of a phase that is one step away.
	 */
	static void checkGates(Step step, List<Gate> own, List<Gate> ofEngines, boolean force) {
		List<Gate> closed = new ArrayList<>(own);
		if (!force) {
			closed.addAll(ofEngines);
		}
		closed.removeIf(Gate::open);
		if (!closed.stream().allMatch(Gate::waiting)) {
			refuse(step.plan().id(), step.to(), closed);
		}
	}

	private static void refuse(String planId, MigrationPhase phase, List<Gate> closed) {
		if (!closed.isEmpty()) {
			throw new GateClosedException(planId, phase, closed);
		}
	}

	private static boolean asksForSomething(ChangeRequest request) {
		return request.acceptDefinition() || !isAlone(request);
	}

	private static boolean isAlone(ChangeRequest request) {
		return request.phase() == null && request.hold() == null && request.reads() == null
				&& request.backfill() == null && request.approve() == null && request.reconcile() == null
				&& request.source() == null && !request.retryScripts() && !request.acceptDrift();
	}

}
