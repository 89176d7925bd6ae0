package dev.parallelchange.migration.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

import dev.parallelchange.migration.PhaseUncertainException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Writers with rows of their own, who remember what has been acknowledged and check what
 * they read by it. Half of their writes go to few of the rows.
 *
 * @param <V> what a row has that changes
 */
public final class CheckedWriters<V> {

	private static final Duration PATIENCE = Duration.ofSeconds(120);

	private static final int WRITERS = 3;

	private final Map<Long, Optional<V>> acknowledged = new ConcurrentHashMap<>();

	private final AtomicLong writes = new AtomicLong();

	private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

	private final List<Thread> threads = new ArrayList<>();

	private final Rows<V> rows;

	private final int count;

	private volatile boolean stopped;

	/**
	 * Start the writers.
	 * @param rows reads and writes a row
	 * @param initial what the rows with the ids from 1 to {@code count} have
	 * @param count how many rows there are
	 */
	public CheckedWriters(Rows<V> rows, V initial, int count) {
		this.rows = rows;
		this.count = count;
		for (long id = 1; id <= count; id++) {
			this.acknowledged.put(id, Optional.of(initial));
		}
		for (int writer = 0; writer < WRITERS; writer++) {
			int number = writer;
			this.threads.add(new Thread(() -> run(number), "writer-" + number));
		}
		this.threads.forEach(Thread::start);
	}

	/**
	 * Waits until they have written some more.
	 */
	public void awaitWrites() {
		long before = this.writes.get();
		Awaitility.await().atMost(PATIENCE).until(() -> this.failure.get() != null || this.writes.get() > before + 200);
	}

	/**
	 * Ends the writers, none of which may have read anything else than it has written.
	 */
	public void stop() {
		this.stopped = true;
		for (Thread thread : this.threads) {
			Awaitility.await().atMost(PATIENCE).until(() -> !thread.isAlive());
		}
		assertThat(this.failure.get()).isNull();
	}

	/**
	 * Takes what has been acknowledged of each row; nothing if it has been deleted.
	 */
	public void forEachAcknowledged(BiConsumer<Long, Optional<V>> check) {
		this.acknowledged.forEach(check);
	}

	private void run(int writer) {
		Random random = new Random(writer);
		try {
			while (!this.stopped) {
				int own = random.nextBoolean() ? 3 : 2 * this.count / WRITERS;
				write((long) random.nextInt(own) * WRITERS + writer + 1, random);
			}
		}
		catch (RuntimeException | AssertionError ex) {
			this.failure.compareAndSet(null, ex);
		}
	}

	private void write(long id, Random random) {
		Optional<V> before = this.acknowledged.getOrDefault(id, Optional.empty());
		try {
			if (random.nextInt(4) == 0) {
				assertThat(Optional.ofNullable(this.rows.find(id))).as("what is read of row %d", id).isEqualTo(before);
			}
			if (before.isEmpty()) {
				this.acknowledged.put(id, Optional.of(this.rows.insert(id, random)));
			}
			else if (random.nextInt(10) == 0) {
				this.rows.delete(id);
				this.acknowledged.put(id, Optional.empty());
			}
			else {
				this.acknowledged.put(id, Optional.of(this.rows.update(id, before.get(), random)));
			}
			this.writes.incrementAndGet();
		}
		catch (PhaseUncertainException ex) {
			// The application tries again.
		}
	}

	/**
	 * Reads and writes rows by an application's repository.
	 *
	 * @param <V> what a row has that changes
	 */
	public interface Rows<V> {

		@Nullable V find(long id);

		V insert(long id, Random random);

		V update(long id, V before, Random random);

		void delete(long id);

	}

}
