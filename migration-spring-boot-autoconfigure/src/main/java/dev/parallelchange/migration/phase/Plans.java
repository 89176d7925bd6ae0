package dev.parallelchange.migration.phase;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.SwitchKind;
import dev.parallelchange.migration.UnknownPlanException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The plans of this instance, as declared and as far as they could be derived.
 */
final class Plans {

	private final Map<String, MigrationPlan> declared = new LinkedHashMap<>();

	private final Map<String, DerivedPlan> derived = new ConcurrentHashMap<>();

	private final Function<MigrationPlan, DerivedPlan> deriver;

	Plans(List<MigrationPlan> plans, Function<MigrationPlan, DerivedPlan> deriver) {
		for (MigrationPlan plan : plans) {
			MigrationPlan other = this.declared.put(uniform(plan.id()), plan);
			Assert.isTrue(other == null, () -> "Plan id '%s' occurs twice".formatted(plan.id()));
		}
		this.deriver = deriver;
	}

	List<MigrationPlan> all() {
		return List.copyOf(this.declared.values());
	}

	List<String> ids() {
		return this.declared.values().stream().map(MigrationPlan::id).toList();
	}

	MigrationPlan named(String id) {
		MigrationPlan plan = this.declared.get(uniform(id));
		if (plan == null) {
			throw new UnknownPlanException(id, ids());
		}
		return plan;
	}

	@Nullable DerivedPlan derived(MigrationPlan plan) {
		return this.derived.get(plan.id());
	}

	/**
	 * Derive what has not been derived yet. A plan that cannot be derived does not keep
	 * the others from it.
	 */
	void derive(Failures failures) {
		for (MigrationPlan plan : this.declared.values()) {
			if (!this.derived.containsKey(plan.id())) {
				failures.attempt(plan.id(), "derive the plan",
						() -> this.derived.put(plan.id(), this.deriver.apply(plan)));
			}
		}
	}

	boolean isSwitchedByRelease(MigrationPlan plan) {
		DerivedPlan known = derived(plan);
		if (known != null) {
			return known.switchKind() == SwitchKind.RELEASE;
		}
		return plan.switchKind() == SwitchKind.RELEASE || (plan.switchKind() == null && plan.uses() != null);
	}

	boolean usesTarget(MigrationPlan plan) {
		return isSwitchedByRelease(plan) && plan.uses() == MigrationSide.TARGET;
	}

	/**
	 * Spring Boot's form in which property names are compared.
	 */
	private static String uniform(String id) {
		return id.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
	}

}
