package dev.parallelchange.migration.test;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Runs work of a test beside it: tasks that wait for each other must not share a pool,
 * which may have a single thread.
 */
public final class OwnThread {

	private static final Executor STARTED = (task) -> new Thread(task, "test").start();

	private OwnThread() {
	}

	/**
	 * Runs work in a thread of its own.
	 * @param work the work
	 * @return its end
	 */
	public static CompletableFuture<Void> run(Runnable work) {
		return CompletableFuture.runAsync(work, STARTED);
	}

	/**
	 * Computes a value in a thread of its own.
	 * @param <T> the type of the value
	 * @param work the work
	 * @return its result
	 */
	public static <T> CompletableFuture<T> supply(Supplier<T> work) {
		return CompletableFuture.supplyAsync(work, STARTED);
	}

}
