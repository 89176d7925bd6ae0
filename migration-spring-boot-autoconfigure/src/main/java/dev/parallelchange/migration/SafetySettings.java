package dev.parallelchange.migration;

import java.time.Duration;

import org.springframework.boot.context.properties.bind.DefaultValue;

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
 */
public record SafetySettings(@DefaultValue("500ms") Duration lockTimeout,
		@DefaultValue("60s") Duration statementTimeout, @DefaultValue("24h") Duration reverseWindow,
		@DefaultValue("500ms") Duration maxWritePause, @DefaultValue("1000000") long sequenceMargin) {

	/** The settings that apply where nothing else is said. */
	public static final SafetySettings DEFAULTS = new SafetySettings(Duration.ofMillis(500), Duration.ofSeconds(60),
			Duration.ofHours(24), Duration.ofMillis(500), 1_000_000);

	public SafetySettings(Duration lockTimeout, Duration statementTimeout, Duration reverseWindow,
			Duration maxWritePause) {
		this(lockTimeout, statementTimeout, reverseWindow, maxWritePause, DEFAULTS.sequenceMargin());
	}

	/**
	 * Use another margin for sequences.
	 * @param sequenceMargin the margin in keys
	 * @return new settings
	 */
	public SafetySettings withSequenceMargin(long sequenceMargin) {
		return new SafetySettings(this.lockTimeout, this.statementTimeout, this.reverseWindow, this.maxWritePause,
				sequenceMargin);
	}

}
