package dev.parallelchange.migration;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

import org.springframework.util.Assert;

/**
 * A thread of the library, as opposed to those of the application: what it takes from the
 * application's connection pool is limited, by the kind of its work.
 */
public final class MigrationThread extends Thread {

	private final Work work;

	private long waited;

	/**
	 * Create a daemon thread.
	 * @param work the kind of its work
	 * @param task the work
	 * @param name the thread's name
	 */
	public MigrationThread(Work work, Runnable task, String name) {
		super(task, name);
		Assert.notNull(work, "'work' must not be null");
		this.work = work;
		setDaemon(true);
	}

	/**
	 * Return the kind of its work.
	 * @return the kind
	 */
	public Work work() {
		return this.work;
	}

	/**
	 * Return how long the current thread has waited for connections.
	 * @return nanoseconds since it was started; 0 for a thread of the application
	 */
	public static long waited() {
		return (Thread.currentThread() instanceof MigrationThread thread) ? thread.waited : 0;
	}

	/**
	 * Add the time that the thread has waited for a connection; called by itself.
	 * @param nanos the time in nanoseconds
	 */
	public void addWaited(long nanos) {
		this.waited += nanos;
	}

	/**
	 * Return a factory of threads that are numbered from 1.
	 * @param work the kind of their work
	 * @param prefix what their names begin with
	 * @return the factory
	 */
	public static ThreadFactory factory(Work work, String prefix) {
		AtomicInteger number = new AtomicInteger();
		return (task) -> new MigrationThread(work, task, prefix + number.incrementAndGet());
	}

	/** The kinds of work, each with connections of its own. */
	public enum Work {

		/** Goes through tables: copies, compares, looks for leftovers. */
		BULK,

		/** Applies pending keys and keeps triggers; must not wait for bulk work. */
		MIRROR,

		/** Measures lag and load; may hang where the runner must not. */
		MEASURE,

		/** Keeps the instance alive and moves plans; short and punctual. */
		STATE

	}

}
