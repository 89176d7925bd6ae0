package dev.parallelchange.migration.autoconfigure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.MigrationTransformer;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.TableReference;
import org.jspecify.annotations.Nullable;

/**
 * The plans of an application, from its properties and its beans.
 */
final class PlanDeclarations {

	private final MigrationProperties properties;

	PlanDeclarations(MigrationProperties properties) {
		this.properties = properties;
	}

	/**
	 * Join the plans of the properties with those that are beans.
	 * @param beans the plans that are beans
	 * @param transformers the transformers that are beans
	 * @return all plans
	 * @throws InvalidPlanException if a plan is incomplete, or declared twice
	 */
	MigrationPlans with(Collection<MigrationPlan> beans, Collection<MigrationTransformer> transformers) {
		return with(with(beans), transformers);
	}

	private static MigrationPlans with(MigrationPlans plans, Collection<MigrationTransformer> transformers) {
		Map<String, MigrationPlan> joined = new LinkedHashMap<>();
		plans.all().forEach((plan) -> joined.put(plan.id(), plan));
		for (MigrationTransformer transformer : transformers) {
			MigrationPlan plan = plans.find(transformer.planId());
			if (plan == null) {
				throw new InvalidPlanException(transformer.planId(), "transformer",
						"%s names this plan, which there is not".formatted(transformer.getClass().getName()),
						"Return one of " + joined.keySet() + " from its planId()");
			}
			joined.computeIfPresent(plan.id(), (id, known) -> with(known, transformer));
		}
		return MigrationPlans.of(joined.values());
	}

	private static MigrationPlan with(MigrationPlan plan, MigrationTransformer transformer) {
		MigrationTransformer other = plan.transformer();
		if (other != null && other != transformer) {
			throw new InvalidPlanException(plan.id(), "transformer",
					"there are two: %s and %s".formatted(other.getClass().getName(), transformer.getClass().getName()),
					"Let one transformer produce all columns that SQL cannot compute");
		}
		return plan.withTransformer(transformer);
	}

	private MigrationPlans with(Collection<MigrationPlan> beans) {
		List<MigrationPlan> plans = new ArrayList<>(beans);
		MigrationPlans declaredAsBeans = MigrationPlans.of(beans);
		plans().forEach((id, plan) -> {
			if (declaredAsBeans.find(id) != null) {
				throw new InvalidPlanException(id, "id", "the plan is a bean, and the properties name it too",
						"Declare it in one place; a bean may read 'phase' from a property of another name");
			}
			plans.add(plan(id, plan));
		});
		return MigrationPlans.of(plans);
	}

	/**
	 * An environment variable cannot spell an id such as {@code user-settings}: it binds
	 * to the declared plan, and to an entry {@code usersettings} of equal content beside
	 * it.
	 */
	private Map<String, PlanProperties> plans() {
		Map<String, String> ids = new LinkedHashMap<>();
		this.properties.plans().keySet().forEach((id) -> {
			String uniform = MigrationPlans.uniform(id);
			String other = ids.get(uniform);
			if (other != null && !other.equals(uniform) && !id.equals(uniform)) {
				throw MigrationPlans.collision(other, id);
			}
			if (other == null || other.equals(uniform)) {
				ids.put(uniform, id);
			}
		});
		Map<String, PlanProperties> plans = new LinkedHashMap<>(this.properties.plans());
		plans.keySet().retainAll(ids.values());
		return plans;
	}

	private MigrationPlan plan(String id, PlanProperties plan) {
		SettingsProperties defaults = this.properties.defaults();
		boolean purges = PurgeDeclaration.check(id, plan);
		TableReference source = side(id, "source", plan.source(), plan);
		return new MigrationPlan(id, source, purges ? source : side(id, "target", plan.target(), plan),
				columns(plan.rename()), columns(plan.mapping()), purges ? plan.purge() : plan.filter(),
				columns(plan.reverse()), plan.dependsOn(), purges ? PlanShape.PURGE : plan.shape(), plan.mirror(),
				plan.switchKind(), plan.phase(), plan.uses(), plan.flags(), plan.rollout().over(defaults.rollout()),
				plan.backfill().over(defaults.backfill()), plan.verification().over(defaults.verification()),
				plan.safety().over(defaults.safety()), plan.contract().over(defaults.contract()),
				plan.scripts().settings(), plan.finish().settings(), plan.readQueries(), null);
	}

	private static TableReference side(String id, String name, PlanProperties.@Nullable Side side,
			PlanProperties plan) {
		if (side != null && plan.table() != null) {
			throw new InvalidPlanException(id, "table", "'%s' is stated beside '%s'".formatted(plan.table(), name),
					"State 'table' for columns of one table, else 'source' and 'target'");
		}
		if (side != null && side.table() != null) {
			return new TableReference(side.table(), side.key(), side.dataSource(), side.sequence());
		}
		if (plan.table() != null) {
			return TableReference.of(plan.table());
		}
		throw new InvalidPlanException(id, name, "there is none",
				"State 'source' and 'target', or 'table'; or correct the plan's id if it is meant for another plan");
	}

	/**
	 * Leave out the second spelling that an environment variable adds for a column.
	 */
	private static Map<String, String> columns(Map<String, String> columns) {
		Map<String, String> result = new LinkedHashMap<>(columns);
		columns.forEach((column, value) -> {
			String uniform = MigrationPlans.uniform(column);
			if (!column.equals(uniform)) {
				result.remove(uniform, value);
			}
		});
		return result;
	}

}
