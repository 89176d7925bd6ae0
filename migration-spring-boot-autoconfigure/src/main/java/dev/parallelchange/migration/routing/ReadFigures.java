package dev.parallelchange.migration.routing;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

import dev.parallelchange.migration.MigrationSide;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * Where the reads of a plan went on this instance, and how long they took.
 */
final class ReadFigures {

	private final LongAdder[] reads = { new LongAdder(), new LongAdder() };

	private final LongAdder[] nanos = { new LongAdder(), new LongAdder() };

	private final LongAdder fallbacks = new LongAdder();

	private final LongAdder failed = new LongAdder();

	void read(MigrationSide side, long duration) {
		this.reads[side.ordinal()].increment();
		this.nanos[side.ordinal()].add(duration);
	}

	void fellBack() {
		this.fallbacks.increment();
	}

	/**
	 * Count a read of the target that failed in its database. What the application itself
	 * throws says nothing about a side.
	 */
	void failed(MigrationSide side, Throwable failure) {
		if (side == MigrationSide.TARGET && isOfDatabase(failure)) {
			this.failed.increment();
		}
	}

	private static boolean isOfDatabase(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof DataAccessException || cause instanceof SQLException) {
				return true;
			}
		}
		return false;
	}

	long failed() {
		return this.failed.sum();
	}

	long reads(MigrationSide side) {
		return this.reads[side.ordinal()].sum();
	}

	long fallbacks() {
		return this.fallbacks.sum();
	}

	@Nullable Duration latency(MigrationSide side) {
		long count = reads(side);
		return (count > 0) ? Duration.ofNanos(this.nanos[side.ordinal()].sum() / count) : null;
	}

}
