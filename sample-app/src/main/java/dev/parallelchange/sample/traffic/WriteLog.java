package dev.parallelchange.sample.traffic;

import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

import dev.parallelchange.sample.service.Settings;

/**
 * What callers remember of their calls, whichever release answered them.
 */
public final class WriteLog {

	private final Ledger<Settings> settings = new Ledger<>();

	private final Ledger<String> orders = new Ledger<>();

	private final LongAdder reads = new LongAdder();

	private final LongAdder wrongReads = new LongAdder();

	private final ReadWriteLock calls = new ReentrantReadWriteLock(true);

	/**
	 * Return the ledger of users' settings.
	 * @return the ledger, by the user's id
	 */
	public Ledger<Settings> settings() {
		return this.settings;
	}

	/**
	 * Return the ledger of orders' states.
	 * @return the ledger, by the order's id
	 */
	public Ledger<String> orders() {
		return this.orders;
	}

	/**
	 * Make a call.
	 * @param call the call
	 */
	public void call(Runnable call) {
		this.calls.readLock().lock();
		try {
			call.run();
		}
		finally {
			this.calls.readLock().unlock();
		}
	}

	/**
	 * Do something while there are no calls.
	 * @param <T> the type of the result
	 * @param work the work
	 * @return its result
	 */
	public <T> T withoutCalls(Supplier<T> work) {
		this.calls.writeLock().lock();
		try {
			return work.get();
		}
		finally {
			this.calls.writeLock().unlock();
		}
	}

	/**
	 * Note a read.
	 * @param right whether it answered what had been written
	 */
	public void read(boolean right) {
		this.reads.increment();
		if (!right) {
			this.wrongReads.increment();
		}
	}

	/**
	 * Return how many reads there were.
	 * @return the number of reads
	 */
	public long reads() {
		return this.reads.sum();
	}

	/**
	 * Return how many reads did not answer what had been written.
	 * @return the number of reads
	 */
	public long wrongReads() {
		return this.wrongReads.sum();
	}

}
