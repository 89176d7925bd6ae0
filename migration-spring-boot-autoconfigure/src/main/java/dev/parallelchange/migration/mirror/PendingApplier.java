package dev.parallelchange.migration.mirror;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.util.Assert;

/**
 * Applies pending keys until none is due or some seconds have passed: many in one
 * transaction, and key by key where that fails. What cannot be written after some
 * attempts is put aside.
 */
final class PendingApplier {

	private static final Duration MAX_RUN = Duration.ofSeconds(5);

	private final PendingKeys pending;

	private final MigrationListener listener;

	private final MirrorBreakers breakers;

	/**
	 * What took too long is tried again with fewer keys.
	 */
	private final RetryTemplate retry = new RetryTemplate(RetryPolicy.builder()
		.includes(TransientDataAccessException.class)
		.excludes(QueryTimeoutException.class)
		.maxRetries(5)
		.delay(Duration.ofMillis(10))
		.multiplier(2)
		.jitter(Duration.ofMillis(5))
		.build());

	PendingApplier(PendingKeys pending, MigrationListener listener, MirrorBreakers breakers) {
		this.pending = pending;
		this.listener = listener;
		this.breakers = breakers;
	}

	/**
	 * Apply what is due. A key that is pending for both sides follows the leading one.
	 * Where rows travel nothing but the application writes the leading side.
	 */
	void apply(DerivedPlan plan, MigrationSide leading) {
		applyTo(plan, leading.other());
		removeEqual(plan, leading);
		if (!plan.rowsTravel()) {
			applyTo(plan, leading);
		}
	}

	/**
	 * Rows that cannot be compared, such as one that cannot be transformed, keep their
	 * entries until the next tick, and nothing else waits for them.
	 */
	private void removeEqual(DerivedPlan plan, MigrationSide leading) {
		try {
			this.pending.removeEqual(plan, leading);
		}
		catch (RuntimeException ex) {
			rethrowIfUnreachable(ex);
		}
	}

	private void applyTo(DerivedPlan plan, MigrationSide side) {
		if (side == MigrationSide.SOURCE && !plan.isReversible()) {
			return;
		}
		long end = System.nanoTime() + MAX_RUN.toNanos();
		while (applyBatch(plan, side) && System.nanoTime() - end < 0) {
			if (Thread.currentThread().isInterrupted()) {
				return;
			}
		}
	}

	private boolean applyBatch(DerivedPlan plan, MigrationSide side) {
		try {
			PendingKeys.Batch batch = withRetry(() -> this.pending.apply(plan, side));
			if (batch.applied() > 0) {
				this.breakers.succeeded(plan.id(), side);
			}
			return batch.more();
		}
		catch (RuntimeException ex) {
			rethrowIfUnreachable(ex);
			return singleOut(plan, side);
		}
	}

	/**
	 * Apply what is due one key after the other.
	 * @return whether any key could be applied
	 */
	private boolean singleOut(DerivedPlan plan, MigrationSide side) {
		boolean applied = false;
		List<String> quarantined = new ArrayList<>();
		for (RowKey key : this.pending.due(plan, side)) {
			try {
				if (withRetry(() -> this.pending.apply(plan, side, key)).applied() > 0) {
					this.breakers.succeeded(plan.id(), side);
					applied = true;
				}
			}
			catch (TransientDataAccessException ex) {
				// Somebody keeps writing the row; its key is due at the next tick as
				// well.
			}
			catch (RuntimeException ex) {
				postpone(plan, side, key, ex, quarantined);
			}
		}
		if (!quarantined.isEmpty()) {
			this.listener
				.onEvent(new MigrationEvent.RowsQuarantined(plan.id(), quarantined.size(), quarantined.get(0)));
		}
		return applied;
	}

	private void postpone(DerivedPlan plan, MigrationSide side, RowKey key, RuntimeException failure,
			List<String> quarantined) {
		rethrowIfUnreachable(failure);
		String error = String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
		if (this.pending.postpone(plan, side, key, error)) {
			quarantined.add(error);
		}
	}

	/**
	 * Try again to write rows that have been put aside; those that can be written or are
	 * equal by now are released.
	 */
	void releaseQuarantined(DerivedPlan plan) {
		for (MigrationSide side : plan.isReversible() ? List.of(MigrationSide.values())
				: List.of(MigrationSide.TARGET)) {
			for (RowKey key : this.pending.quarantined(plan, side)) {
				if (Thread.currentThread().isInterrupted()) {
					return;
				}
				release(plan, side, key);
			}
		}
	}

	private void release(DerivedPlan plan, MigrationSide side, RowKey key) {
		try {
			this.pending.release(plan, side, key);
		}
		catch (RuntimeException ex) {
			rethrowIfUnreachable(ex);
		}
	}

	private <T> T withRetry(Supplier<T> work) {
		try {
			T result = this.retry.execute(work::get);
			Assert.state(result != null, "There must be a result");
			return result;
		}
		catch (RetryException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw new IllegalStateException(ex);
		}
	}

	private static void rethrowIfUnreachable(RuntimeException failure) {
		if (!(failure instanceof DataAccessException) || failure instanceof RecoverableDataAccessException
				|| failure instanceof DataAccessResourceFailureException) {
			throw failure;
		}
	}

}
