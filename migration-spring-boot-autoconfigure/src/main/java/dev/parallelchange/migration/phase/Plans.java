package dev.parallelchange.migration.phase;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.DerivedPlans;
import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanDefinition;
import dev.parallelchange.migration.RehearsalRefusedException;
import dev.parallelchange.migration.SwitchKind;
import org.jspecify.annotations.Nullable;

/**
 * The plans of this instance, as declared and as far as they could be derived.
 */
final class Plans {

	private final MigrationPlans declared;

	private final Map<String, DerivedPlan> derived = new ConcurrentHashMap<>();

	private final Map<String, String> problems = new ConcurrentHashMap<>();

	private final DerivedPlans deriver;

	Plans(MigrationPlans declared, DerivedPlans deriver) {
		this.declared = declared;
		this.deriver = deriver;
	}

	List<MigrationPlan> all() {
		return this.declared.all();
	}

	List<String> ids() {
		return all().stream().map(MigrationPlan::id).toList();
	}

	MigrationPlan named(String id) {
		return this.declared.get(id);
	}

	@Nullable DerivedPlan derived(MigrationPlan plan) {
		return this.derived.get(plan.id());
	}

	/**
	 * Derive what has not been derived yet. A plan that cannot be derived does not keep
	 * the others from it.
	 */
	void derive(Failures failures) {
		for (MigrationPlan plan : all()) {
			if (!this.derived.containsKey(plan.id())) {
				refresh(plan, failures);
			}
		}
	}

	/**
	 * Derive a plan again if its tables have been altered. One that cannot work any more
	 * is kept as it was, and its problem with it.
	 */
	void refresh(MigrationPlan plan, Failures failures) {
		failures.attempt(plan.id(), "derive the plan", () -> {
			try {
				this.derived.put(plan.id(), this.deriver.refresh(plan));
				this.problems.remove(plan.id());
			}
			catch (InvalidPlanException ex) {
				this.problems.put(plan.id(), ex.getProperty() + ": " + ex.getProblem());
				throw ex;
			}
		});
	}

	/**
	 * Why a plan does not work with its tables as they are; {@code null} if it does.
	 */
	@Nullable String problem(MigrationPlan plan) {
		return this.problems.get(plan.id());
	}

	/**
	 * A plan with a source and a target to rehearse with.
	 * @throws RehearsalRefusedException if it lacks one of the two
	 */
	DerivedPlan rehearsed(MigrationPlan plan, MigrationPhase phase) {
		DerivedPlan known = derived(plan);
		if (phase.isAtLeast(MigrationPhase.CONTRACT)) {
			throw new RehearsalRefusedException(plan.id(),
					"it is in %s, where rows are not copied any more".formatted(phase));
		}
		if (known == null || known.isProvisional()) {
			String problem = (known != null) ? known.definition().parts().get(PlanDefinition.PROVISIONAL)
					: problem(plan);
			throw new RehearsalRefusedException(plan.id(),
					"it does not fit its tables (%s); correct it, or create the target".formatted(problem));
		}
		return known;
	}

	OwnDefinition own(MigrationPlan plan) {
		DerivedPlan known = derived(plan);
		return OwnDefinition.of((known != null) ? known.definition() : null, problem(plan));
	}

	boolean isSwitchedByRelease(MigrationPlan plan) {
		if (plan.isPurge()) {
			return false;
		}
		DerivedPlan known = derived(plan);
		if (known != null) {
			return known.switchKind() == SwitchKind.RELEASE;
		}
		return plan.switchKind() == SwitchKind.RELEASE || (plan.switchKind() == null && plan.uses() != null);
	}

	boolean usesTarget(MigrationPlan plan) {
		return isSwitchedByRelease(plan) && plan.uses() == MigrationSide.TARGET;
	}

}
