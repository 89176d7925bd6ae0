package dev.parallelchange.migration.verify;

import java.util.Locale;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.LogInterval;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Writes a line about a pass every now and then, as long as this instance compares.
 */
final class PassLog {

	private static final Log logger = LogFactory.getLog(PassLog.class);

	private final LogInterval interval;

	private boolean isLong;

	PassLog(LogInterval interval) {
		this.interval = interval;
	}

	void begun() {
		this.interval.restart();
		this.isLong = false;
	}

	void compared(DerivedPlan plan, Pass pass) {
		if (this.interval.isDue()) {
			this.isLong = true;
			logger.info(String.format(Locale.ROOT, "Plan '%s' has compared %.1f %% of %d rows; %d differ so far",
					plan.id(), Math.min(100.0, 100.0 * pass.compared() / Math.max(1, pass.rowsEstimated())),
					pass.rowsEstimated(), pass.divergences()));
		}
	}

	/**
	 * Passes that take no time are many.
	 */
	void finished(DerivedPlan plan, Pass pass) {
		String line = "Plan '%s' has compared all %d rows: %s %% are equal, %d missing, %d orphan, %d different, %d repaired"
			.formatted(plan.id(), pass.compared(), pass.parity().stripTrailingZeros().toPlainString(), pass.missing(),
					pass.orphan(), pass.different(), pass.repaired());
		if (this.isLong || !pass.isClean()) {
			logger.info(line);
		}
		else {
			logger.debug(line);
		}
	}

}
