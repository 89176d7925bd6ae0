package dev.parallelchange.migration.routing;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationThreads;
import dev.parallelchange.migration.ObservedWork;
import dev.parallelchange.migration.PlanState;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Repeats a sample of the reads on both sides, away from the caller, and counts those
 * that differ; after the rules of GitHub's Scientist, an experiment can neither slow nor
 * fail the caller.
 *
 * <p>
 * A row that changes while it is read on both sides is no difference. Two threads are
 * enough for a sample; what they cannot take is dropped.
 */
final class ReadComparer {

	private static final Log logger = LogFactory.getLog(ReadComparer.class);

	static final Duration DEADLINE = Duration.ofSeconds(2);

	private static final int THREADS = 2;

	private static final int QUEUE = 64;

	private static final BigDecimal ALL = BigDecimal.valueOf(100);

	private final AnswerDifference difference;

	private final PendingReads pending;

	private final MigrationListener listener;

	private final ComparisonTally tally = new ComparisonTally();

	private final Set<Comparison> running = ConcurrentHashMap.newKeySet();

	private final MigrationThreads threads = new MigrationThreads(ReadComparer::newThreads);

	ReadComparer(AnswerDifference difference, PendingReads pending, MigrationListener listener) {
		this.difference = difference;
		this.pending = pending;
		this.listener = listener;
	}

	private static ThreadPoolExecutor newThreads() {
		CustomizableThreadFactory factory = new CustomizableThreadFactory("migration-compare-");
		factory.setDaemon(true);
		ThreadPoolExecutor threads = new ThreadPoolExecutor(THREADS, THREADS, 30, TimeUnit.SECONDS,
				new ArrayBlockingQueue<>(QUEUE), factory, new ThreadPoolExecutor.DiscardPolicy());
		threads.allowCoreThreadTimeOut(true);
		return threads;
	}

	/**
	 * Compare a read if it belongs to the sample.
	 */
	void sample(MigrationPlan plan, PlanState state, PlanTransactions transactions, ReadTraits read, SideCall call) {
		if (isSampled(plan.verification().compareShare())) {
			this.threads.execute(new Comparison(plan, state, transactions, read, call));
		}
	}

	private static boolean isSampled(BigDecimal percent) {
		return percent.signum() > 0
				&& (percent.compareTo(ALL) >= 0 || ThreadLocalRandom.current().nextDouble(100) < percent.doubleValue());
	}

	ComparisonTally tally() {
		return this.tally;
	}

	/**
	 * Interrupt what has not ended in time, such as a side that waits for something else
	 * than the database.
	 */
	void interruptOverdue() {
		this.running.forEach(Comparison::interruptIfOverdue);
	}

	void start() {
		this.threads.start();
	}

	void stop() {
		this.threads.stop(Duration.ZERO);
	}

	/** A read to be repeated. */
	private final class Comparison implements Runnable {

		private final MigrationPlan plan;

		private final PlanState state;

		private final PlanTransactions transactions;

		private final ReadTraits read;

		private final SideCall call;

		private final long deadline = System.nanoTime() + DEADLINE.toNanos();

		private @Nullable Thread thread;

		Comparison(MigrationPlan plan, PlanState state, PlanTransactions transactions, ReadTraits read, SideCall call) {
			this.plan = plan;
			this.state = state;
			this.transactions = transactions;
			this.read = read;
			this.call = call;
		}

		@Override
		public void run() {
			if (isOverdue()) {
				return;
			}
			begin();
			ObservedWork.Running observed = ReadComparer.this.listener.begin(this.plan.id(),
					ObservedWork.COMPARED_READ);
			String outcome = "failed";
			try {
				outcome = compare();
			}
			catch (Throwable ex) {
				logger.debug("A read of plan '%s' could not be compared".formatted(this.plan.id()), ex);
			}
			finally {
				observed.end(outcome);
				end();
			}
		}

		private String compare() throws Throwable {
			Object words = look();
			if (words != null) {
				words = look();
			}
			if (words == Verdict.UNCERTAIN) {
				return "uncertain";
			}
			ReadComparer.this.tally.count(this.state, (words != null) ? words.toString() : null);
			ReadComparer.this.listener.readCompared(this.plan.id(), words == null);
			return (words != null) ? "different" : "equal";
		}

		/**
		 * Return {@code null} if both sides are equal.
		 */
		private @Nullable Object look() throws Throwable {
			return this.transactions.inReadOnly((int) DEADLINE.toSeconds(), () -> {
				ReadComparer.this.pending.takeSnapshot();
				return this.plan.isAcrossDatabases() ? compareApart() : compareInSnapshot();
			});
		}

		private @Nullable Object compareInSnapshot() throws Throwable {
			String words = difference(this.call.on(MigrationSide.SOURCE), this.call.on(MigrationSide.TARGET));
			return (words != null && isPending()) ? Verdict.UNCERTAIN : words;
		}

		/**
		 * There is no snapshot of two databases. A row that was not pending after the
		 * leading side was read, and is the same there after the other side was read, has
		 * not been written and mirrored meanwhile.
		 */
		private @Nullable Object compareApart() throws Throwable {
			MigrationSide leading = this.state.phase().leadingSide();
			Object led = this.call.on(leading);
			boolean pending = isPending();
			Object other = this.call.on(leading.other());
			String words = (leading == MigrationSide.SOURCE) ? difference(led, other) : difference(other, led);
			return (words != null && (pending || hasChanged(leading, led))) ? Verdict.UNCERTAIN : words;
		}

		private boolean hasChanged(MigrationSide side, @Nullable Object answer) throws Throwable {
			return this.transactions.inReadOnly((int) DEADLINE.toSeconds(),
					() -> difference(answer, this.call.on(side))) != null;
		}

		private @Nullable String difference(@Nullable Object source, @Nullable Object target) {
			return ReadComparer.this.difference.find(this.plan.id(), this.read, source, target);
		}

		private boolean isPending() {
			return ReadComparer.this.pending.isAnyPending(this.plan, this.state.phase().leadingSide().other());
		}

		private boolean isOverdue() {
			return System.nanoTime() - this.deadline > 0;
		}

		private synchronized void begin() {
			this.thread = Thread.currentThread();
			ReadComparer.this.running.add(this);
		}

		private synchronized void interruptIfOverdue() {
			if (this.thread != null && isOverdue()) {
				this.thread.interrupt();
			}
		}

		private synchronized void end() {
			this.thread = null;
			ReadComparer.this.running.remove(this);
			Thread.interrupted();
		}

	}

	/** What is neither equal nor different. */
	private enum Verdict {

		UNCERTAIN

	}

}
