package dev.parallelchange.chaos.audit;

import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.chaos.load.LogEvent;

/**
 * What an audit found.
 */
public final class Findings {

	private static final int SHOWN_WITH_EVIDENCE = 3;

	private static final int SHOWN = 40;

	private final Logs logs;

	private final MigrationTables tables;

	private final List<Violation> violations;

	private final Evidence evidence;

	Findings(Logs logs, MigrationTables tables, List<Violation> violations, Evidence evidence) {
		this.logs = logs;
		this.tables = tables;
		this.violations = List.copyOf(violations);
		this.evidence = evidence;
	}

	/**
	 * Return what must not be.
	 * @return the violations
	 */
	public List<Violation> violations() {
		return this.violations;
	}

	/**
	 * Return how many transactions were acknowledged.
	 * @return a number
	 */
	public long acknowledged() {
		return this.logs.count(LogEvent.COMMITTED);
	}

	/**
	 * Return numbers, and each violation with what is known of its key.
	 * @return the lines of a report
	 */
	public List<String> lines() {
		List<String> lines = new ArrayList<>();
		long retryable = this.logs.retryable().values().stream().mapToInt(Integer::intValue).sum();
		lines.add("transactions: %d acknowledged, %d rolled back, %d unknown, %d undecided when killed".formatted(
				acknowledged(), this.logs.count(LogEvent.ROLLED_BACK), this.logs.count(LogEvent.UNKNOWN),
				this.logs.undecided()));
		lines.add("retryable errors: %d (%.1f %% of attempts) %s".formatted(retryable,
				100.0 * retryable / Math.max(1, retryable + acknowledged()), this.logs.retryable()));
		lines.add("reads after own writes: at least %d fresh, %d of later or concurrent writes"
			.formatted(this.logs.freshReads(), this.logs.reads().size()));
		lines.add("phase changes: " + this.tables.phaseChanges());
		lines.add("verification: " + this.tables.repairs());
		this.tables.fences().forEach((fences) -> lines.add("fences of " + fences));
		this.tables.applied().forEach((applied) -> lines.add("pending keys of " + applied));
		lines.add("violations: " + this.violations.size());
		for (int i = 0; i < Math.min(SHOWN, this.violations.size()); i++) {
			lines.add("  " + this.violations.get(i));
			if (i < SHOWN_WITH_EVIDENCE) {
				this.evidence.of(this.violations.get(i)).forEach((line) -> lines.add("      " + line));
			}
		}
		return lines;
	}

}
