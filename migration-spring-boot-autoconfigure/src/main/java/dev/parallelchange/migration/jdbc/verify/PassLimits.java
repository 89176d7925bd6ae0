package dev.parallelchange.migration.jdbc.verify;

import java.time.Duration;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.jdbc.MigrationDatabase;

/**
 * Limits for the statements of a pass and of repair.
 */
final class PassLimits {

	private static final String SET_LOCAL = """
			select set_config('lock_timeout', :lock, true), set_config('statement_timeout', :statement, true),
				set_config('synchronous_commit',
					case when :durable then current_setting('synchronous_commit') else 'off' end, true)""";

	private static final Duration MAX_LOCK_TIMEOUT = Duration.ofMillis(500);

	private PassLimits() {
	}

	/**
	 * The wait for a lock stays below the server's usual {@code deadlock_timeout} of a
	 * second, so that it is never a business transaction that gives in to a repair.
	 */
	static void apply(MigrationDatabase database, DerivedPlan plan, boolean durable) {
		SafetySettings safety = plan.plan().safety();
		Duration lock = (safety.lockTimeout().compareTo(MAX_LOCK_TIMEOUT) < 0) ? safety.lockTimeout()
				: MAX_LOCK_TIMEOUT;
		database.sql(SET_LOCAL)
			.param("lock", milliseconds(lock))
			.param("statement", milliseconds(safety.statementTimeout()))
			.param("durable", durable)
			.query((rs, row) -> true)
			.single();
	}

	private static String milliseconds(Duration duration) {
		return duration.toMillis() + "ms";
	}

}
