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
 * @param sequenceMargin how far a sequence is set above the other side's, in keys; less
 * where their types have few
 */
public record SafetySettings(@DefaultValue("500ms") Duration lockTimeout,
		@DefaultValue("60s") Duration statementTimeout, @DefaultValue("24h") Duration reverseWindow,
		@DefaultValue("1000000") long sequenceMargin) {

	/** The settings that apply where nothing else is said. */
	public static final SafetySettings DEFAULTS = new SafetySettings(Duration.ofMillis(500), Duration.ofSeconds(60),
			Duration.ofHours(24), 1_000_000);

	public SafetySettings(Duration lockTimeout, Duration statementTimeout, Duration reverseWindow) {
		this(lockTimeout, statementTimeout, reverseWindow, 1_000_000);
	}

}
