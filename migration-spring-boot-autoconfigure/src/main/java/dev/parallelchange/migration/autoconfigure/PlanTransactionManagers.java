package dev.parallelchange.migration.autoconfigure;

import java.util.Collection;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.routing.SideTransactions;

import org.springframework.transaction.PlatformTransactionManager;

/**
 * Finds the transaction managers of both sides' {@code DataSource}s.
 */
final class PlanTransactionManagers implements SideTransactions {

	private final TransactionManagerLookup lookup;

	private final PlanDatabases databases;

	PlanTransactionManagers(TransactionManagerLookup lookup, PlanDatabases databases) {
		this.lookup = lookup;
		this.databases = databases;
	}

	@Override
	public PlatformTransactionManager of(MigrationPlan plan, MigrationSide side) {
		String other = plan.target().dataSource();
		return (side == MigrationSide.SOURCE || other == null) ? this.lookup.get()
				: this.lookup.of(this.databases.of(plan, side).dataSource(), other);
	}

	/**
	 * Refuse plans that would find out in {@code CUTOVER} that there is none.
	 */
	void validate(Collection<MigrationPlan> plans) {
		for (MigrationPlan plan : plans) {
			if (plan.isAcrossDatabases()) {
				try {
					of(plan, MigrationSide.TARGET);
				}
				catch (IllegalStateException ex) {
					throw new InvalidPlanException(plan.id(), "target.data-source", String.valueOf(ex.getMessage()),
							"Declare a JdbcTransactionManager, or a JPA one, for this DataSource");
				}
			}
		}
	}

}
