package dev.parallelchange.migration.jdbc.phase;

import java.util.Optional;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PhaseUncertainException;
import dev.parallelchange.migration.jdbc.EpochLock;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.mirror.CommitGuard;

/**
 * Looks at the plan's row under the lock that a change of the leading side takes.
 */
public final class JdbcCommitGuard implements CommitGuard {

	private final PlanDatabases databases;

	public JdbcCommitGuard(MigrationDatabase database) {
		this(PlanDatabases.within(database));
	}

	/**
	 * Create the guard.
	 * @param databases the databases of the plans' sides
	 */
	public JdbcCommitGuard(PlanDatabases databases) {
		this.databases = databases;
	}

	/**
	 * The cluster goes at most one step ahead of a live instance; whoever is further
	 * behind has lost its lease.
	 */
	@Override
	public void check(DerivedPlan plan, MigrationSide leading, long epoch) {
		Optional<EpochLock.Standing> now = new EpochLock(this.databases.of(plan, leading)).share(plan.id());
		if (now.filter((standing) -> standing.phase().leadingSide() == leading && isNear(standing.epoch(), epoch))
			.isEmpty()) {
			throw new PhaseUncertainException(plan.id(),
					("Plan '%s' has moved to %s since this transaction began to write its %s, so nothing of it is "
							+ "committed; try again")
						.formatted(plan.id(), now.map((standing) -> standing.phase().name()).orElse("an unknown phase"),
								leading));
		}
	}

	private static boolean isNear(long epoch, long other) {
		return Math.abs(epoch - other) <= 1;
	}

}
