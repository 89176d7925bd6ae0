package dev.parallelchange.migration.phase;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import org.jspecify.annotations.Nullable;

/**
 * What this instance's configuration says about a plan.
 *
 * @param planId the plan's id
 * @param uses the side that it uses; {@code null} if it has no say
 * @param asks the phase that it asks for; {@code null} for none
 * @param dryRun whether it only looks
 * @param own what it means by the plan
 */
public record Participation(String planId, @Nullable MigrationSide uses, @Nullable MigrationPhase asks, boolean dryRun,
		OwnDefinition own) {

	static Participation of(MigrationPlan plan, OwnDefinition own) {
		return new Participation(plan.id(), (plan.uses() != null) ? plan.uses() : MigrationSide.SOURCE, plan.phase(),
				plan.safety().dryRun(), own);
	}

	/**
	 * What is said by an instance that has no say.
	 */
	static Participation silent(MigrationPlan plan, OwnDefinition own) {
		return new Participation(plan.id(), null, null, plan.safety().dryRun(), own);
	}

}
