package dev.parallelchange.migration.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Leftover;
import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.PlanState;

/**
 * Collects what of a completed plan is still there, in the order in which it goes.
 */
final class Leftovers {

	private final LeftoverStore store;

	private final Function<String, List<String>> repositories;

	private final MigrationFlags flags;

	Leftovers(LeftoverStore store, Function<String, List<String>> repositories, MigrationFlags flags) {
		this.store = store;
		this.repositories = repositories;
		this.flags = flags;
	}

	List<Leftover> of(DerivedPlan plan, PlanState state) {
		List<Leftover> leftovers = new ArrayList<>();
		for (String repository : this.repositories.apply(plan.id())) {
			leftovers.add(new Leftover(Leftover.Kind.REPOSITORY, "@MigratedRepository on " + repository,
					"remove the annotation and the class marked @SourceSide"));
		}
		for (MigrationFlag flag : MigrationFlag.values()) {
			if (isSet(plan, state, flag)) {
				leftovers.add(new Leftover(Leftover.Kind.FLAG, plan.plan().flags().name(plan.id(), flag),
						"delete the flag, and what rollout.%s says".formatted(flag.name().toLowerCase(Locale.ROOT))));
			}
		}
		leftovers.addAll(this.store.find(plan));
		return leftovers;
	}

	/**
	 * A flag that nobody has set lets the mirror and the copy run, and sends no reads. A
	 * share answers the same way each time, since it sticks to the plan.
	 */
	private boolean isSet(DerivedPlan plan, PlanState state, MigrationFlag flag) {
		boolean enabled = this.flags.isEnabled(plan.plan(), flag, plan.id());
		return switch (flag) {
			case READ -> enabled || state.reads() != null || plan.plan().rollout().read().signum() > 0;
			case WRITE -> !enabled || !plan.plan().rollout().write();
			case BACKFILL -> !enabled || !plan.plan().rollout().backfill();
		};
	}

}
