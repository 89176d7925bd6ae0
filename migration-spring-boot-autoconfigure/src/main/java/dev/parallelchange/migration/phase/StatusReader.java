package dev.parallelchange.migration.phase;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MigrationStatus.Approval;
import dev.parallelchange.migration.MigrationStatus.InstanceStatus;
import dev.parallelchange.migration.MigrationStatus.NextStep;
import dev.parallelchange.migration.PlanDescription;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Collects everything that is known about a plan.
 */
final class StatusReader {

	private static final Log logger = LogFactory.getLog(StatusReader.class);

	private static final int HISTORY = 20;

	private final UUID self;

	private final Plans plans;

	private final PlanStore store;

	private final StepGates gates;

	private final List<MigrationEngine> engines;

	private final MigrationFlags flags;

	StatusReader(UUID self, Plans plans, PlanStore store, StepGates gates, List<MigrationEngine> engines,
			MigrationFlags flags) {
		this.self = self;
		this.plans = plans;
		this.store = store;
		this.gates = gates;
		this.engines = List.copyOf(engines);
		this.flags = flags;
	}

	/**
	 * Read a status.
	 * @param destination the phase whose next step is looked at; {@code null} for what
	 * the cluster wants
	 */
	MigrationStatus status(MigrationPlan plan, Agreement agreement, @Nullable MigrationPhase destination) {
		MigrationStatus.Builder status = new MigrationStatus.Builder(agreement.stored().state());
		Wish wish = agreement.wish();
		status.requested((wish != null) ? wish.phase() : null, (wish != null) ? wish.by() : null);
		status.instances(agreement.participants().stream().map(this::instance).toList());
		status.dryRun(plan.safety().dryRun() || DryRun.isIn(agreement));
		status.history(this.store.history(plan.id(), HISTORY));
		status.flags(flags(plan));
		List<Approval> approvals = this.store.approvals(plan.id());
		status.approvals(approvals);
		DerivedPlan derived = this.plans.derived(plan);
		if (derived != null) {
			status.plan(PlanDescription.of(derived));
			status.definition(DefinitionAgreement.of(agreement, derived.definition()).status());
			status.next(next(derived, agreement, approvals,
					(destination != null) ? destination : (wish != null) ? wish.phase() : null));
			report(derived, status);
		}
		else {
			this.engines.forEach((engine) -> attempt(plan.id(), engine, () -> engine.reportUnderived(plan, status)));
		}
		return status.build();
	}

	/**
	 * Return the share of the copy that is done, from 0 to 1; {@code null} if unknown.
	 */
	@Nullable Double copied(DerivedPlan plan, StoredPlan stored) {
		MigrationStatus built = figures(plan, stored);
		return (built.backfill() != null) ? built.backfill().share() : null;
	}

	/**
	 * Return what the engines report, and nothing else.
	 */
	MigrationStatus figures(DerivedPlan plan, StoredPlan stored) {
		MigrationStatus.Builder status = new MigrationStatus.Builder(stored.state());
		report(plan, status);
		return status.build();
	}

	private @Nullable NextStep next(DerivedPlan plan, Agreement agreement, List<Approval> approvals,
			@Nullable MigrationPhase destination) {
		MigrationPhase phase = agreement.stored().phase();
		MigrationPhase toward = (destination != null && destination != phase) ? destination : MigrationPhase.COMPLETED;
		MigrationPhase to = plan.plan().step(phase, toward);
		if (to == phase) {
			return null;
		}
		List<Gate> all = new ArrayList<>();
		if (toward == destination && to != destination) {
			all.addAll(LimitGates.closed(agreement, destination));
		}
		for (Gate gate : this.gates.all(new Step(plan, agreement, approvals, to))) {
			if (all.stream().noneMatch((other) -> other.name().equals(gate.name()))) {
				all.add(gate);
			}
		}
		all.addAll(this.gates.ofFence(new Step(plan, agreement, approvals, to)));
		return new NextStep(to, all);
	}

	private void report(DerivedPlan plan, MigrationStatus.Builder status) {
		for (MigrationEngine engine : this.engines) {
			if (engine.worksFor(plan)) {
				attempt(plan.id(), engine, () -> engine.report(plan, status));
			}
		}
	}

	private static void attempt(String plan, MigrationEngine engine, Runnable report) {
		try {
			report.run();
		}
		catch (RuntimeException ex) {
			logger.warn("Plan '%s': %s cannot report: %s".formatted(plan, engine.getClass().getSimpleName(),
					Failures.summary(ex)));
		}
	}

	private InstanceStatus instance(Participant participant) {
		return new InstanceStatus(participant.instanceId().toString(), participant.host(), participant.version(),
				participant.uses(), participant.asks(), participant.epoch(), participant.leaseSeconds(),
				participant.silentSeconds(), participant.isSilent(), participant.instanceId().equals(this.self));
	}

	private Map<String, Object> flags(MigrationPlan plan) {
		Map<String, Object> values = new LinkedHashMap<>();
		for (MigrationFlag flag : plan.isPurge() ? List.of(MigrationFlag.BACKFILL) : List.of(MigrationFlag.values())) {
			values.put(plan.flags().name(plan.id(), flag), this.flags.isEnabled(plan, flag, null));
		}
		return values;
	}

}
