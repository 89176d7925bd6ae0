package dev.parallelchange.migration.jdbc;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;

/**
 * The databases of the plans' sides. The library's own state is in the main one, where
 * all sources are; pending keys are in the database of the side that has been written.
 */
public final class PlanDatabases {

	private final MigrationDatabase main;

	private final Map<String, MigrationDatabase> others;

	/**
	 * Create the databases.
	 * @param main where the sources and the library's state are
	 * @param others other databases by the names of their {@code DataSource} beans
	 */
	public PlanDatabases(MigrationDatabase main, Map<String, MigrationDatabase> others) {
		this.main = main;
		this.others = Map.copyOf(others);
	}

	/**
	 * Create the databases for plans that stay within one.
	 * @param main the only database
	 * @return the databases
	 */
	public static PlanDatabases within(MigrationDatabase main) {
		return new PlanDatabases(main, Map.of());
	}

	/**
	 * Return the database of the sources and of the library's state.
	 * @return the main database
	 */
	public MigrationDatabase main() {
		return this.main;
	}

	/**
	 * Return the databases besides the main one.
	 * @return the other databases
	 */
	public List<MigrationDatabase> others() {
		return List.copyOf(this.others.values());
	}

	/**
	 * Return the database of a side.
	 * @param plan the plan
	 * @param side the side
	 * @return the database
	 */
	public MigrationDatabase of(DerivedPlan plan, MigrationSide side) {
		return of(plan.plan(), side);
	}

	/**
	 * Return the database of a side.
	 * @param plan the plan
	 * @param side the side
	 * @return the database
	 * @throws InvalidPlanException if the plan names a {@code DataSource} that there is
	 * not
	 */
	public MigrationDatabase of(MigrationPlan plan, MigrationSide side) {
		String name = plan.target().dataSource();
		if (side == MigrationSide.SOURCE || name == null) {
			return this.main;
		}
		MigrationDatabase other = this.others.get(name);
		if (other == null) {
			throw new InvalidPlanException(plan.id(), "target.data-source",
					"there is no DataSource bean of the name '%s' besides the plans' own".formatted(name),
					"Name one of the beans, or leave it out for a table of the application's own database");
		}
		return other;
	}

	/**
	 * Run work in a transaction on the database of a side, which the thread's transaction
	 * on the database of the other side joins where both are one.
	 * @param <T> the type of the result
	 * @param plan the plan
	 * @param side the side
	 * @param work the work
	 * @return its result
	 */
	public <T> T besideOther(DerivedPlan plan, MigrationSide side, Supplier<T> work) {
		MigrationDatabase database = of(plan, side);
		return (database == of(plan, side.other())) ? work.get() : database.inTransaction(work);
	}

	/**
	 * Return the database that holds the pending keys of a side: the other side's, whose
	 * transactions they belong to.
	 * @param plan the plan
	 * @param side the side that waits for the keys
	 * @return the database
	 */
	public MigrationDatabase ofPending(MigrationPlan plan, MigrationSide side) {
		return of(plan, side.other());
	}

}
