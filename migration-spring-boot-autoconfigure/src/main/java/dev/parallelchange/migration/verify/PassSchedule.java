package dev.parallelchange.migration.verify;

import java.time.Duration;
import java.time.Instant;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.Reconciliation;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the next pass begins, and whether it repairs. After the copy, passes
 * repair until one is clean; from then on they only report, so that a divergence that
 * appears later is seen, and repair is for an operator to ask for.
 */
final class PassSchedule {

	private static final Duration FIRST_BACKOFF = Duration.ofSeconds(5);

	private static final int PATIENCE = 2;

	private PassSchedule() {
	}

	static boolean isVerified(MigrationPhase phase) {
		return phase.isAtLeast(MigrationPhase.BACKFILL) && phase.isMirrored();
	}

	/**
	 * Whoever pauses a copy pauses what belongs to it, unless he asks for a pass.
	 */
	static boolean isPaused(PlanState state) {
		return state.phase() == MigrationPhase.BACKFILL && state.isPaused() && state.reconcile() == null;
	}

	/**
	 * The next pass; {@code null} if none is to begin as things stand.
	 */
	static @Nullable NextPass next(DerivedPlan plan, MigrationPhase phase, PassOverview overview,
			@Nullable Instant copied) {
		if (!isVerified(phase) || (phase == MigrationPhase.BACKFILL && copied == null)) {
			return null;
		}
		boolean settling = phase == MigrationPhase.BACKFILL && copied != null && isSettling(overview, copied);
		if (overview.request() != null && overview.request().kept() == null) {
			return new NextPass(settling || overview.request() == Reconciliation.REPAIR, overview.now(), null);
		}
		Pass last = overview.last();
		if (settling) {
			if (last == null || last.epoch() != overview.epoch() || last.startedAt().isBefore(copied)) {
				return new NextPass(true, overview.now(), null);
			}
			if (overview.isBeforeLookups(last)) {
				return afterLookups(last, overview, true);
			}
			return again(plan, overview, last);
		}
		boolean oneWay = phase == MigrationPhase.CUTOVER && !plan.isReversible();
		if (oneWay) {
			return null;
		}
		return (last != null && overview.isBeforeLookups(last)) ? afterLookups(last, overview, false)
				: later(plan, overview, last);
	}

	/**
	 * Tables that are written all the time must not have the database compare all the
	 * time: a pass waits as long as the last one took.
	 */
	private static NextPass afterLookups(Pass last, PassOverview overview, boolean repair) {
		Duration took = Duration.between(last.startedAt(), finishedAt(last));
		Instant due = finishedAt(last).plus((took.compareTo(FIRST_BACKOFF) > 0) ? took : FIRST_BACKOFF);
		return new NextPass(repair, due,
				"looked-up tables were written after the last pass began; the next begins at " + due);
	}

	private static boolean isSettling(PassOverview overview, Instant copied) {
		Instant clean = overview.cleanSince();
		return clean == null || clean.isBefore(copied)
				|| (overview.lookupsWritten() != null && !clean.isAfter(overview.lookupsWritten()));
	}

	private static NextPass again(DerivedPlan plan, PassOverview overview, Pass last) {
		int unclean = overview.uncleanInARow();
		if (last.isRepaired() && unclean <= PATIENCE) {
			return new NextPass(true, overview.now(), null);
		}
		Instant due = finishedAt(last).plus(backoff(plan, unclean));
		long left = Math.max(0, last.divergences() - last.repaired());
		return new NextPass(true, due,
				"%d passes in a row have found divergences, the last one left %d of %d unrepaired; the next begins at %s"
					.formatted(unclean, left, last.divergences(), due));
	}

	private static NextPass later(DerivedPlan plan, PassOverview overview, @Nullable Pass last) {
		boolean toConfirm = last == null || (last.repair() && !last.isClean() && last.isRepaired());
		return new NextPass(false, (toConfirm || last == null) ? overview.now()
				: finishedAt(last).plus(plan.plan().verification().interval()), null);
	}

	private static Duration backoff(DerivedPlan plan, int unclean) {
		Duration backoff = FIRST_BACKOFF.multipliedBy(1L << Math.min(Math.max(unclean - 1, 0), 10));
		Duration interval = plan.plan().verification().interval();
		return (backoff.compareTo(interval) < 0) ? backoff : interval;
	}

	private static Instant finishedAt(Pass pass) {
		return (pass.finishedAt() != null) ? pass.finishedAt() : pass.startedAt();
	}

	/**
	 * A pass to begin.
	 *
	 * @param repair whether it repairs
	 * @param due when it begins
	 * @param note why it waits; {@code null} if that is ordinary
	 */
	record NextPass(boolean repair, Instant due, @Nullable String note) {

		boolean isDue(Instant now) {
			return !now.isBefore(this.due);
		}

	}

}
