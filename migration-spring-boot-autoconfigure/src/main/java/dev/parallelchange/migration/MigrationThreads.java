package dev.parallelchange.migration;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.springframework.util.Assert;

/**
 * The threads of a part of the library: they end when it is stopped, and there are new
 * ones when it is started again.
 */
public final class MigrationThreads implements Executor {

	private final Supplier<? extends ExecutorService> factory;

	private volatile ExecutorService threads;

	/**
	 * Create the threads, ready for work.
	 * @param factory creates them, at once and whenever they are started again
	 */
	public MigrationThreads(Supplier<? extends ExecutorService> factory) {
		Assert.notNull(factory, "'factory' must not be null");
		this.factory = factory;
		this.threads = factory.get();
	}

	/**
	 * Run a task.
	 * @param task the task
	 * @throws java.util.concurrent.RejectedExecutionException if the threads have been
	 * stopped
	 */
	@Override
	public void execute(Runnable task) {
		this.threads.execute(task);
	}

	/**
	 * Return whether the threads have been stopped, so that a failure of a task is none.
	 * @return {@code true} until they are started again
	 */
	public boolean isStopped() {
		return this.threads.isShutdown();
	}

	/**
	 * Let there be threads again, if they have been stopped.
	 */
	public void start() {
		if (isStopped()) {
			this.threads = this.factory.get();
		}
	}

	/**
	 * Interrupt the threads and wait for their end.
	 * @param patience how long to wait
	 */
	public void stop(Duration patience) {
		this.threads.shutdownNow();
		try {
			this.threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
