package dev.parallelchange.migration.backfill;

import java.time.Duration;

import dev.parallelchange.migration.DerivedPlan;

/**
 * Marks out chunks a little ahead of the workers, so that none of them waits for the walk
 * along the key.
 */
final class ChunkWalker {

	private final CopyRun run;

	private final DerivedPlan plan;

	private final BackfillStore store;

	private boolean begun;

	private long rewritten;

	ChunkWalker(CopyRun run, DerivedPlan plan, BackfillStore store) {
		this.run = run;
		this.plan = plan;
		this.store = store;
	}

	Duration step() {
		if (!this.run.measureRows()) {
			return begin();
		}
		CopyStep walked = this.store.walk(this.plan, this.run.chunkSize().rows());
		return switch (walked.kind()) {
			case WALKED -> marked(walked.rows());
			case AHEAD -> this.run.awaitCopied(CopyLoop.SHORT_WAIT);
			case LIMITED -> (walked.delay().compareTo(CopyLoop.LONG_WAIT) < 0) ? walked.delay() : CopyLoop.LONG_WAIT;
			case END -> finish();
			case ABSENT -> begin();
			default -> CopyLoop.LONG_WAIT;
		};
	}

	private Duration marked(long rows) {
		Duration wait = this.run.marked();
		this.rewritten += rows;
		if (this.store.vacuum(this.plan, this.rewritten)) {
			this.rewritten = 0;
		}
		return wait;
	}

	private Duration begin() {
		this.store.begin(this.plan);
		Duration wait = this.begun ? CopyLoop.SHORT_WAIT : Duration.ZERO;
		this.begun = true;
		return wait;
	}

	private Duration finish() {
		if (this.store.finish(this.plan)) {
			this.run.finish();
		}
		return this.run.awaitCopied(CopyLoop.SHORT_WAIT);
	}

}
