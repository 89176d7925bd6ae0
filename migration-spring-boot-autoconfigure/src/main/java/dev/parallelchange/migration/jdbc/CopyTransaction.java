package dev.parallelchange.migration.jdbc;

import java.time.Duration;

import dev.parallelchange.migration.DerivedPlan;

/**
 * Prepares a transaction that shares its tables with the application.
 */
public final class CopyTransaction {

	// Half of the deadlock timeout: whoever waits for the copier sees it give up before
	// the database could choose the other as a deadlock's victim. The planner must take
	// the key's index even where it misjudges a range or a growing table. It is not told
	// to plan each time: it would do so for each row that a foreign key checks.
	private static final String CONFIGURE = """
			select set_config('statement_timeout', :timeout, true), set_config('enable_seqscan', 'off', true),
				set_config('synchronous_commit',
					case when :durable then current_setting('synchronous_commit') else 'off' end, true),
				set_config('jit', 'off', true), set_config('lock_timeout',
					cast(greatest(1, least(500, cast(extract(epoch from
						cast(current_setting('deadlock_timeout') as interval)) * 500 as integer))) as text), true)""";

	/**
	 * The transaction's setting that holds the id of the plan whose rows are copied. The
	 * mirror from target to source must leave such a transaction alone: it would bring
	 * back a source row that was deleted after the copier had read it.
	 */
	public static final String COPYING = "migration.copying";

	private final MigrationDatabase database;

	public CopyTransaction(MigrationDatabase database) {
		this.database = database;
	}

	/**
	 * Return the condition that a transaction is not marked as one that copies a plan.
	 */
	public static String isNotOf(DerivedPlan plan) {
		return "current_setting('%s', true) is distinct from %s".formatted(COPYING, TriggerNames.literal(plan.id()));
	}

	public void configure(DerivedPlan plan) {
		configure(plan.plan().safety().statementTimeout());
	}

	/**
	 * Prepare a transaction whose work and whose progress in the same database may be
	 * lost together when the server crashes, since it is done again then. Its commit does
	 * not wait for the disk or a standby; the next one that does covers it.
	 */
	public void configureRepeatable(DerivedPlan plan) {
		configure(plan.plan().safety().statementTimeout(), false);
	}

	public void configure(Duration statementTimeout) {
		configure(statementTimeout, true);
	}

	private void configure(Duration statementTimeout, boolean durable) {
		this.database.sql(CONFIGURE)
			.param("timeout", String.valueOf(Math.max(1, statementTimeout.toMillis())))
			.param("durable", durable)
			.query((rs) -> {
			});
	}

}
