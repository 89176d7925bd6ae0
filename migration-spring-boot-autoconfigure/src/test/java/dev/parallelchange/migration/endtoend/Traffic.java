package dev.parallelchange.migration.endtoend;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import dev.parallelchange.migration.MigrationSide;

import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Writers that keep a log of what the database has acknowledged. Each writer has rows of
 * its own, so that the last acknowledged write of a row is known.
 */
final class Traffic implements AutoCloseable {

	private static final int WRITERS = 3;

	/** A few thousand writes a second, which leaves the processors to others as well. */
	private static final Duration PACE = Duration.ofMillis(1);

	private final JdbcClient client;

	private final Scenario scenario;

	private final Supplier<MigrationSide> side;

	private final Lock boundary;

	private final Map<Long, Optional<String>> acknowledged = new ConcurrentHashMap<>();

	private final AtomicLong writes = new AtomicLong();

	private final AtomicLong retries = new AtomicLong();

	private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

	private final List<Thread> threads = new ArrayList<>();

	private volatile boolean stopped;

	Traffic(JdbcClient client, Scenario scenario, Supplier<MigrationSide> side, Lock boundary) {
		this.client = client;
		this.scenario = scenario;
		this.side = side;
		this.boundary = boundary;
		for (int writer = 0; writer < WRITERS; writer++) {
			int number = writer;
			Thread thread = new Thread(() -> run(number), "writer-" + number);
			thread.start();
			this.threads.add(thread);
		}
	}

	long writes() {
		return this.writes.get();
	}

	private void run(int writer) {
		Random random = new Random(writer);
		try {
			while (!this.stopped) {
				long id = (long) random.nextInt(2 * Scenario.ROWS / WRITERS) * WRITERS + writer + 1;
				write(id, random.nextInt(10) == 0, "value " + random.nextInt(1_000_000) + " 😀");
				LockSupport.parkNanos(PACE.toNanos());
			}
		}
		catch (RuntimeException ex) {
			this.failure.compareAndSet(null, ex);
		}
	}

	private void write(long id, boolean delete, String value) {
		this.boundary.lock();
		try {
			Scenario.Statements statements = this.scenario.on(this.side.get());
			if (delete) {
				this.client.sql(statements.delete()).param("id", id).update();
				this.acknowledged.put(id, Optional.empty());
			}
			else if (execute(statements.update(), id, value) > 0) {
				this.acknowledged.put(id, Optional.of(value));
			}
			else if (statements.insert() != null) {
				execute(statements.insert(), id, value);
				this.acknowledged.put(id, Optional.of(value));
			}
			this.writes.incrementAndGet();
		}
		catch (PessimisticLockingFailureException ex) {
			this.retries.incrementAndGet();
		}
		finally {
			this.boundary.unlock();
		}
	}

	private int execute(String sql, long id, String value) {
		return this.client.sql(sql).param("id", id).param("value", value).update();
	}

	/**
	 * Stops the writers, and compares what a side has with what has been acknowledged.
	 */
	void stopAndCheck(MigrationSide side) {
		close();
		assertThat(this.failure.get()).as("no business write fails but for a deadlock").isNull();
		this.acknowledged.forEach((id,
				expected) -> assertThat(
						this.client.sql(this.scenario.on(side).select()).param("id", id).query(String.class).optional())
					.as("row %d on the %s", id, side)
					.isEqualTo(expected));
		assertThat(this.retries.get()).as("writes to try again, of %s", this.writes)
			.isLessThan(this.writes.get() / 20 + 5);
	}

	@Override
	public void close() {
		this.stopped = true;
		for (Thread thread : this.threads) {
			try {
				thread.join();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
