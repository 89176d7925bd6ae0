package dev.parallelchange.migration.backfill;

import java.time.Duration;
import java.util.OptionalLong;

import dev.parallelchange.migration.DerivedPlan;
import org.jspecify.annotations.Nullable;

/**
 * A store that does what another one does, unless a test says otherwise.
 */
class ForwardingBackfillStore implements BackfillStore {

	private final BackfillStore store;

	ForwardingBackfillStore(BackfillStore store) {
		this.store = store;
	}

	@Override
	public void reset(String planId) {
		this.store.reset(planId);
	}

	@Override
	public void begin(DerivedPlan plan) {
		this.store.begin(plan);
	}

	@Override
	public OptionalLong rowBytes(DerivedPlan plan) {
		return this.store.rowBytes(plan);
	}

	@Override
	public CopyStep walk(DerivedPlan plan, int rows) {
		return this.store.walk(plan, rows);
	}

	@Override
	public boolean vacuum(DerivedPlan plan, long rewritten) {
		return this.store.vacuum(plan, rewritten);
	}

	@Override
	public CopyStep copyNext(DerivedPlan plan) {
		return this.store.copyNext(plan);
	}

	@Override
	public boolean finish(DerivedPlan plan) {
		return this.store.finish(plan);
	}

	@Override
	public void recount(String planId) {
		this.store.recount(planId);
	}

	@Override
	public void retryLater(Chunk chunk, String error, Duration delay) {
		this.store.retryLater(chunk, error, delay);
	}

	@Override
	public Isolation isolate(DerivedPlan plan, Chunk chunk, String error, boolean quarantine) {
		return this.store.isolate(plan, chunk, error, quarantine);
	}

	@Override
	public void pause(String planId, String reason) {
		this.store.pause(planId, reason);
	}

	@Override
	public boolean pauseAfter(DerivedPlan plan, Duration limit, String reason) {
		return this.store.pauseAfter(plan, limit, reason);
	}

	@Override
	public @Nullable BackfillProgress progress(DerivedPlan plan) {
		return this.store.progress(plan);
	}

	@Override
	public void cancel(String planId) {
		this.store.cancel(planId);
	}

}
