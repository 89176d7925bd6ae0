package dev.parallelchange.migration;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * The plans of an application, found by their ids in any of Spring Boot's relaxed forms.
 */
public final class MigrationPlans {

	private static final Pattern ID = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,99}");

	private final Map<String, MigrationPlan> plans = new LinkedHashMap<>();

	private MigrationPlans(Collection<MigrationPlan> plans) {
		for (MigrationPlan plan : plans) {
			if (!ID.matcher(plan.id()).matches()) {
				throw new InvalidPlanException(plan.id(), "id", "'%s' is not a plan's id".formatted(plan.id()),
						"Use letters, digits, '-' and '_', beginning with a letter, 100 at most");
			}
			if (plan.isPurge()) {
				new PurgeRules(plan).check();
			}
			MigrationPlan other = this.plans.putIfAbsent(uniform(plan.id()), plan);
			if (other != null) {
				throw collision(other.id(), plan.id());
			}
		}
	}

	/**
	 * Collect plans.
	 * @param plans the plans
	 * @return the plans by id
	 * @throws InvalidPlanException if ids collide, or one is not an id
	 */
	public static MigrationPlans of(Collection<MigrationPlan> plans) {
		Assert.notNull(plans, "'plans' must not be null");
		return new MigrationPlans(plans);
	}

	/**
	 * Return the form in which ids are compared.
	 * @param id an id
	 * @return its letters and digits in lower case
	 */
	public static String uniform(String id) {
		return id.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
	}

	/**
	 * Describe a collision of two ids.
	 * @param first an id
	 * @param second an id that Spring Boot takes for the same
	 * @return the exception to throw
	 */
	public static InvalidPlanException collision(String first, String second) {
		String problem = first.equals(second) ? "there are two plans of this id"
				: "'%s' and '%s' are the same name to Spring Boot".formatted(first, second);
		return new InvalidPlanException(second, "id", problem,
				"Give one of the plans an id that differs in letters or digits");
	}

	/**
	 * Return all plans.
	 * @return the plans in the order of declaration
	 */
	public List<MigrationPlan> all() {
		return List.copyOf(this.plans.values());
	}

	/**
	 * Return a plan.
	 * @param id its id in any relaxed form
	 * @return the plan
	 * @throws UnknownPlanException if there is no such plan
	 */
	public MigrationPlan get(String id) {
		MigrationPlan plan = find(id);
		if (plan == null) {
			throw new UnknownPlanException(id, this.plans.values().stream().map(MigrationPlan::id).toList());
		}
		return plan;
	}

	/**
	 * Look for a plan.
	 * @param id its id in any relaxed form
	 * @return the plan; {@code null} if there is none
	 */
	public @Nullable MigrationPlan find(String id) {
		return this.plans.get(uniform(id));
	}

}
