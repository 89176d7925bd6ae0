package dev.parallelchange.migration.routing;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

import dev.parallelchange.migration.MigrationSide;
import org.jspecify.annotations.Nullable;

/**
 * Where the reads of a plan went on this instance, and how long they took.
 */
final class ReadFigures {

	private final LongAdder[] reads = { new LongAdder(), new LongAdder() };

	private final LongAdder[] nanos = { new LongAdder(), new LongAdder() };

	private final LongAdder fallbacks = new LongAdder();

	void read(MigrationSide side, long duration) {
		this.reads[side.ordinal()].increment();
		this.nanos[side.ordinal()].add(duration);
	}

	void fellBack() {
		this.fallbacks.increment();
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
