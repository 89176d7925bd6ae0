package dev.parallelchange.migration.phase;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.GateClosedException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationStatus.Approval;
import dev.parallelchange.migration.Reconciliation;

import org.springframework.util.Assert;

/**
 * Checks what an operator asks for, and records it for the cluster.
 */
final class ChangeHandler {

	private final Plans plans;

	private final PlanStore store;

	private final AgreementReader agreements;

	private final StepGates gates;

	private final DefinitionAcceptance acceptance;

	ChangeHandler(Plans plans, PlanStore store, AgreementReader agreements, StepGates gates,
			DefinitionAcceptance acceptance) {
		this.plans = plans;
		this.store = store;
		this.agreements = agreements;
		this.gates = gates;
		this.acceptance = acceptance;
	}

	/**
	 * What would be, had the request's hold been recorded.
	 */
	Agreement imagine(MigrationPlan plan, ChangeRequest request) {
		return withHold(this.agreements.read(plan), request);
	}

	void apply(MigrationPlan plan, ChangeRequest request) {
		Agreement agreement = imagine(plan, request);
		RequestRules.checkPurge(plan, agreement.stored().phase(), request);
		if (plan.safety().dryRun()) {
			checkDryRun(plan, agreement, request);
		}
		this.store.create(this.plans.ids());
		RequestRules.checkReachable(plan, agreement, request);
		checkKept(plan, request);
		RequestRules.checkSource(plan, agreement.stored().phase(), request.source());
		RequestRules.checkDrift(plan, agreement.stored().phase(), request);
		if (request.phase() != null) {
			checkGates(plan, agreement, request, request.phase());
		}
		this.store.atomically(() -> record(plan, agreement, request));
		if (request.acceptDefinition()) {
			this.acceptance.accept(plan, agreement, audit(request));
		}
	}

	/**
	 * What has begun may be stopped and taken back; nothing else is recorded.
	 */
	private void checkDryRun(MigrationPlan plan, Agreement agreement, ChangeRequest request) {
		MigrationPhase phase = agreement.stored().phase();
		MigrationPhase asked = (request.phase() != null) ? request.phase() : phase;
		boolean forward = asked.compareTo(phase) > 0;
		if (phase != MigrationPhase.OFF && !forward) {
			return;
		}
		DerivedPlan derived = this.plans.derived(plan);
		Assert.isTrue(derived != null,
				() -> "Plan '%s' is in dry run and has not been derived yet".formatted(plan.id()));
		MigrationPhase next = plan.step(phase, forward ? asked : MigrationPhase.COMPLETED);
		List<Gate> gates = this.gates.all(new Step(derived, agreement, approvals(plan, request), next));
		if (next == MigrationPhase.EXPAND && asked.isAtLeast(MigrationPhase.DUAL_WRITE)) {
			gates.addAll(this.gates.ofEngines(derived, next, MigrationPhase.DUAL_WRITE));
		}
		gates.removeIf((gate) -> gate.open() || gate.name().equals("dry-run"));
		gates.add(0, DryRun.refusal(derived, phase, forward ? asked : next));
		throw new GateClosedException(plan.id(), forward ? asked : next, gates);
	}

	private static Audit audit(ChangeRequest request) {
		return new Audit(request.actor(), (request.reason() != null) ? request.reason() : "");
	}

	private void checkKept(MigrationPlan plan, ChangeRequest request) {
		DerivedPlan derived = this.plans.derived(plan);
		Assert.isTrue(request.reconcile() != Reconciliation.KEEP_TARGET || derived == null || derived.isReversible(),
				() -> "Plan '%s' has no way back from the target to the source, so that the target's rows cannot be kept; use KEEP_SOURCE"
					.formatted(plan.id()));
	}

	private static Agreement withHold(Agreement agreement, ChangeRequest request) {
		if (request.hold() == null) {
			return agreement;
		}
		MigrationPhase hold = (request.hold() == MigrationPhase.COMPLETED) ? null : request.hold();
		return new Agreement(agreement.stored().withHold(hold, request.actor()), agreement.participants(),
				agreement.release());
	}

	private void checkGates(MigrationPlan plan, Agreement agreement, ChangeRequest request, MigrationPhase phase) {
		DerivedPlan derived = this.plans.derived(plan);
		boolean adjacent = phase != agreement.stored().phase() && plan.step(agreement.stored().phase(), phase) == phase;
		if (derived != null && adjacent) {
			Step step = new Step(derived, agreement, approvals(plan, request), phase);
			RequestRules.checkGates(step, this.gates.own(step), this.gates.ofEngines(step), request.force());
		}
	}

	private List<Approval> approvals(MigrationPlan plan, ChangeRequest request) {
		List<Approval> approvals = new ArrayList<>(this.store.approvals(plan.id()));
		if (request.approve() != null) {
			approvals.removeIf((approval) -> approval.phase() == request.approve());
			approvals.add(new Approval(request.approve(), request.actor(), "", Instant.now(), Instant.MAX, false));
		}
		return approvals;
	}

	private void record(MigrationPlan plan, Agreement agreement, ChangeRequest request) {
		String planId = plan.id();
		Audit audit = audit(request);
		if (request.approve() != null) {
			this.store.approve(planId, request.approve(), plan.safety().approvalExpiry(), audit);
		}
		if (request.hold() != null) {
			MigrationPhase hold = request.hold();
			this.store.hold(planId, (hold == MigrationPhase.COMPLETED) ? null : hold, false, audit);
		}
		if (request.reads() != null) {
			BigDecimal reads = request.reads();
			this.store.reads(planId, (reads.signum() < 0) ? null : reads, audit);
		}
		if (request.backfill() != null) {
			String reason = audit.reason().isEmpty() ? "" : ": " + audit.reason();
			this.store.pause(planId, request.backfill() ? null : "paused by " + audit.actor() + reason, audit);
		}
		if (request.reconcile() != null) {
			this.store.reconcile(planId, request.reconcile(), audit);
		}
		if (request.retryScripts()) {
			this.store.retryScripts(planId, audit);
		}
		if (request.acceptDrift()) {
			this.store.acceptDrift(planId, audit);
		}
		if (request.source() != null) {
			this.store.wantSource(planId, request.source(), audit);
		}
		if (request.phase() != null) {
			recordPhase(planId, agreement, request.phase(), request.force(), audit);
		}
	}

	/**
	 * Below what the instances' configuration wants, only a hold keeps the plan.
	 */
	private void recordPhase(String planId, Agreement agreement, MigrationPhase phase, boolean force, Audit audit) {
		Wish configured = agreement.configured();
		if (configured == null || phase.isAtLeast(configured.phase())) {
			this.store.request(planId, phase, force, audit);
			return;
		}
		String reason = "hold, since %s asks for %s".formatted(configured.by(), configured.phase());
		this.store.hold(planId, phase, force,
				new Audit(audit.actor(), audit.reason().isEmpty() ? reason : audit.reason() + " (" + reason + ")"));
	}

}
