package dev.parallelchange.migration.mirror;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.ObservedWork;
import dev.parallelchange.migration.PersistenceFlush;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.WrittenKeys;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;

/**
 * Mirrors what a business transaction has written through proxies, once for all keys,
 * just before its commit.
 */
public final class TransactionMirror implements WrittenKeys {

	private static final Log logger = LogFactory.getLog(TransactionMirror.class);

	private static final CommitGuard<MirroredRows> NOTHING_TO_CHECK = (plan, leading, epoch) -> {
	};

	private final MirroredRows rows;

	private final PendingKeys pending;

	private final List<PersistenceFlush> flushes;

	private final MigrationListener listener;

	private final MirrorCounts counts;

	private final GuardedRows<?> guarded;

	private final GuardedRows<?> checked;

	private final MirrorBreakers breakers;

	private final EagerApplication eager;

	/**
	 * Create a mirror whose pending keys wait for the next tick.
	 * @param <R> the type of the rows
	 * @param rows writes the other side
	 * @param pending takes the keys that cannot be mirrored at once
	 * @param flushes what still holds changes back before a commit
	 * @param listener observes successes and failures
	 * @param counts counts them
	 * @param guard keeps transactions from committing that the cluster has gone past
	 */
	public <R extends MirroredRows> TransactionMirror(R rows, PendingKeys pending, List<PersistenceFlush> flushes,
			MigrationListener listener, MirrorCounts counts, CommitGuard<? super R> guard) {
		this(rows, pending, flushes, listener, counts, guard, new MirrorBreakers(listener), (plan) -> {
		});
	}

	/**
	 * Create the mirror.
	 * @param <R> the type of the rows
	 * @param rows writes the other side
	 * @param pending takes the keys that cannot be mirrored at once
	 * @param flushes what still holds changes back before a commit
	 * @param listener observes successes and failures
	 * @param counts counts them
	 * @param guard keeps transactions from committing that the cluster has gone past
	 * @param breakers keep it from trying what fails again and again
	 * @param eager applies, right after the commit, keys that could not be mirrored
	 */
	public <R extends MirroredRows> TransactionMirror(R rows, PendingKeys pending, List<PersistenceFlush> flushes,
			MigrationListener listener, MirrorCounts counts, CommitGuard<? super R> guard, MirrorBreakers breakers,
			EagerApplication eager) {
		this.rows = rows;
		this.pending = pending;
		this.flushes = List.copyOf(flushes);
		this.listener = listener;
		this.counts = counts;
		this.guarded = new GuardedRows<>(rows, guard);
		this.checked = new GuardedRows<>(rows, NOTHING_TO_CHECK);
		this.breakers = breakers;
		this.eager = eager;
	}

	@Override
	public void record(DerivedPlan plan, long epoch, MigrationSide written, boolean deferred, Collection<RowKey> keys) {
		Assert.notNull(plan, "'plan' must not be null");
		Assert.notNull(keys, "'keys' must not be null");
		Assert.state(
				TransactionSynchronizationManager.isActualTransactionActive()
						&& TransactionSynchronizationManager.isSynchronizationActive(),
				() -> "A write of plan '%s' needs a transaction; run it in one, so that both sides commit together"
					.formatted(plan.id()));
		Assert.state(this.rows.isBoundToTransaction(plan, written), () -> """
				The transaction of a write of plan '%s' does not hold a connection of the DataSource of the plan's \
				tables, so its mirror could not commit with it; use the transaction manager of that DataSource, \
				or a JPA transaction manager whose 'dataSource' and 'jpaDialect' are set""".formatted(plan.id()));
		synchronization().hold(plan, written, epoch);
		if (!keys.isEmpty() && isMirrored(plan, written)) {
			synchronization().add(plan, written.other(), deferred || plan.rowsTravel(), keys);
		}
	}

	@Override
	public void joined(DerivedPlan plan, long epoch) {
		this.counts.joined(plan.id(), epoch);
	}

	@Override
	public void recordLate(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
		if (!keys.isEmpty() && isMirrored(plan, written)) {
			logger.warn(("Plan '%s' may have moved on while this instance was writing without its mirror; "
					+ "the keys are pending")
				.formatted(plan.id()));
			this.pending.appendApart(plan, written.other(), keys);
		}
	}

	private static boolean isMirrored(DerivedPlan plan, MigrationSide written) {
		return written == MigrationSide.SOURCE || plan.isReversible();
	}

