package dev.parallelchange.migration.phase;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import dev.parallelchange.migration.RollbackSettings;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one plan in one epoch, as far back as its settings look.
 */
final class RollbackWindow {

	private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(5);

	private static final int LOOKS = 10;

	private final long epoch;

	private final RollbackSettings settings;

	private final Deque<Look> looks = new ArrayDeque<>();

	private @Nullable Duration laggingSince;

	private @Nullable Duration pendingSince;

	RollbackWindow(long epoch, RollbackSettings settings) {
		this.epoch = epoch;
		this.settings = settings;
	}

	boolean isOf(long current) {
		return this.epoch == current;
	}

	/**
	 * Whether it is time to look again.
	 * @param now a clock that never goes back
	 */
	boolean isDue(Duration now) {
		Duration interval = this.settings.window().dividedBy(LOOKS);
		Look last = this.looks.peekLast();
		return last == null || now.minus(last.at())
			.compareTo((interval.compareTo(LONGEST_INTERVAL) < 0) ? interval : LONGEST_INTERVAL) >= 0;
	}

	/**
	 * Take figures.
	 * @return which condition holds, with its numbers; {@code null} for none
	 */
	@Nullable String add(Duration now, RollbackFigures figures) {
		forget(now, figures);
		this.looks.addLast(new Look(now, figures));
		RollbackFigures before = this.looks.getFirst().figures();
		String reason = rate("compared reads differ", figures.mismatched() - before.mismatched(),
				figures.compared() - before.compared(), this.settings.maxMismatchRate());
		if (reason == null) {
			reason = rate("reads of the target and mirror writes to it fail on an instance",
					figures.failed() - before.failed(), figures.used() - before.used(), this.settings.maxErrorRate());
		}
		this.laggingSince = since(this.laggingSince, now, figures.lag(), this.settings.maxReplicationLag());
		if (reason == null) {
			reason = lasting("the replication lag", this.laggingSince, now, figures.lag(),
					this.settings.maxReplicationLag());
		}
		this.pendingSince = since(this.pendingSince, now, figures.pendingAge(), this.settings.maxPendingAge());
		return (reason != null) ? reason : lasting("the age of the oldest pending key", this.pendingSince, now,
				figures.pendingAge(), this.settings.maxPendingAge());
	}

	/**
	 * The latest look before the window began is what the first one within it is compared
	 * with. Counting begins anew where a count is lower than before.
	 */
	private void forget(Duration now, RollbackFigures figures) {
		this.looks.removeIf((look) -> look.figures().compared() > figures.compared());
		Look first = this.looks.pollFirst();
		Look second = this.looks.peekFirst();
		while (first != null && second != null && now.minus(second.at()).compareTo(this.settings.window()) >= 0) {
			first = this.looks.pollFirst();
			second = this.looks.peekFirst();
		}
		if (first != null) {
			this.looks.addFirst(first);
		}
	}

	private @Nullable String rate(String what, long bad, long all, BigDecimal limit) {
		if (all < this.settings.minSamples() || limit.compareTo(BigDecimal.valueOf(100)) >= 0) {
			return null;
		}
		BigDecimal share = BigDecimal.valueOf(bad)
			.movePointRight(2)
			.divide(BigDecimal.valueOf(all), 3, RoundingMode.HALF_UP);
		return (share.compareTo(limit) > 0) ? "%s %% of %d %s (limit %s %%, over %d s)".formatted(share.toPlainString(),
				all, what, limit.toPlainString(), this.settings.window().toSeconds()) : null;
	}

	private static @Nullable Duration since(@Nullable Duration since, Duration now, Duration value, Duration limit) {
		if (limit.isZero() || value.compareTo(limit) <= 0) {
			return null;
		}
		return (since != null) ? since : now;
	}

	private @Nullable String lasting(String what, @Nullable Duration since, Duration now, Duration value,
			Duration limit) {
		if (since == null || now.minus(since).compareTo(this.settings.window()) < 0) {
			return null;
		}
		return "%s is %d ms, and has been above %d ms for %d s".formatted(what, value.toMillis(), limit.toMillis(),
				now.minus(since).toSeconds());
	}

	private record Look(Duration at, RollbackFigures figures) {

	}

}
