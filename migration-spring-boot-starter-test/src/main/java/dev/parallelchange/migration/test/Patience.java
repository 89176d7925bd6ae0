package dev.parallelchange.migration.test;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Looks again and again until there is something to see.
 *
 * @param limit how long to look
 */
record Patience(Duration limit) {

	private static final Duration INTERVAL = Duration.ofMillis(25);

	/**
	 * Look until the answer is not {@code null}.
	 * @param look what to look at
	 * @param otherwise what to say when it takes too long
	 * @return the answer
	 */
	<T> T until(Supplier<@Nullable T> look, Supplier<String> otherwise) {
		long start = System.nanoTime();
		T found = look.get();
		while (found == null) {
			if (System.nanoTime() - start > this.limit.toNanos() || Thread.currentThread().isInterrupted()) {
				throw new AssertionError(otherwise.get());
			}
			LockSupport.parkNanos(INTERVAL.toNanos());
			found = look.get();
		}
		return found;
	}

}
