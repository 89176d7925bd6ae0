package dev.parallelchange.migration;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A plan with everything that its declaration leaves to the database's catalogue.
 *
 * @param plan the plan as declared
 * @param shape how the two sides relate
 * @param source the source table
 * @param target the target table; the source table for {@link PlanShape#COLUMN}
 * @param mapping the target's columns without its key, computed from {@code source.}
 * @param reverse the source's columns without its key, computed from {@code target.};
 * empty for a one-way plan
 * @param oneWayReason why there is no way back; {@code null} if there is one
 * @param mirror who mirrors
 * @param switchKind how the application changes sides
 * @param definition what the plan does, for comparison with other instances
 * @param tables a hash over all columns of the tables as they were when the plan was
 * derived
 */
public record DerivedPlan(MigrationPlan plan, PlanShape shape, MigrationTable source, MigrationTable target,
		List<MappedColumn> mapping, List<MappedColumn> reverse, @Nullable String oneWayReason, MirrorKind mirror,
		SwitchKind switchKind, PlanDefinition definition, String tables) {

	public DerivedPlan {
		mapping = List.copyOf(mapping);
		reverse = List.copyOf(reverse);
	}

	/**
	 * Return the plan's id.
	 * @return the id as declared
	 */
	public String id() {
		return this.plan.id();
	}

	/**
	 * Return the hash that tells this definition from others.
	 * @return the definition's fingerprint
	 */
	public String fingerprint() {
		return this.definition.fingerprint();
	}

	/**
	 * Return whether the target is in another database than the source.
	 * @return {@code true} if the target names a {@code DataSource}
	 */
	public boolean isAcrossDatabases() {
		return this.plan.isAcrossDatabases();
	}

	/**
	 * Return whether rows go through the application on their way from one side to the
	 * other: to another database, or through a transformer.
	 * @return {@code true} if no statement can do without the application
	 */
	public boolean rowsTravel() {
		return this.plan.rowsTravel();
	}

	/**
	 * Return whether the plan deletes rows of its source, and does nothing else.
	 * @return {@code true} for {@link PlanShape#PURGE}
	 */
	public boolean isPurge() {
		return this.plan.isPurge();
	}

	/**
	 * Return whether there is a way back from the target.
	 * @return {@code true} if a source row can be derived from a target row
	 */
	public boolean isReversible() {
		return this.oneWayReason == null;
	}

	/**
	 * Return whether the target does not exist as the plan needs it, so that only the
	 * source and the keys are known.
	 * @return {@code true} before the expand scripts have been run
	 */
	public boolean isProvisional() {
		return this.definition.parts().containsKey(PlanDefinition.PROVISIONAL);
	}

	/**
	 * Return the table of a side.
	 * @param side the side
	 * @return its table
	 */
	public MigrationTable table(MigrationSide side) {
		return (side == MigrationSide.SOURCE) ? this.source : this.target;
	}

}
