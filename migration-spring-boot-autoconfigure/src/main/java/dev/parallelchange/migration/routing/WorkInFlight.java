package dev.parallelchange.migration.routing;

import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

import dev.parallelchange.migration.MigrationSide;

/**
 * Counts, per epoch of a plan, the transactions and calls of this JVM that have not
 * ended.
 */
final class WorkInFlight {

	private final ConcurrentSkipListMap<Long, Epoch> epochs = new ConcurrentSkipListMap<>();

	private final WriterGenerations generations = new WriterGenerations();

	private volatile Epoch latest = new Epoch(-1, MigrationSide.SOURCE, this.generations);

	/**
	 * Count work in; the caller must look again whether its epoch still is the current
	 * one, and count out if not.
	 */
	Epoch enter(long number, MigrationSide leading) {
		Epoch epoch = this.latest;
		if (epoch.number != number) {
			epoch = this.epochs.computeIfAbsent(number, (absent) -> new Epoch(absent, leading, this.generations));
			this.latest = epoch;
		}
		epoch.work.incrementAndGet();
		return epoch;
	}

	boolean hasDrained(long number) {
		boolean drained = true;
		for (Epoch older : this.epochs.headMap(number).values()) {
			if (older.work.get() == 0) {
				this.epochs.remove(older.number, older);
			}
			else {
				drained = false;
			}
		}
		return drained;
	}

	/**
	 * Return whether writers that began when the other side was leading have not ended.
	 */
	boolean hasWritersOfOtherSide(Epoch current) {
		for (Epoch older : this.epochs.headMap(current.number).values()) {
			if (older.leading != current.leading && older.writers.get() > 0) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether any writer has not ended.
	 */
	boolean hasWriters() {
		return this.epochs.values().stream().anyMatch((epoch) -> epoch.writers.get() > 0);
	}

	/**
	 * Return whether writers have ended so that another generation of them begins.
	 */
	boolean advance() {
		return this.generations.advance();
	}

	/** The work that began under one epoch. */
	static final class Epoch {

		private final long number;

		private final MigrationSide leading;

		private final AtomicLong work = new AtomicLong();

		private final AtomicLong writers = new AtomicLong();

		private final WriterGenerations generations;

		Epoch(long number, MigrationSide leading, WriterGenerations generations) {
			this.number = number;
			this.leading = leading;
			this.generations = generations;
		}

		void exit() {
			this.work.decrementAndGet();
		}

		AtomicLong enterWriter() {
			this.writers.incrementAndGet();
			return this.generations.enter();
		}

		void exitWriter(AtomicLong generation) {
			generation.decrementAndGet();
			this.writers.decrementAndGet();
		}

	}

}
