package dev.parallelchange.migration.metrics;

/**
 * The meters of the library; the documentation's table is checked against this list.
 */
public enum MigrationMeter {

	/** Gauge: the phase as a number, 0 for OFF to 7 for COMPLETED. */
	PHASE("migration.phase", "plan"),

	/** Counter: transitions, by the phase entered. */
	TRANSITIONS("migration.transitions", "plan", "to"),

	/** Timer: chunks copied by this instance. */
	CHUNKS("migration.backfill.chunks", "plan"),

	/** Counter: rows written by the copy of this instance. */
	ROWS("migration.backfill.rows", "plan"),

	/** Gauge: the part of the source that is copied, from 0 to 1. */
	PROGRESS("migration.backfill.progress", "plan"),

	/** Gauge: 1 while the copy is paused or throttled. */
	PAUSED("migration.backfill.paused", "plan"),

	/** Gauge: rows that could not be written to the other side. */
	QUARANTINED("migration.quarantined", "plan"),

	/** Timer: mirror writes of this instance's proxies, by the side written. */
	MIRROR("migration.mirror", "plan", "side"),

	/** Counter: keys that this instance could not mirror at once, by the side. */
	MIRROR_FAILURES("migration.mirror.failures", "plan", "side"),

	/** Gauge: pending keys, by the side that waits for them. */
	PENDING("migration.pending", "plan", "side"),

	/** Gauge: seconds since the oldest pending key was appended. */
	PENDING_AGE("migration.pending.age", "plan"),

	/** Timer: reads through this instance's proxies, by the side that answered. */
	READS("migration.reads", "plan", "side"),

	/** Counter: reads that found nothing on the target and asked the source. */
	FALLBACKS("migration.reads.fallback", "plan"),

	/** Counter: reads compared on both sides, by the result: equal or different. */
	COMPARED("migration.reads.compared", "plan", "result"),

	/** Gauge: equal rows by compared rows of the last full pass, in per cent. */
	PARITY("migration.parity", "plan"),

	/** Gauge: differences of the last full pass, by kind. */
	DIVERGENCES("migration.divergences", "plan", "kind"),

	/** Counter: full passes that found less parity than the plan asks for. */
	PARITY_ALERTS("migration.parity.alerts", "plan"),

	/** Gauge: the lag of the slowest replica in seconds. */
	REPLICATION_LAG("migration.replication.lag", "plan"),

	/** Counter: activities of the runner that failed and are tried again. */
	FAILURES("migration.failures", "plan", "activity");

	private final String meterName;

	private final String[] tags;

	MigrationMeter(String meterName, String... tags) {
		this.meterName = meterName;
		this.tags = tags;
	}

	/**
	 * Return the name of the meter.
	 * @return the name, lower-case with dots
	 */
	public String meterName() {
		return this.meterName;
	}

	/**
	 * Return the names of the meter's tags.
	 * @return the names
	 */
	public String[] tags() {
		return this.tags.clone();
	}

}
