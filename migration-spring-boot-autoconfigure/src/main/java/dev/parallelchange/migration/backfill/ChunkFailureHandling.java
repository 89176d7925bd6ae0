package dev.parallelchange.migration.backfill;

import java.time.Duration;

import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.StatementFailure;

import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Decides what becomes of a chunk that could not be copied: it is tried again later, it
 * is split until the rows are found, or the copy pauses.
 */
final class ChunkFailureHandling {

	private static final Duration MAX_DELAY = Duration.ofSeconds(30);

	/** One row in this many may be put aside before the copy pauses. */
	private static final long QUARANTINE_SHARE = 10_000;

	private final CopyRun run;

	private final DerivedPlan plan;

	private final BackfillStore store;

	private final BackfillSettings settings;

	ChunkFailureHandling(CopyRun run, DerivedPlan plan, BackfillStore store) {
		this.run = run;
		this.plan = plan;
		this.store = store;
		this.settings = plan.plan().backfill();
	}

	void handle(ChunkFailedException ex) {
		if (this.run.isEnding()) {
			return;
		}
		StatementFailure failure = StatementFailure.of(ex);
		Chunk chunk = ex.getChunk();
		switch (failure.kind()) {
			case TRANSIENT -> retry(chunk, failure);
			case TIMEOUT -> makeSmaller(chunk, failure);
			case DATA -> isolate(chunk, failure);
			default -> this.store.pause(this.plan.id(),
					"chunk %d failed: %s".formatted(chunk.number(), failure.publicError()));
		}
	}

	private void retry(Chunk chunk, StatementFailure failure) {
		if (chunk.attempts() >= this.settings.retryAttempts()) {
			this.store.pause(this.plan.id(), "chunk %d failed %d times: %s".formatted(chunk.number(),
					chunk.attempts() + 1, failure.publicError()));
			return;
		}
		this.store.retryLater(chunk, failure.publicError(), delay(chunk.attempts()));
	}

	private Duration delay(int attempts) {
		long initial = Math.max(1, this.settings.retryBackoff().toMillis());
		ExponentialBackOff backOff = new ExponentialBackOff(initial, 2);
		backOff.setJitter(Math.max(1, initial / 4));
		backOff.setMaxInterval(Math.max(initial, MAX_DELAY.toMillis()));
		BackOffExecution execution = backOff.start();
		long delay = execution.nextBackOff();
		for (int i = 0; i < attempts; i++) {
			delay = execution.nextBackOff();
		}
		return Duration.ofMillis(delay);
	}

	private void makeSmaller(Chunk chunk, StatementFailure failure) {
		this.run.chunkSize().tooSlow();
		if (chunk.rowCount() <= 1) {
			retry(chunk, failure);
			return;
		}
		this.store.isolate(this.plan, chunk, failure.publicError(), false);
	}

	private void isolate(Chunk chunk, StatementFailure failure) {
		Isolation isolation = this.store.isolate(this.plan, chunk, failure.error(), true);
		if (!isolation.quarantined()) {
			return;
		}
		this.run.quarantined(failure.publicError());
		long limit = Math.max(this.settings.maxQuarantine(), isolation.rowsEstimated() / QUARANTINE_SHARE);
		if (isolation.unreviewed() > limit) {
			this.store.pause(this.plan.id(),
					"%d rows went into quarantine (limit %d, 'backfill.max-quarantine'); the last one: %s"
						.formatted(isolation.unreviewed(), limit, failure.publicError()));
		}
	}

}
