package dev.parallelchange.migration.routing;

import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;

import org.springframework.transaction.PlatformTransactionManager;

/**
 * Finds the transaction manager of the {@code DataSource} of a plan's side.
 */
@FunctionalInterface
public interface SideTransactions {

	/**
	 * Return the transaction manager of a side.
	 * @param plan the plan
	 * @param side the side
	 * @return its transaction manager
	 */
	PlatformTransactionManager of(MigrationPlan plan, MigrationSide side);

}
