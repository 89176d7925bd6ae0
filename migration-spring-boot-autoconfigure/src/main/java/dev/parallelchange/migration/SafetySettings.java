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
 */
public record SafetySettings(@DefaultValue("500ms") Duration lockTimeout,
		@DefaultValue("60s") Duration statementTimeout, @DefaultValue("24h") Duration reverseWindow,
		@DefaultValue("500ms") Duration maxWritePause) {

	/** The settings that apply where nothing else is said. */
	public static final SafetySettings DEFAULTS = new SafetySettings(Duration.ofMillis(500), Duration.ofSeconds(60),
			Duration.ofHours(24), Duration.ofMillis(500));

}
