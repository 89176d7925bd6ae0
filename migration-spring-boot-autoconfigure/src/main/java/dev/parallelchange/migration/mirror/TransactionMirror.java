package dev.parallelchange.migration.mirror;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PersistenceFlush;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.WrittenKeys;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;

/**
 * Mirrors what a business transaction has written through proxies, once for all keys,
 * just before its commit.
 */
public final class TransactionMirror implements WrittenKeys {

	private static final Log logger = LogFactory.getLog(TransactionMirror.class);

	private final MirroredRows rows;

	private final PendingKeys pending;

	private final List<PersistenceFlush> flushes;

	private final MigrationListener listener;

	private final MirrorCounts counts;

	private final CommitGuard guard;

	/**
	 * Create the mirror.
	 * @param rows writes the other side
	 * @param pending takes the keys that cannot be mirrored at once
	 * @param flushes what still holds changes back before a commit
	 * @param listener observes successes and failures
	 * @param counts counts them
	 * @param guard keeps transactions from committing that the cluster has gone past
	 */
	public TransactionMirror(MirroredRows rows, PendingKeys pending, List<PersistenceFlush> flushes,
			MigrationListener listener, MirrorCounts counts, CommitGuard guard) {
		this.rows = rows;
		this.pending = pending;
		this.flushes = List.copyOf(flushes);
		this.listener = listener;
		this.counts = counts;
		this.guard = guard;
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
			synchronization().add(plan, written.other(), deferred || plan.isAcrossDatabases(), keys);
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
		this.guard.check(plan, leading, epoch);
	}

	void mirror(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys) {
		long start = System.nanoTime();
		try {
			this.rows.deriveOrNothing(plan, side, keys);
		}
		catch (RuntimeException ex) {
			this.pending.append(plan, side, keys, String.valueOf(ex.getMessage()));
			this.counts.failed(plan.id(), keys.size());
			this.listener.mirrorFailed(plan.id(), side, keys.size(), ex);
			return;
		}
		this.counts.mirrored(plan.id(), keys.size());
		this.listener.mirrored(plan.id(), side, keys.size(), Duration.ofNanos(System.nanoTime() - start));
	}

	void defer(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys) {
		this.pending.append(plan, side, keys, null);
	}

	void writtenTooLate(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys) {
		logger.warn("Keys of plan '%s' were written while their transaction was already committing; they are pending"
			.formatted(plan.id()));
		this.pending.appendApart(plan, side, keys);
	}

}
