package dev.parallelchange.migration.routing;

import java.util.concurrent.atomic.AtomicLong;

import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanState;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What has been decided for one transaction and plan, or for one call outside of a
 * transaction; it stands although the plan moves on.
 */
final class Decision implements TransactionSynchronization {

	private final Object resource;

	private final PlanState state;

	private final WorkInFlight.Epoch epoch;

	private final long begunAt = System.nanoTime();

	private boolean bound;

	private boolean ended;

	private @Nullable AtomicLong writerGeneration;

	private boolean wrote;

	private @Nullable MigrationSide readSide;

	private @Nullable Boolean deferred;

	private @Nullable Runnable commitCheck;

	Decision(Object resource, PlanState state, WorkInFlight.Epoch epoch) {
		this.resource = resource;
		this.state = state;
		this.epoch = epoch;
	}

	/**
	 * Find the decision of the thread's transaction.
	 * @param resource what the decision is bound to
	 * @return the decision; {@code null} if nothing has been decided yet
	 */
	static @Nullable Decision find(Object resource) {
		Decision decision = (Decision) TransactionSynchronizationManager.getResource(resource);
		if (decision != null && decision.ended) {
			TransactionSynchronizationManager.unbindResourceIfPossible(resource);
			return null;
		}
		return decision;
	}

	/**
	 * Let the decision hold until the thread's transaction ends.
	 */
	void bind() {
		this.bound = true;
		TransactionSynchronizationManager.registerSynchronization(this);
		TransactionSynchronizationManager.bindResource(this.resource, this);
	}

	/**
	 * End the decision with the call, unless a transaction keeps it.
	 */
	void endCall() {
		if (!this.bound) {
			end();
		}
	}

	private void end() {
		if (!this.ended) {
			this.ended = true;
			exitWriter();
			this.epoch.exit();
		}
	}

	PlanState state() {
		return this.state;
	}

	WorkInFlight.Epoch epoch() {
		return this.epoch;
	}

	boolean isWriter() {
		return this.writerGeneration != null;
	}

	void enterWriter() {
		this.writerGeneration = this.epoch.enterWriter();
	}

	void exitWriter() {
		if (this.writerGeneration != null) {
			this.epoch.exitWriter(this.writerGeneration);
			this.writerGeneration = null;
		}
	}

	/**
	 * The moment of the decision, as {@link System#nanoTime()} counts.
	 */
	long begunAt() {
		return this.begunAt;
	}

	boolean isBound() {
		return this.bound;
	}

	/**
	 * Let the thread's transaction be rolled back if a check fails before its commit.
	 */
	void beforeCommit(Runnable check) {
		this.commitCheck = check;
	}

	@Override
	public void beforeCommit(boolean readOnly) {
		if (this.commitCheck != null) {
			this.commitCheck.run();
		}
	}

	boolean hasWritten() {
		return this.wrote;
	}

	void written() {
		this.wrote = true;
	}

	@Nullable MigrationSide readSide() {
		return this.readSide;
	}

	MigrationSide readSide(MigrationSide side) {
		this.readSide = side;
		return side;
	}

	@Nullable Boolean deferred() {
		return this.deferred;
	}

	boolean deferred(boolean deferred) {
		this.deferred = deferred;
		return deferred;
	}

	@Override
	public void suspend() {
		TransactionSynchronizationManager.unbindResourceIfPossible(this.resource);
	}

	@Override
	public void resume() {
		TransactionSynchronizationManager.bindResource(this.resource, this);
	}

	@Override
	public void afterCompletion(int status) {
		if (TransactionSynchronizationManager.getResource(this.resource) == this) {
			TransactionSynchronizationManager.unbindResourceIfPossible(this.resource);
		}
		end();
	}

}
