package dev.parallelchange.migration;

import java.time.Duration;
import java.util.Set;

/**
 * Limits that keep a plan from harming the application.
 *
 * @param lockTimeout how long the library's own DDL waits for a lock before it tries
 * again later
 * @param statementTimeout how long one of the library's own statements may run
 * @param reverseWindow how long a plan stays in {@link MigrationPhase#CUTOVER} before it
 * may contract
 * @param maxWritePause how long writes through proxies may be made to wait while the
 * leading side changes; when that is too short, it is tried again later
 * @param sequenceMargin how far a sequence is set above the other side's, in keys; less
 * where their types have few
 * @param maxRuntime how long a copy with its comparison may take before it pauses; zero
 * for no limit
 * @param requireApproval the phases that need an approval before they are entered,
 * besides those that always do
 * @param approvalExpiry how long an approval holds
 * @param dryRun whether an instance only looks: the plan moves no step forward, and in
 * {@link MigrationPhase#OFF} nothing is recorded or done
 * @param rollback when a plan goes back to the phase before by itself
 */
public record SafetySettings(Duration lockTimeout, Duration statementTimeout, Duration reverseWindow,
		Duration maxWritePause, long sequenceMargin, Duration maxRuntime, Set<MigrationPhase> requireApproval,
		Duration approvalExpiry, boolean dryRun, RollbackSettings rollback) {

	/** The settings that apply where nothing else is said. */
	public static final SafetySettings DEFAULTS = new SafetySettings(Duration.ofMillis(500), Duration.ofSeconds(60),
			Duration.ofHours(24), Duration.ofMillis(500), 1_000_000, Duration.ZERO, Set.of(), Duration.ofHours(72),
			false, RollbackSettings.DEFAULTS);

	public SafetySettings {
		requireApproval = Set.copyOf(requireApproval);
	}

	public SafetySettings(Duration lockTimeout, Duration statementTimeout, Duration reverseWindow,
			Duration maxWritePause) {
		this(lockTimeout, statementTimeout, reverseWindow, maxWritePause, DEFAULTS.sequenceMargin(),
				DEFAULTS.maxRuntime(), DEFAULTS.requireApproval(), DEFAULTS.approvalExpiry(), DEFAULTS.dryRun(),
				DEFAULTS.rollback());
	}

	/**
	 * Use another margin for sequences.
	 * @param margin the margin in keys
	 * @return new settings
	 */
	public SafetySettings withSequenceMargin(long margin) {
		return new SafetySettings(this.lockTimeout, this.statementTimeout, this.reverseWindow, this.maxWritePause,
				margin, this.maxRuntime, this.requireApproval, this.approvalExpiry, this.dryRun, this.rollback);
	}

	/**
	 * Limit the time of a copy.
	 * @param limit the longest time; zero for no limit
	 * @return new settings
	 */
	public SafetySettings withMaxRuntime(Duration limit) {
		return new SafetySettings(this.lockTimeout, this.statementTimeout, this.reverseWindow, this.maxWritePause,
				this.sequenceMargin, limit, this.requireApproval, this.approvalExpiry, this.dryRun, this.rollback);
	}

	/**
	 * Require approvals.
	 * @param phases the phases that need one
	 * @param expiry how long an approval holds
	 * @return new settings
	 */
	public SafetySettings withApprovals(Set<MigrationPhase> phases, Duration expiry) {
		return new SafetySettings(this.lockTimeout, this.statementTimeout, this.reverseWindow, this.maxWritePause,
				this.sequenceMargin, this.maxRuntime, phases, expiry, this.dryRun, this.rollback);
	}

	/**
	 * Only look.
	 * @return new settings
	 */
	public SafetySettings withDryRun() {
		return new SafetySettings(this.lockTimeout, this.statementTimeout, this.reverseWindow, this.maxWritePause,
				this.sequenceMargin, this.maxRuntime, this.requireApproval, this.approvalExpiry, true, this.rollback);
	}

	/**
	 * Go back by itself.
	 * @param conditions when
	 * @return new settings
	 */
	public SafetySettings withRollback(RollbackSettings conditions) {
		return new SafetySettings(this.lockTimeout, this.statementTimeout, this.reverseWindow, this.maxWritePause,
				this.sequenceMargin, this.maxRuntime, this.requireApproval, this.approvalExpiry, this.dryRun,
				conditions);
	}

}
