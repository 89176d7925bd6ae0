package dev.parallelchange.migration.jdbc.phase;

import java.util.Optional;
import java.util.function.BooleanSupplier;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.jdbc.BoundedStatements;
import dev.parallelchange.migration.jdbc.EpochLock;
import dev.parallelchange.migration.jdbc.EpochLock.Standing;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.mirror.StateCopies;

/**
 * Keeps copies of plans' phases and epochs in the databases of their targets, where the
 * transactions that write a leading target look at them. The main database has the truth.
 */
public final class PlanCopies implements StateCopies {

	private static final String READ = "select phase, epoch, true as fresh from %PREFIX%plan where id = :plan";

	private static final String LOCK = READ + " for update";

	private static final String WRITE = """
			insert into %PREFIX%plan as copy (id, phase, epoch) values (:plan, :phase, :epoch)
			on conflict (id) do update set phase = excluded.phase, epoch = excluded.epoch, since = now()""";

	private static final String WRITE_NEWER = WRITE + " where copy.epoch < excluded.epoch";

	private final PlanDatabases databases;

	private final MigrationPlans plans;

	/**
	 * Create the copies.
	 * @param databases the databases of the plans' sides
	 * @param plans the plans
	 */
	public PlanCopies(PlanDatabases databases, MigrationPlans plans) {
		this.databases = databases;
		this.plans = plans;
	}

	/**
	 * Announce a step before it is committed in the main database, if it is agreed on:
	 * from before that is asked nobody commits in the target's database who has decided
	 * before the step.
	 */
	boolean announce(String planId, MigrationPhase to, long epoch, BooleanSupplier agreed) {
		MigrationDatabase target = target(planId).orElse(null);
		if (target == null) {
			return agreed.getAsBoolean();
		}
		return target.inTransaction(() -> {
			lock(target, planId);
			boolean agreement = agreed.getAsBoolean();
			if (agreement) {
				write(target, WRITE_NEWER, planId, to, epoch);
			}
			return agreement;
		});
	}

	/**
	 * Whatever has become of an announced step, the truth counts. Nobody changes it while
	 * its row is locked.
	 */
	@Override
	public void bringUpToDate(MigrationPlan plan) {
		MigrationDatabase main = this.databases.main();
		target(plan.id()).filter((target) -> !read(target, READ, plan).equals(read(main, READ, plan)))
			.ifPresent((target) -> main.inTransaction(() -> {
				BoundedStatements.apply(main);
				read(main, LOCK, plan).ifPresent((truth) -> target.inTransaction(() -> {
					lock(target, plan.id());
					return write(target, WRITE, plan.id(), truth.phase(), truth.epoch());
				}));
				return true;
			}));
	}

	private Optional<MigrationDatabase> target(String planId) {
		return Optional.ofNullable(this.plans.find(planId))
			.filter(MigrationPlan::isAcrossDatabases)
			.map((plan) -> this.databases.of(plan, MigrationSide.TARGET));
	}

	private static Optional<Standing> read(MigrationDatabase database, String query, MigrationPlan plan) {
		return database.sql(query).param("plan", plan.id()).query(Standing.class).optional();
	}

	private static void lock(MigrationDatabase target, String planId) {
		BoundedStatements.apply(target);
		new EpochLock(target).take(planId);
	}

	private static int write(MigrationDatabase target, String statement, String planId, MigrationPhase phase,
			long epoch) {
		return target.sql(statement).param("plan", planId).param("phase", phase.name()).param("epoch", epoch).update();
	}

}
