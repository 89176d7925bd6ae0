package dev.parallelchange.sample.traffic;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The last value that was acknowledged for each row, kept outside of the database.
 *
 * @param <V> the type of a row's value; an empty one stands for no row
 */
public final class Ledger<V> {

	private static final int STRIPES = 1024;

	private final Map<Long, Set<Optional<V>>> acceptable = new ConcurrentHashMap<>();

	private final ReentrantLock[] stripes = Stream.generate(ReentrantLock::new)
		.limit(STRIPES)
		.toArray(ReentrantLock[]::new);

	private final LongAdder acknowledged = new LongAdder();

	private final LongAdder failed = new LongAdder();

	/**
	 * Work on a row while no other caller does, so that its last value is known.
	 * @param key the row's key
	 * @param work the work
	 */
	public void exclusively(long key, Runnable work) {
		ReentrantLock lock = this.stripes[(int) (key % STRIPES)];
		lock.lock();
		try {
			work.run();
		}
		finally {
			lock.unlock();
		}
	}

	/**
	 * Run a transaction that gives a row a value, and note how it ended. When it failed,
	 * nobody knows whether it was committed: both values are acceptable.
	 * @param key the row's key
	 * @param value the row's value after a commit
	 * @param transaction the transaction
	 */
	public void write(long key, Optional<V> value, Runnable transaction) {
		try {
			transaction.run();
		}
		catch (RuntimeException ex) {
			this.failed.increment();
			this.acceptable.computeIfPresent(key, (same, values) -> with(values, value));
			throw ex;
		}
		this.acceptable.put(key, Set.of(value));
		this.acknowledged.increment();
	}

	/**
	 * Run a transaction that creates a row. Once it has been committed, another caller
	 * may have changed the row already.
	 * @param value yields the row's value for its key
	 * @param transaction the transaction, which returns the row's key
	 * @return the row's key
	 */
	public long create(LongFunction<V> value, LongSupplier transaction) {
		try {
			long key = transaction.getAsLong();
			this.acceptable.putIfAbsent(key, Set.of(Optional.of(value.apply(key))));
			this.acknowledged.increment();
			return key;
		}
		catch (RuntimeException ex) {
			this.failed.increment();
			throw ex;
		}
	}

	/**
	 * Return what is known of a row.
	 * @param key the row's key
	 * @return the values that it may have; nothing if it may have any
	 */
	public Set<Optional<V>> acceptable(long key) {
		return this.acceptable.getOrDefault(key, Set.of());
	}

	/**
	 * Return what is known of all rows.
	 * @return the values that they may have, by key
	 */
	public Map<Long, Set<Optional<V>>> acceptable() {
		return new TreeMap<>(this.acceptable);
	}

	/**
	 * Return how many writes have been acknowledged.
	 * @return the number of writes
	 */
	public long acknowledged() {
		return this.acknowledged.sum();
	}

	/**
	 * Return how many writes failed.
	 * @return the number of writes
	 */
	public long failures() {
		return this.failed.sum();
	}

	private static <T> Set<Optional<T>> with(Set<Optional<T>> values, Optional<T> value) {
		Set<Optional<T>> all = new LinkedHashSet<>(values);
		all.add(value);
		return all;
	}

}
