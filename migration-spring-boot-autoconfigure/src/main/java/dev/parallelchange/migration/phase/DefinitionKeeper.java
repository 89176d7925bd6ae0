package dev.parallelchange.migration.phase;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.DefinitionStatus.Differing;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.PlanDefinition;

/**
 * Tells the cluster what this instance means by its plans, and keeps it from working for
 * a plan while that is not what the cluster has accepted.
 */
final class DefinitionKeeper {

	private final Plans plans;

	private final PlanStore store;

	private final Membership membership;

	private final MigrationListener listener;

	private final Map<String, List<Differing>> seen = new ConcurrentHashMap<>();

	private final Map<String, List<Differing>> told = new ConcurrentHashMap<>();

	DefinitionKeeper(Plans plans, PlanStore store, Membership membership, MigrationListener listener) {
		this.plans = plans;
		this.store = store;
		this.membership = membership;
		this.listener = listener;
	}

	/**
	 * Publish what this instance means, and compare it.
	 * @return whether this instance may work for the plan
	 */
	boolean keep(DerivedPlan plan, Agreement agreement) {
		this.membership.define(plan.plan());
		if (!agreement.stored().phase().isMirrored()) {
			this.told.remove(plan.id());
			return true;
		}
		tell(plan, agreement);
		if (this.plans.problem(plan.plan()) != null) {
			return false;
		}
		PlanDefinition accepted = agreement.stored().definition();
		if (accepted == null) {
			return adopt(plan, agreement);
		}
		return accepted.fingerprint().equals(plan.fingerprint()) || widen(plan, accepted);
	}

	/**
	 * A plan that was under way before definitions were kept.
	 */
	private boolean adopt(DerivedPlan plan, Agreement agreement) {
		return DefinitionAgreement.among(agreement, plan.definition()).isReached()
				&& this.store.redefine(plan.id(), null, plan.definition(),
						new Audit("instance " + this.membership.self().host(), "the definition of all live instances"));
	}

	private boolean widen(DerivedPlan plan, PlanDefinition accepted) {
		if (!plan.definition().isWideningOf(accepted)) {
			return false;
		}
		String differences = String.join("; ", plan.definition().differencesFrom(accepted));
		return this.store.redefine(plan.id(), accepted, plan.definition(),
				new Audit("instance " + this.membership.self().host(), "columns have become wider: " + differences));
	}

	/**
	 * Instances notice a change of tables one after the other, so a difference is told
	 * when it is seen twice.
	 */
	private void tell(DerivedPlan plan, Agreement agreement) {
		List<Differing> differing = (agreement.stored().definition() != null)
				? DefinitionAgreement.of(agreement, plan.definition()).differing() : List.of();
		boolean confirmed = differing.equals(this.seen.put(plan.id(), differing));
		if (differing.isEmpty()) {
			if (this.told.remove(plan.id()) != null) {
				this.listener.onEvent(new MigrationEvent.DefinitionAgreed(plan.id()));
			}
		}
		else if (confirmed && !differing.equals(this.told.put(plan.id(), differing))) {
			this.listener.onEvent(new MigrationEvent.DefinitionDiffers(plan.id(), differing));
		}
	}

}
