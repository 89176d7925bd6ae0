package dev.parallelchange.sample.traffic;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import dev.parallelchange.sample.SampleProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Callers of one release, who go on until it ends.
 */
public final class Traffic implements SmartLifecycle {

	private static final int SECONDS_TO_STOP = 20;

	private final SettingsCalls settings;

	private final OrderCalls orders;

	private final WriteLog log;

	private final SampleProperties properties;

	private final Map<String, Integer> failures = new ConcurrentHashMap<>();

	private @Nullable ScheduledExecutorService callers;

	Traffic(SettingsCalls settings, OrderCalls orders, WriteLog log, SampleProperties properties) {
		this.settings = settings;
		this.orders = orders;
		this.log = log;
		this.properties = properties;
	}

	@Override
	public synchronized void start() {
		int count = this.properties.callers();
		AtomicInteger number = new AtomicInteger();
		ScheduledExecutorService executor = Executors.newScheduledThreadPool(count, (runnable) -> {
			Thread thread = new Thread(runnable, "caller-" + number.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		});
		long period = TimeUnit.SECONDS.toNanos(count) / this.properties.rate();
		for (int i = 0; i < count; i++) {
			Random random = new Random(this.properties.seed() + i);
			executor.scheduleAtFixedRate(() -> call(random), i * period / count, period, TimeUnit.NANOSECONDS);
		}
		this.callers = executor;
	}

	private void call(Random random) {
		try {
			Consumer<Random> call = choose(random.nextInt(100));
			this.log.call(() -> call.accept(random));
		}
		catch (RuntimeException ex) {
			this.failures.merge(ex.getClass().getSimpleName() + ": " + firstLine(ex), 1, Integer::sum);
		}
	}

	private Consumer<Random> choose(int percent) {
		if (percent < 35) {
			return this.settings::read;
		}
		if (percent < 50) {
			return this.settings::save;
		}
		if (percent < 60) {
			return this.settings::updateTheme;
		}
		if (percent < 63) {
			return this.settings::delete;
		}
		if (percent < 67) {
			return this.settings::createUser;
		}
		if (percent < 69) {
			return this.settings::deleteUser;
		}
		if (percent < 80) {
			return this.orders::read;
		}
		return (percent < 88) ? this.orders::place : this.orders::updateState;
	}

	/**
	 * Return the errors that callers saw.
	 * @return how often each one was seen
	 */
	public Map<String, Integer> failures() {
		return new TreeMap<>(this.failures);
	}

	@Override
	public synchronized void stop() {
		ScheduledExecutorService executor = this.callers;
		this.callers = null;
		if (executor != null) {
			executor.shutdown();
			try {
				executor.awaitTermination(SECONDS_TO_STOP, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.callers != null;
	}

	private static String firstLine(Throwable ex) {
		return String.valueOf(ex.getMessage()).lines().findFirst().orElse("");
	}

}
