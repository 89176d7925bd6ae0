package dev.parallelchange.chaos.load;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Callers that go on, each on a thread of its own, until they are told to stop.
 */
public final class Callers implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final ScheduledExecutorService threads;

	/**
	 * Start callers.
	 * @param callers the callers
	 * @param pause the pause between two calls of each
	 * @param mayCall asked before each call
	 */
	public Callers(List<? extends Runnable> callers, Duration pause, BooleanSupplier mayCall) {
		AtomicInteger number = new AtomicInteger();
		this.threads = Executors.newScheduledThreadPool(callers.size(), (work) -> {
			Thread thread = new Thread(work, "caller-" + number.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		});
		for (Runnable caller : callers) {
			Runnable call = () -> {
				if (mayCall.getAsBoolean()) {
					caller.run();
				}
			};
			this.threads.scheduleWithFixedDelay(call, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	/**
	 * Let calls end and begin no more.
	 */
	@Override
	public void close() {
		this.threads.shutdown();
		try {
			if (!this.threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
				throw new IllegalStateException("Calls did not end within " + PATIENCE);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
