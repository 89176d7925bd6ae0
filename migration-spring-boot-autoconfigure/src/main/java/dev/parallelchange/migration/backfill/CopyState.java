package dev.parallelchange.migration.backfill;

import java.time.Duration;

import dev.parallelchange.migration.BackfillStatus.State;
import org.jspecify.annotations.Nullable;

/**
 * Judges what a copy is doing.
 */
final class CopyState {

	private static final Duration STALLED_AFTER = Duration.ofMinutes(1);

	private CopyState() {
	}

	static State of(BackfillProgress progress, @Nullable String pauseReason, Duration runningTime) {
		if (progress.changed()) {
			return State.CHANGED;
		}
		if (progress.finished()) {
			return State.FINISHED;
		}
		if (pauseReason != null) {
			return State.PAUSED;
		}
		if (isLong(progress.idle()) && isLong(runningTime) && progress.limited().isZero()) {
			return State.STALLED;
		}
		return progress.isMeasured() ? State.RUNNING : State.MEASURING;
	}

	private static boolean isLong(Duration duration) {
		return duration.compareTo(STALLED_AFTER) > 0;
	}

	static @Nullable Duration eta(BackfillProgress progress, double rowsPerSecond) {
		if (rowsPerSecond <= 0) {
			return null;
		}
		long left = Math.max(0, progress.rowsEstimated() - progress.rowsDone());
		return Duration.ofSeconds((long) Math.ceil(left / rowsPerSecond));
	}

}
