package dev.parallelchange.migration.metrics;

import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import org.jspecify.annotations.Nullable;

/**
 * The last status of one plan, some seconds old at most.
 */
final class StatusSnapshot {

	private static final long MAX_AGE = Duration.ofSeconds(5).toNanos();

	private final Supplier<MigrationRunner> runner;

	private final String planId;

	private @Nullable MigrationStatus status;

	private long readAt = System.nanoTime() - MAX_AGE;

	StatusSnapshot(Supplier<MigrationRunner> runner, String planId) {
		this.runner = runner;
		this.planId = planId;
	}

	double value(ToDoubleFunction<MigrationStatus> value) {
		MigrationStatus current = current();
		return (current != null) ? value.applyAsDouble(current) : Double.NaN;
	}

	/**
	 * A failure is kept as well: one scrape waits for a dead database once.
	 */
	private synchronized @Nullable MigrationStatus current() {
		if (System.nanoTime() - this.readAt >= MAX_AGE) {
			try {
				this.status = this.runner.get().status(this.planId);
			}
			catch (RuntimeException ex) {
				this.status = null;
			}
			this.readAt = System.nanoTime();
		}
		return this.status;
	}

}
