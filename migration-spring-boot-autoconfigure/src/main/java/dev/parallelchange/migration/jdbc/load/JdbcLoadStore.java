package dev.parallelchange.migration.jdbc.load;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.function.Supplier;

import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.SqlStates;
import dev.parallelchange.migration.load.LoadStore;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * Reads the load of PostgreSQL.
 */
public final class JdbcLoadStore implements LoadStore {

	private static final String LIMIT = """
			select set_config('statement_timeout', '2s', true), set_config('lock_timeout', '1s', true)""";

	/**
	 * The sessions that copy, of all instances: they hold one of the slots of a plan.
	 * Anybody may see these locks.
	 */
	private static final String COPIERS = """
			copiers as materialized (
				select l.pid from pg_locks as l
				where l.locktype = 'advisory' and l.granted and l.objsubid = 1
					and (cast(l.classid as bigint) << 32) | cast(l.objid as bigint) in (
						select hashtextextended(cast(cast(to_regclass('%PREFIX%chunk') as oid) as text) || plan.id, slot)
						from %PREFIX%plan as plan cross join generate_series(0, 63) as slot
						where plan.phase = 'BACKFILL'))""";

	private static final String SESSIONS = "with " + COPIERS + """

			select count(*) filter (where state = 'active' and usesysid is not null and pid <> pg_backend_pid()
					and pid not in (select pid from copiers)) as active,
				count(*) filter (where state is null and usesysid is not null and datid is not null) as hidden,
				cast(current_setting('max_connections') as bigint) as max
			from pg_stat_activity""";

	/**
	 * The view of locks tells since when somebody waits, also to those who may not see
	 * what others do.
	 */
	private static final String LOCK_WAITS = "with " + COPIERS + """
			, waits as (
				select l.pid, extract(epoch from clock_timestamp() - l.waitstart) as seconds
				from pg_locks as l join pg_stat_activity as a on a.pid = l.pid
				where not l.granted and l.waitstart is not null and l.locktype <> 'advisory'
					and a.datname = current_database() and l.pid not in (select pid from copiers))
			select coalesce(max(seconds), 0) as longest,
				coalesce(max(seconds) filter (where exists (
					select from copiers where copiers.pid = any(pg_blocking_pids(waits.pid)))), 0) as for_copy
			from waits""";

	// Not the row of the replicas' heartbeat, whose age would be younger than it is.
	private static final String BEAT = """
			insert into %PREFIX%heartbeat as heartbeat (id, at) values (2, clock_timestamp())
			on conflict (id) do update set at = excluded.at""";

	private final MigrationDatabase database;

	/**
	 * Create the store.
	 * @param database the database that holds the plans' tables
	 */
	public JdbcLoadStore(MigrationDatabase database) {
		this.database = database;
	}

	@Override
	public @Nullable Sessions sessions() {
		return ifPermitted(() -> this.database.sql(SESSIONS).query(Sessions.class).single());
	}

	@Override
	public @Nullable LockWaits lockWaits() {
		return ifPermitted(() -> this.database.sql(LOCK_WAITS)
			.query((rs, row) -> new LockWaits(seconds(rs.getBigDecimal("longest")),
					seconds(rs.getBigDecimal("for_copy"))))
			.single());
	}

	@Override
	public Duration commit() {
		long[] end = new long[1];
		this.database.inTransaction(() -> {
			limit();
			int beats = this.database.sql(BEAT).update();
			end[0] = System.nanoTime();
			return beats;
		});
		return Duration.ofNanos(System.nanoTime() - end[0]);
	}

	private <T> @Nullable T ifPermitted(Supplier<T> query) {
		try {
			return this.database.inTransaction(() -> {
				limit();
				return query.get();
			});
		}
		catch (DataAccessException ex) {
			if (SqlStates.isInsufficientPrivilege(ex)) {
				return null;
			}
			throw ex;
		}
	}

	private void limit() {
		this.database.sql(LIMIT).query((rs) -> {
		});
	}

	private static Duration seconds(BigDecimal seconds) {
		return Duration.ofMillis(Math.max(0, seconds.movePointRight(3).longValue()));
	}

}
