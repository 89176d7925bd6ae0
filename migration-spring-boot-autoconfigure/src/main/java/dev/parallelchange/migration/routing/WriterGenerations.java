package dev.parallelchange.migration.routing;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells when all writers of a moment have ended, although there may always be others;
 * after the grace periods of read-copy-update.
 */
final class WriterGenerations {

	private volatile AtomicLong current = new AtomicLong();

	private AtomicLong previous = new AtomicLong();

	/**
	 * Count a writer in.
	 * @return the writer's generation, to be decremented when it ends
	 */
	AtomicLong enter() {
		while (true) {
			AtomicLong generation = this.current;
			generation.incrementAndGet();
			if (generation == this.current) {
				return generation;
			}
			generation.decrementAndGet();
		}
	}

	/**
	 * Begin another generation, unless one before the current has not ended. When this
	 * has succeeded twice, everybody who was in before has ended.
	 * @return whether another has begun
	 */
	synchronized boolean advance() {
		if (this.previous.get() > 0) {
			return false;
		}
		this.previous = this.current;
		this.current = new AtomicLong();
		return true;
	}

}
