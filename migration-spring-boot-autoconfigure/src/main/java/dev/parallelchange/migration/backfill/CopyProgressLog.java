package dev.parallelchange.migration.backfill;

import java.time.Duration;
import java.util.Locale;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.LogInterval;
import dev.parallelchange.migration.PurgeStatus;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Writes a line about a copy every now and then, as long as this instance copies.
 */
final class CopyProgressLog {

	private static final Log logger = LogFactory.getLog(CopyProgressLog.class);

	private final DerivedPlan plan;

	private final BackfillStore store;

	private final LogInterval interval;

	private volatile boolean used;

	CopyProgressLog(DerivedPlan plan, BackfillStore store, LogInterval interval) {
		this.plan = plan;
		this.store = store;
		this.interval = interval;
	}

	/**
	 * A chunk has been copied here.
	 */
	void copied() {
		this.used = true;
		if (this.interval.isDue()) {
			write();
		}
	}

	/**
	 * All rows have been copied, by whichever instance.
	 */
	void finished() {
		if (this.used) {
			this.used = false;
			write();
		}
	}

	/**
	 * What cannot be told must not disturb the copy.
	 */
	private void write() {
		if (!logger.isInfoEnabled()) {
			return;
		}
		try {
			BackfillProgress progress = this.store.progress(this.plan);
			if (progress != null) {
				logger.info(line(progress));
			}
		}
		catch (RuntimeException ex) {
			logger.debug("The progress of plan '%s' cannot be told".formatted(this.plan.id()), ex);
		}
	}

	private String line(BackfillProgress progress) {
		String quarantined = (progress.quarantined() > 0) ? ", %d in quarantine".formatted(progress.quarantined()) : "";
		PurgeStatus purge = progress.purge();
		if (purge != null) {
			return String.format(Locale.ROOT,
					"Plan '%s' has deleted %d rows on its way through %.1f %% of %d; %d matched at %s%s",
					this.plan.id(), progress.rowsWritten(), progress.share() * 100, progress.rowsEstimated(),
					purge.left(), purge.countedAt(), quarantined);
		}
		if (progress.finished()) {
			return "Plan '%s' has copied all %d rows, %d of them written%s".formatted(this.plan.id(),
					progress.rowsDone(), progress.rowsWritten(), quarantined);
		}
		return String.format(Locale.ROOT, "Plan '%s' has copied %.1f %% of %d rows, %.0f rows a second%s%s",
				this.plan.id(), progress.share() * 100, progress.rowsEstimated(), progress.rowsPerSecond(),
				left(CopyState.eta(progress, progress.rowsPerSecond())), quarantined);
	}

	private static String left(@Nullable Duration eta) {
		return (eta != null) ? ", about %d min left".formatted(Math.max(1, eta.toMinutes())) : "";
	}

}
