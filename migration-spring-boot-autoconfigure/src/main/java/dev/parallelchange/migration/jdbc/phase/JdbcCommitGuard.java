package dev.parallelchange.migration.jdbc.phase;

import java.util.Collection;
import java.util.Optional;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PhaseUncertainException;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.EpochLock;
import dev.parallelchange.migration.jdbc.EpochLock.Standing;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.mirror.JdbcMirroredRows;
import dev.parallelchange.migration.mirror.CommitGuard;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * Looks at the plan's row under the lock that a change of the leading side takes.
 */
public final class JdbcCommitGuard implements CommitGuard<JdbcMirroredRows> {

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

	@Override
	public void check(DerivedPlan plan, MigrationSide leading, long epoch) {
		check(plan, leading, epoch, lock(plan, leading).share(plan.id()));
	}

	/**
	 * When rows cannot be written, what has been read of the plan is lost with the
	 * failure. It is read again; if that fails too, the whole transaction has failed.
	 */
	@Override
	public @Nullable RuntimeException checkAndMirror(DerivedPlan plan, MigrationSide leading, long epoch,
			JdbcMirroredRows rows, Collection<RowKey> keys) {
		EpochLock lock = lock(plan, leading);
		try {
			check(plan, leading, epoch, rows.deriveOrNothing(plan, leading.other(), keys, lock));
			return null;
		}
		catch (PhaseUncertainException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			check(plan, leading, epoch, shareAfter(ex, lock, plan));
			return ex;
		}
	}

	private static Optional<Standing> shareAfter(RuntimeException failure, EpochLock lock, DerivedPlan plan) {
		try {
			return lock.share(plan.id());
		}
		catch (DataAccessException ex) {
			failure.addSuppressed(ex);
			throw failure;
		}
	}

	private EpochLock lock(DerivedPlan plan, MigrationSide leading) {
		return new EpochLock(this.databases.of(plan, leading));
	}

	/**
	 * The cluster goes at most one step ahead of a live instance; whoever is further
	 * behind has lost its lease.
	 */
	private static void check(DerivedPlan plan, MigrationSide leading, long epoch, Optional<Standing> now) {
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