	private MirrorSynchronization synchronization() {
		MirrorSynchronization bound = (MirrorSynchronization) TransactionSynchronizationManager.getResource(this);
		if (bound != null) {
			return bound;
		}
		MirrorSynchronization created = new MirrorSynchronization(this);
		TransactionSynchronizationManager.registerSynchronization(created);
		TransactionSynchronizationManager.bindResource(this, created);
		return created;
	}

	void flush() {
		this.flushes.forEach(PersistenceFlush::flush);
	}

	void check(DerivedPlan plan, MigrationSide leading, long epoch) {
		this.guarded.check(plan, leading, epoch);
	}

	/**
	 * Mirror keys or make them pending, in a transaction that has been checked.
	 * @return {@code false} if they are pending and may be applied right after the commit
	 */
	boolean mirror(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys) {
		return mirror(this.checked, plan, side, 0, keys);
	}

	/**
	 * Check the transaction, and mirror keys or make them pending.
	 * @return {@code false} if they are pending and may be applied right after the commit
	 */
	boolean checkAndMirror(DerivedPlan plan, MigrationSide side, long epoch, Collection<RowKey> keys) {
		return mirror(this.guarded, plan, side, epoch, keys);
	}

	private boolean mirror(GuardedRows<?> guarded, DerivedPlan plan, MigrationSide side, long epoch,
			Collection<RowKey> keys) {
		Throwable refusal = this.breakers.refusal(plan.id(), side);
		if (refusal != null) {
			guarded.check(plan, side.other(), epoch);
			failed(plan, side, keys, refusal);
			return true;
		}
		long start = System.nanoTime();
		RuntimeException failure = observed(plan, () -> guarded.checkAndMirror(plan, side.other(), epoch, keys));
		if (failure != null) {
			failed(plan, side, keys, failure);
			this.breakers.failed(plan.id(), side, failure);
			return this.breakers.isOpen(plan.id(), side);
		}
		this.breakers.succeeded(plan.id(), side);
		this.counts.mirrored(plan.id(), keys.size());
		this.listener.mirrored(plan.id(), side, keys.size(), Duration.ofNanos(System.nanoTime() - start));
		return true;
	}

	private @Nullable RuntimeException observed(DerivedPlan plan, Supplier<@Nullable RuntimeException> work) {
		ObservedWork.Running running = this.listener.begin(plan.id(), ObservedWork.MIRROR);
		String outcome = "refused";
		try {
			RuntimeException failure = work.get();
			outcome = (failure != null) ? "pending" : "mirrored";
			return failure;
		}
		finally {
			running.end(outcome);
		}
	}

	private void failed(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys, Throwable cause) {
		this.pending.append(plan, side, keys, StatementFailure.of(cause).error());
		this.counts.failed(plan.id(), keys.size());
		this.listener.mirrorFailed(plan.id(), side, keys.size(), cause);
	}

	/**
	 * The transaction has been committed: nothing that fails here may reach its caller.
	 */
	void applySoon(DerivedPlan plan) {
		try {
			this.eager.applySoon(plan);
		}
		catch (RuntimeException ex) {
			logger.warn("Pending keys of plan '%s' could not be handed over; they are applied at the next tick"
				.formatted(plan.id()), ex);
		}
	}

	void defer(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys) {
		this.pending.append(plan, side, keys, null);
	}

	/**
	 * A transaction of another database has been rolled back, and with it what it would
	 * have done before its commit. If it stood within the one that has written rows, that
	 * one goes on: the keys become pending in it, or it must not be committed.
	 */
	void rolledBackWithin(DerivedPlan plan, MigrationSide leading, long epoch, Collection<RowKey> keys) {
		if (!this.rows.hasOpenWrites(plan, leading)) {
			return;
		}
		try {
			if (!keys.isEmpty()) {
				defer(plan, leading.other(), keys);
			}
			check(plan, leading, epoch);
		}
		catch (RuntimeException ex) {
			logger.error("A transaction of plan '%s' cannot be mirrored; its session is ended before its commit"
				.formatted(plan.id()), ex);
			this.rows.preventCommit(plan, leading);
		}
	}

	void writtenTooLate(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys) {
		logger.warn("Keys of plan '%s' were written while their transaction was already committing; they are pending"
			.formatted(plan.id()));
		this.pending.appendApart(plan, side, keys);
	}

}
