package dev.parallelchange.migration;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * One migration as declared: a source, a target, a mapping and settings.
 *
 * <p>
 * Expressions are SQL and name the two sides {@code source.} and {@code target.} only.
 *
 * @param id the plan's id, such as {@code user-settings}
 * @param source the side that the data comes from
 * @param target the side that the data goes to; the same table for a column plan
 * @param rename target columns by the source columns whose values they take
 * @param mapping expressions over the source row by target column
 * @param filter the condition for source rows that belong to the plan; {@code null} for
 * all
 * @param reverse expressions over the target row by source column
 * @param dependsOn tables that the mapping looks up
 * @param shape how the two sides relate; {@code null} to derive
 * @param mirror who mirrors; {@code null} to derive
 * @param switchKind how the application changes sides; {@code null} to derive
 * @param phase the phase that this instance asks for; {@code null} to ask for none
 * @param uses the side that this release uses, with {@link SwitchKind#RELEASE};
 * {@code null} for the source
 * @param flags the names of the flags
 * @param rollout the values of the flags where no flag server decides
 * @param backfill how existing rows are copied
 * @param verification how both sides are compared
 * @param safety limits for the library's own statements
 * @param contract how the source is given up
 * @param scripts where the plan's own scripts are
 * @param finish what the target refuses when all of its rows are there
 * @param readQueries how the application reads the target: SQL with parameters such as
 * {@code :id}
 * @param transformer computes target columns in Java; {@code null} if SQL computes all
 */
public record MigrationPlan(String id, TableReference source, TableReference target, Map<String, String> rename,
		Map<String, String> mapping, @Nullable String filter, Map<String, String> reverse, List<String> dependsOn,
		@Nullable PlanShape shape, @Nullable MirrorKind mirror, @Nullable SwitchKind switchKind,
		@Nullable MigrationPhase phase, @Nullable MigrationSide uses, FlagSettings flags, RolloutSettings rollout,
		BackfillSettings backfill, VerificationSettings verification, SafetySettings safety, ContractSettings contract,
		ScriptSettings scripts, FinishSettings finish, List<String> readQueries,
		@Nullable MigrationTransformer transformer) {

	private static final List<MigrationPhase> ALL_PHASES = List.of(MigrationPhase.values());

	private static final List<MigrationPhase> PURGE_PHASES = List.of(MigrationPhase.OFF, MigrationPhase.BACKFILL,
			MigrationPhase.COMPLETED);

	public MigrationPlan {
		Assert.hasText(id, "'id' must not be empty");
		Assert.notNull(source, "'source' must not be null");
		Assert.notNull(target, "'target' must not be null");
		rename = Map.copyOf(rename);
		mapping = Map.copyOf(mapping);
		reverse = Map.copyOf(reverse);
		dependsOn = List.copyOf(dependsOn);
		readQueries = List.copyOf(readQueries);
		PlanLimits limits = new PlanLimits(id);
		limits.check(rollout);
		limits.check(backfill);
		limits.check(verification);
		limits.check(safety);
		limits.check(contract);
		if (!finish.isEmpty() && target.dataSource() != null) {
			throw new InvalidPlanException(id, "finish", "the target is in another database",
					"Leave constraints to the migrations of that database");
		}
	}

	/**
	 * Return whether the plan deletes rows of its source, and does nothing else.
	 * @return {@code true} if its filter says which rows are deleted
	 */
	public boolean isPurge() {
		return this.shape == PlanShape.PURGE;
	}

	/**
	 * Return the phases that the plan goes through.
	 * @return the phases in order; three of them for a plan that deletes rows
	 */
	public List<MigrationPhase> phases() {
		return isPurge() ? PURGE_PHASES : ALL_PHASES;
	}

	/**
	 * Return the phase of the plan that lies one step closer to the given one.
	 * @param from the phase where it stands
	 * @param destination the phase to move toward
	 * @return the next phase, the previous one, or {@code from} when the destination has
	 * been reached or lies on another way
	 */
	public MigrationPhase step(MigrationPhase from, MigrationPhase destination) {
		int position = phases().indexOf(from);
		int direction = Integer.signum(destination.compareTo(from));
		int next = position + direction;
		boolean passes = position >= 0 && next >= 0 && next < phases().size()
				&& phases().get(next).compareTo(destination) * direction <= 0;
		return passes ? phases().get(next) : from;
	}

	/**
	 * Return whether the target is in another database than the source.
	 * @return {@code true} if the target names a {@code DataSource}
	 */
	public boolean isAcrossDatabases() {
		return this.target.dataSource() != null;
	}

	/**
	 * Return whether rows go through the application on their way from one side to the
	 * other: to another database, or through a transformer. The database alone cannot
	 * mirror them then.
	 * @return {@code true} if no statement can do without the application
	 */
	public boolean rowsTravel() {
		return isAcrossDatabases() || this.transformer != null;
	}

	/**
	 * Return the same plan with a transformer.
	 * @param transformer computes target columns in Java
	 * @return the plan
	 */
	public MigrationPlan withTransformer(MigrationTransformer transformer) {
		Assert.notNull(transformer, "'transformer' must not be null");
		return mutate().transformer(transformer).build();
	}

	/**
	 * Return the same plan for all rows of its source.
	 * @return the plan
	 */
	public MigrationPlan withoutFilter() {
		return mutate().filter(null).build();
	}

	/**
	 * Start to declare another plan that differs from this one in little.
	 * @return a builder that has all of this plan
	 */
	public MigrationPlanBuilder mutate() {
		return new MigrationPlanBuilder(this);
	}

	/**
	 * Start to declare a plan.
	 * @param id the plan's id
	 * @return a builder
	 */
	public static MigrationPlanBuilder of(String id) {
		return new MigrationPlanBuilder(id);
	}

}
