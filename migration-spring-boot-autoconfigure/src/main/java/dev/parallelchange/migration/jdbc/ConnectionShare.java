package dev.parallelchange.migration.jdbc;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.MigrationThread;
import dev.parallelchange.migration.MigrationThread.Work;
import org.jspecify.annotations.Nullable;

/**
 * How many of the library's threads may hold connections at a time. It counts threads and
 * not connections: whoever holds one may take a second, of the same or another database,
 * without waiting. So nobody waits here who keeps others waiting.
 */
public final class ConnectionShare {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final int bulk;

	private final Map<Work, Semaphore> free = new EnumMap<>(Work.class);

	private final ThreadLocal<@Nullable Permit> held = new ThreadLocal<>();

	/**
	 * Create a share.
	 * @param bulk the threads that go through tables
	 * @param mirror the threads that apply pending keys or measure
	 * @param state the threads that keep state
	 */
	public ConnectionShare(int bulk, int mirror, int state) {
		this.bulk = bulk;
		this.free.put(Work.BULK, new Semaphore(bulk, true));
		Semaphore brief = new Semaphore(mirror, true);
		this.free.put(Work.MIRROR, brief);
		this.free.put(Work.MEASURE, brief);
		this.free.put(Work.STATE, new Semaphore(state, true));
	}

	/**
	 * Create the share that leaves one of four connections to the application, and more
	 * than half of ten.
	 * @param poolSize the size of the smallest pool
	 * @return the share
	 */
	public static ConnectionShare ofPool(int poolSize) {
		return ofPool(poolSize, Math.max(1, poolSize / 4));
	}

	/**
	 * Create a share with a certain number of threads that go through tables.
	 * @param poolSize the size of the smallest pool
	 * @param bulk the threads that go through tables
	 * @return the share
	 */
	public static ConnectionShare ofPool(int poolSize, int bulk) {
		return new ConnectionShare(bulk, mirror(poolSize), 1);
	}

	/**
	 * Create the share that uses a pool of the library's own up.
	 * @param poolSize the size of that pool
	 * @return the share
	 */
	public static ConnectionShare ofOwnPool(int poolSize) {
		return ofPool(poolSize, Math.max(1, poolSize - mirror(poolSize) - 1));
	}

	/**
	 * Create a share without limits, for a {@code DataSource} that is no pool.
	 * @return the share
	 */
	public static ConnectionShare unlimited() {
		return new ConnectionShare(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
	}

	private static int mirror(int poolSize) {
		return (poolSize < 8) ? 1 : 2;
	}

	/**
	 * Return how many threads that go through tables may hold connections.
	 * @return the number, whether used or not
	 */
	public int bulk() {
		return this.bulk;
	}

	/**
	 * Return how many threads that go through tables may hold connections now.
	 * @return the number that is not used
	 */
	public int freeForBulk() {
		return permits(Work.BULK).availablePermits();
	}

	Permit enter(MigrationThread thread) throws SQLException {
		Permit current = this.held.get();
		if (current != null && current.again()) {
			return current;
		}
		Semaphore permits = permits(thread.work());
		acquire(permits, thread.work());
		Permit permit = new Permit(permits);
		this.held.set(permit);
		return permit;
	}

	private static void acquire(Semaphore permits, Work work) throws SQLException {
		try {
			if (!permits.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
				throw new SQLTransientConnectionException(
						("None of the connections that the migration may use for work of the kind %s was free for %d s; "
								+ "see 'migration.worker'")
							.formatted(work, PATIENCE.toSeconds()));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SQLTransientConnectionException("The thread was interrupted while it waited for a connection",
					ex);
		}
	}

	private Semaphore permits(Work work) {
		Semaphore permits = this.free.get(work);
		if (permits == null) {
			throw new IllegalStateException("There are no permits for " + work);
		}
		return permits;
	}

	/**
	 * What a thread holds as long as it has a connection.
	 */
	static final class Permit {

		private final Semaphore origin;

		private int connections = 1;

		private Permit(Semaphore origin) {
			this.origin = origin;
		}

		private synchronized boolean again() {
			if (this.connections == 0) {
				return false;
			}
			this.connections++;
			return true;
		}

		synchronized void leave() {
			this.connections--;
			if (this.connections == 0) {
				this.origin.release();
			}
		}

	}

}
