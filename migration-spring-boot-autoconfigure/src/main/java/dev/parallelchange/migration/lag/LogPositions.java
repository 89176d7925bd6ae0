package dev.parallelchange.migration.lag;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * Where the primary's log stood when, to tell the age of a position. An idle primary
 * writes no log, so a standby that has replayed all of it has no lag, however long ago
 * that was.
 */
final class LogPositions {

	private static final int CAPACITY = 900;

	private final Deque<Position> positions = new ArrayDeque<>();

	void add(long at, long position) {
		Position last = this.positions.peekLast();
		if (last != null && last.position() == position) {
			this.positions.removeLast();
		}
		this.positions.addLast(new Position(at, position));
		if (this.positions.size() > CAPACITY) {
			this.positions.removeFirst();
		}
	}

	/**
	 * The lag of a standby that has replayed up to a position. The primary's own measure
	 * only counts where the position is older than all that is remembered.
	 */
	Duration lag(long replayed, @Nullable Long replayLagMillis) {
		Position last = this.positions.peekLast();
		if (last == null || replayed >= last.position()) {
			return Duration.ZERO;
		}
		Position reached = null;
		for (Position position : this.positions) {
			if (position.position() <= replayed) {
				reached = position;
			}
		}
		if (reached != null) {
			return Duration.ofNanos(last.at() - reached.at());
		}
		Duration remembered = Duration.ofNanos(last.at() - this.positions.getFirst().at());
		Duration hint = Duration.ofMillis((replayLagMillis != null) ? replayLagMillis : 0);
		return (hint.compareTo(remembered) > 0) ? hint : remembered;
	}

	private record Position(long at, long position) {

	}

}
