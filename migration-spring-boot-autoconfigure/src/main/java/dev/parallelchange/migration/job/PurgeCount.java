package dev.parallelchange.migration.job;

import java.time.Instant;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PlanDescription;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.PurgeStatus;
import org.jspecify.annotations.Nullable;

/**
 * What plans that delete rows have instead of a comparison.
 *
 * @param before when the rows were counted before the job asked for it; {@code null} for
 * never
 */
record PurgeCount(@Nullable Instant before) {

	static PurgeCount of(MigrationStatus status) {
		PurgeStatus purge = purge(status.backfill());
		return new PurgeCount((purge != null) ? purge.countedAt() : null);
	}

	static boolean purges(MigrationStatus status) {
		PlanDescription plan = status.plan();
		return plan != null && plan.shape() == PlanShape.PURGE;
	}

	/**
	 * How many rows have been deleted, and how many match still; empty for a copy.
	 */
	static String text(BackfillStatus backfill) {
		PurgeStatus purge = backfill.purge();
		return (purge == null) ? "" : "; %s rows deleted, %s matched at %s"
			.formatted(Numbers.rows(backfill.rowsWritten()), Numbers.rows(purge.left()), purge.countedAt());
	}

	/**
	 * Have the rows counted that match.
	 */
	JobOutcome run(JobPlans plans, JobLine line, Runnable ask) {
		String plan = line.argument(0);
		MigrationStatus status = plans.status(plan);
		if (line.verb() != Verb.VERIFY || status.phase() != MigrationPhase.BACKFILL) {
			throw new UsageException(
					"Plan '%s' deletes rows and is in %s; what it can be asked for is a count, by '%s' in BACKFILL"
						.formatted(status.id(), status.phase(), Verb.VERIFY.name().toLowerCase(java.util.Locale.ROOT)));
		}
		ask.run();
		return plans.await(plan, "the end of a count", this::look);
	}

	private @Nullable JobOutcome look(MigrationStatus status) {
		PurgeStatus purge = purge(status.backfill());
		if (status.reconcile() != null || purge == null || purge.countedAt().equals(this.before)) {
			return null;
		}
		return JobOutcome.of((purge.left() == 0) ? JobResult.DONE : JobResult.FINDINGS,
				"Plan '%s': %s rows match".formatted(status.id(), Numbers.rows(purge.left())), status);
	}

	private static @Nullable PurgeStatus purge(@Nullable BackfillStatus backfill) {
		return (backfill != null) ? backfill.purge() : null;
	}

}
