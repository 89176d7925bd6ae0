package dev.parallelchange.migration.phase;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.Admission;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a release that uses a target from serving before the target is ready.
 */
final class AdmissionCheck implements Admission {

	private final Plans plans;

	private final StatusReader statuses;

	private volatile List<String> obstacles;

	AdmissionCheck(Plans plans, StatusReader statuses) {
		this.plans = plans;
		this.statuses = statuses;
		this.obstacles = plans.all()
			.stream()
			.filter(plans::usesTarget)
			.map((plan) -> "plan %s is not known yet; this release needs it ready".formatted(plan.id()))
			.toList();
	}

	@Override
	public List<String> obstacles() {
		return this.obstacles;
	}

	void refused(MigrationException refusal) {
		this.obstacles = List.of(String.valueOf(refusal.getMessage()));
	}

	void update(Map<MigrationPlan, Agreement> agreements) {
		List<String> found = new ArrayList<>();
		agreements.forEach((plan, agreement) -> {
			StoredPlan stored = agreement.stored();
			if (this.plans.usesTarget(plan) && !stored.phase().isAtLeast(MigrationPhase.DUAL_READ)) {
				found.add("plan %s is in %s%s; this release needs it ready; older instances keep serving"
					.formatted(plan.id(), stored.phase(), progress(this.plans.derived(plan), stored)));
			}
		});
		this.obstacles = List.copyOf(found);
	}

	private String progress(@Nullable DerivedPlan plan, StoredPlan stored) {
		if (plan == null || stored.phase() != MigrationPhase.BACKFILL) {
			return "";
		}
		Double copied = this.statuses.copied(plan, stored);
		return (copied != null) ? " (%d %%)".formatted((int) (copied * 100)) : "";
	}

}
