package dev.parallelchange.migration.jdbc;

import java.util.Collection;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PhaseUncertainException;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.SafetySettings;

/**
 * Prepares a transaction in one of a plan's two databases.
 */
public final class AcrossTransaction {

	/**
	 * A value must have the same text whoever writes it, and the text must mean the same
	 * wherever it is read.
	 */
	private static final String PIN = """
			select set_config('DateStyle', 'ISO, YMD', true), set_config('IntervalStyle', 'postgres', true),
				set_config('TimeZone', 'UTC', true), set_config('bytea_output', 'hex', true),
				set_config('extra_float_digits', '1', true), set_config('lc_monetary', 'C', true),
				set_config('xmloption', 'content', true)""";

	// Half of the deadlock timeout, so that the victim is never a writer.
	private static final String LIMIT = """
			select set_config('statement_timeout', :timeout, true), set_config('lock_timeout',
				cast((select greatest(1, least(500, cast(setting as integer) / 2))
					from pg_settings where name = 'deadlock_timeout') as text), true)""";

	// In the order of the buckets: two transactions with keys in common do not deadlock.
	private static final String LOCK = """
			select pg_advisory_xact_lock(bucket) from (
				select distinct hashtextextended('%%PREFIX%%pending ' || cast(:plan as text),
					hashtextextended(cast(jsonb_build_array(%s) as text), 0) & 255) as bucket
				from (%s) as keys order by bucket) as buckets""";

	private final MigrationDatabase database;

	public AcrossTransaction(MigrationDatabase database) {
		this.database = database;
	}

	public void pin() {
		this.database.sql(PIN).query((rs) -> {
		});
	}

	public void limit(SafetySettings safety) {
		this.database.sql(LIMIT).param("timeout", safety.statementTimeout().toMillis() + "ms").query((rs) -> {
		});
	}

	/**
	 * Check with the last statement of the transaction that the other side leads still:
	 * what a JVM that was stopped has read of it long ago must not be written over what
	 * leads now.
	 */
	public void checkLead(DerivedPlan plan, MigrationSide leading) {
		new EpochLock(this.database).share(plan.id())
			.filter((standing) -> standing.phase().leadingSide() != leading)
			.ifPresent((standing) -> {
				throw new PhaseUncertainException(plan.id(),
						"Plan '%s' has moved to %s while rows of its %s were to be made equal".formatted(plan.id(),
								standing.phase(), leading.other()));
			});
	}

	/**
	 * Keep everybody else from making the rows of these keys equal until the transaction
	 * ends. It must happen before the leading side is read.
	 */
	public void lock(DerivedPlan plan, Collection<RowKey> keys) {
		PlanSql sql = new PlanSql(plan);
		this.database.sql(LOCK.formatted(sql.ks(), sql.keysOfParameter()))
			.param("plan", plan.id())
			.param("keys", RowKey.toJsonArray(keys))
			.query((rs) -> {
			});
	}

}
