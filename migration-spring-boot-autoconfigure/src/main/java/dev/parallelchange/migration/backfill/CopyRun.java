package dev.parallelchange.migration.backfill;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.LogInterval;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationThread;
import dev.parallelchange.migration.MigrationThread.Work;
import dev.parallelchange.migration.PlanState;
import org.jspecify.annotations.Nullable;

/**
 * This instance's part in one plan's copy, as long as the plan is in the phase for it.
 */
final class CopyRun {

	private static final Duration MEASURE_ROWS = Duration.ofMinutes(1);

	private final DerivedPlan plan;

	private final BackfillStore store;

	private final Throttle throttle;

	private final MigrationFlags flags;

	private final MigrationListener listener;

	private final ChunkSize chunkSize;

	private final CopyProgressLog progressLog;

	private final AtomicInteger copying = new AtomicInteger();

	private final Semaphore marked = new Semaphore(0);

	private final Semaphore copied = new Semaphore(0);

	private final CountDownLatch ended = new CountDownLatch(1);

	private final List<Thread> threads;

	private volatile PlanState state;

	private volatile boolean finished;

	private volatile long runningSince = System.nanoTime();

	private boolean rowsMeasured;

	private long rowsMeasuredAt;

	private boolean paused;

	private long quarantined;

	private @Nullable String quarantineError;

	CopyRun(DerivedPlan plan, PlanState state, BackfillStore store, Throttle throttle, MigrationFlags flags,
			MigrationListener listener, int maxWorkers) {
		this.plan = plan;
		this.state = state;
		this.store = store;
		this.throttle = throttle;
		this.flags = flags;
		this.listener = listener;
		this.chunkSize = new ChunkSize(plan.plan().backfill());
		this.progressLog = new CopyProgressLog(plan, store, new LogInterval(LogInterval.PROGRESS));
		Stream<Thread> workers = IntStream
			.rangeClosed(1, Math.max(1, Math.min(maxWorkers, plan.plan().backfill().maxConcurrency())))
			.mapToObj((number) -> thread(String.valueOf(number), new CopyWorker(this, plan, store, listener)::step));
		Thread walker = thread("walker", new ChunkWalker(this, plan, store)::step);
		this.threads = Stream.concat(workers, Stream.of(walker)).toList();
	}

	private Thread thread(String name, Supplier<Duration> step) {
		return new MigrationThread(Work.BULK, new CopyLoop(this, step, this.listener),
				"migration-backfill-" + this.plan.id() + "-" + name);
	}

	void start() {
		this.threads.forEach(Thread::start);
	}

	/**
	 * Take the state of a tick, and publish what is new.
	 */
	void tick(PlanState current) {
		this.state = current;
		publishQuarantined();
		String reason = this.finished ? current.pauseReason() : pauseReason(current);
		if (reason != null && !this.paused) {
			this.paused = true;
			this.listener.onEvent(new MigrationEvent.BackfillPaused(this.plan.id(), reason));
		}
		else if (reason == null && this.paused && (this.finished || this.throttle.verdict(this.plan.id()).open())) {
			this.paused = false;
			this.runningSince = System.nanoTime();
			this.listener.onEvent(new MigrationEvent.BackfillResumed(this.plan.id()));
		}
	}

	/**
	 * Return why the copy stands.
	 */
	@Nullable String pauseReason(PlanState current) {
		if (current.pauseReason() != null) {
			return current.pauseReason();
		}
		if (!this.flags.isEnabled(this.plan.plan(), MigrationFlag.BACKFILL, null)) {
			return "flag '%s' is off".formatted(this.plan.plan().flags().name(this.plan.id(), MigrationFlag.BACKFILL));
		}
		return this.throttle.verdict(this.plan.id()).reason();
	}

	@Nullable String pauseReason() {
		return pauseReason(this.state);
	}

	/**
	 * Look at the width of rows before the first chunk, and every now and then.
	 * @return whether it is known; {@code false} if no copy has begun
	 */
	boolean measureRows() {
		synchronized (this.chunkSize) {
			if (this.rowsMeasured && System.nanoTime() - this.rowsMeasuredAt < MEASURE_ROWS.toNanos()) {
				return true;
			}
			OptionalLong bytes = this.store.rowBytes(this.plan);
			this.chunkSize.rowBytes(bytes.orElse(0));
			this.rowsMeasured = bytes.isPresent();
			this.rowsMeasuredAt = System.nanoTime();
			return this.rowsMeasured;
		}
	}

	/**
	 * Return how long a worker rests after a chunk.
	 */
	Duration rest(Duration worked) {
		return TimeShare.rest(this.plan.plan().backfill().maxTimeShare(), this.throttle.load(this.plan.id()), worked);
	}

	boolean mayCopy() {
		return this.state.pauseReason() == null && this.throttle.verdict(this.plan.id()).open()
				&& this.flags.isEnabled(this.plan.plan(), MigrationFlag.BACKFILL, null);
	}

	synchronized void quarantined(String error) {
		this.quarantined++;
		this.quarantineError = (this.quarantineError != null) ? this.quarantineError : error;
	}

	// Once a tick, not once a row.
	private synchronized void publishQuarantined() {
		if (this.quarantineError != null) {
			this.listener
				.onEvent(new MigrationEvent.RowsQuarantined(this.plan.id(), this.quarantined, this.quarantineError));
			this.quarantined = 0;
			this.quarantineError = null;
		}
	}

	/**
	 * A chunk has been marked out.
	 */
	Duration marked() {
		this.marked.release();
		return Duration.ZERO;
	}

	/**
	 * A chunk has been copied.
	 */
	void copied() {
		this.marked.tryAcquire();
		this.copied.release();
		this.progressLog.copied();
	}

	/**
	 * Wait until a chunk is marked out here; other instances mark out chunks too.
	 */
	Duration awaitMarked(Duration limit) {
		return await(this.marked, limit);
	}

	/**
	 * Wait until a chunk is copied here; other instances copy chunks too.
	 */
	Duration awaitCopied(Duration limit) {
		return await(this.copied, limit);
	}

	private Duration await(Semaphore semaphore, Duration limit) {
		try {
			semaphore.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			end();
		}
		return Duration.ZERO;
	}

	void finish() {
		this.finished = true;
		end();
		this.progressLog.finished();
	}

	boolean isFinished() {
		return this.finished;
	}

	/**
	 * Have the workers end after their current chunk.
	 */
	void end() {
		this.ended.countDown();
		this.marked.release(this.threads.size());
		this.copied.release();
	}

	boolean isEnding() {
		return this.ended.getCount() == 0;
	}

	boolean isEndingAfter(Duration delay) {
		try {
			return this.ended.await(delay.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			end();
			return true;
		}
	}

	boolean isAlive() {
		return this.threads.stream().anyMatch(Thread::isAlive);
	}

	/**
	 * Wait for the workers; what they still do after half of the time is cancelled.
	 */
	void awaitEnd(Duration limit) {
		end();
		join(limit.dividedBy(2));
		if (isAlive()) {
			this.store.cancel(this.plan.id());
			join(limit.dividedBy(2));
		}
		publishQuarantined();
	}

	private void join(Duration limit) {
		long deadline = System.nanoTime() + limit.toNanos();
		try {
			for (Thread thread : this.threads) {
				thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	DerivedPlan plan() {
		return this.plan;
	}

	ChunkSize chunkSize() {
		return this.chunkSize;
	}

	AtomicInteger copying() {
		return this.copying;
	}

	Duration runningTime() {
		return Duration.ofNanos(System.nanoTime() - this.runningSince);
	}

}
