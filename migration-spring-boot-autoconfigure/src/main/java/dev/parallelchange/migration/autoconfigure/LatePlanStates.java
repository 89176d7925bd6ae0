package dev.parallelchange.migration.autoconfigure;

import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.WriteFence;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;

/**
 * States that are looked up when they are first needed.
 */
final class LatePlanStates implements PlanStates {

	private final ObjectProvider<PlanStates> provider;

	private volatile @Nullable PlanStates states;

	LatePlanStates(ObjectProvider<PlanStates> provider) {
		this.provider = provider;
	}

	@Override
	public PlanState current(String planId) {
		return states().current(planId);
	}

	@Override
	public boolean isCurrent() {
		return states().isCurrent();
	}

	@Override
	public boolean isCurrentSince(long nanos) {
		return states().isCurrentSince(nanos);
	}

	@Override
	public @Nullable WriteFence fence(String planId) {
		return states().fence(planId);
	}

	private PlanStates states() {
		PlanStates found = this.states;
		if (found == null) {
			found = this.provider.getObject();
			this.states = found;
		}
		return found;
	}

}
