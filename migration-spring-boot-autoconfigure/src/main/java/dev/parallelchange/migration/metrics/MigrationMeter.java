package dev.parallelchange.migration.metrics;

/**
 * The meters of the library; the documentation's table is checked against this list.
 */
public enum MigrationMeter {

	PHASE("migration.phase", Type.GAUGE, "The phase as a number, 0 for OFF to 7 for COMPLETED", "plan"),

	PHASE_AGE("migration.phase.age", Type.GAUGE, "Seconds since the phase was entered", "plan"),

	TRANSITIONS("migration.transitions", Type.COUNTER, "Transitions, by the phase entered", "plan", "to"),

	GATES_CLOSED("migration.gates.closed", Type.GAUGE,
			"Closed gates of the next step toward the phase that is asked for; 0 where none is asked for", "plan"),

	INSTANCES("migration.instances", Type.GAUGE, "Live instances", "plan"),

	LEASE("migration.lease", Type.GAUGE, "1 while this instance holds its lease; without it, its proxies refuse writes",
			"plan"),

	CHUNKS("migration.backfill.chunks", Type.TIMER, "Chunks copied by this instance", "plan"),

	ROWS("migration.backfill.rows", Type.COUNTER, "Rows written by the copy of this instance", "plan"),

	PROGRESS("migration.backfill.progress", Type.GAUGE, "The part of the source that is copied, from 0 to 1", "plan"),

	PAUSED("migration.backfill.paused", Type.GAUGE, "1 while the copy is paused or throttled", "plan"),

	STALLED("migration.backfill.stalled", Type.GAUGE,
			"1 while the copy has done nothing for a minute though nothing pauses it", "plan"),

	THROTTLE("migration.backfill.throttle", Type.GAUGE,
			"What throttles the copy by its limit, by signal; above 1 the copy pauses", "plan", "signal"),

	QUARANTINED("migration.quarantined", Type.GAUGE, "Rows that could not be written to the other side", "plan"),

	MIRROR("migration.mirror", Type.TIMER, "Mirror writes of this instance's proxies, by the side written", "plan",
			"side"),

	MIRROR_FAILURES("migration.mirror.failures", Type.COUNTER,
			"Keys that this instance could not mirror at once, by the side", "plan", "side"),

	MIRROR_SUSPENDED("migration.mirror.suspended", Type.GAUGE,
			"1 while this instance does not try to mirror in the business transaction", "plan"),

	PENDING("migration.pending", Type.GAUGE, "Pending keys, by the side that waits for them", "plan", "side"),

	PENDING_AGE("migration.pending.age", Type.GAUGE, "Seconds since the oldest pending key was appended", "plan"),

	READS("migration.reads", Type.TIMER, "Reads through this instance's proxies, by the side that answered", "plan",
			"side"),

	FALLBACKS("migration.reads.fallback", Type.COUNTER, "Reads that found nothing on the target and asked the source",
			"plan"),

	COMPARED("migration.reads.compared", Type.COUNTER,
			"Reads compared on both sides, by the result: equal or different", "plan", "result"),

	PARITY("migration.parity", Type.GAUGE, "Equal rows by compared rows of the last full pass, in per cent", "plan"),

	DIVERGENCES("migration.divergences", Type.GAUGE, "Differences of the last full pass, by kind", "plan", "kind"),

	CONFLICTS("migration.conflicts", Type.GAUGE,
			"Divergences of which the side that does not lead was written last, around the mirror", "plan"),

	PARITY_ALERTS("migration.parity.alerts", Type.COUNTER, "Full passes that found less parity than the plan asks for",
			"plan"),

	REPLICATION_LAG("migration.replication.lag", Type.GAUGE, "The lag of the slowest replica in seconds", "plan"),

	LEFTOVERS("migration.leftovers", Type.GAUGE, "What of a completed plan is still there", "plan"),

	WEBHOOK("migration.webhook", Type.COUNTER,
			"Messages of this instance for the webhook, by the result: sent, failed or dropped", "plan", "result"),

	FAILURES("migration.failures", Type.COUNTER, "Activities of the runner that failed and are tried again", "plan",
			"activity");

	private final String meterName;

	private final Type type;

	private final String description;

	private final String[] tags;

	MigrationMeter(String meterName, Type type, String description, String... tags) {
		this.meterName = meterName;
		this.type = type;
		this.description = description;
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

	/**
	 * Return what kind of meter it is.
	 * @return the type
	 */
	public Type type() {
		return this.type;
	}

	/**
	 * Return what the meter measures.
	 * @return a phrase
	 */
	public String description() {
		return this.description;
	}

	/** The kinds of meters. */
	public enum Type {

		/** A value that goes up and down. */
		GAUGE,

		/** A number that grows. */
		COUNTER,

		/** A number of events and the time that they took. */
		TIMER

	}

}
