package dev.parallelchange.migration.jdbc.rehearse;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.RehearsalStatus;
import dev.parallelchange.migration.RehearsalStatus.State;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.rehearse.RehearsalStore;

/**
 * Keeps the latest rehearsal of each plan in a table. A claim ends with its lease, so
 * that nobody waits for an instance that has died.
 */
public final class JdbcRehearsalStore implements RehearsalStore {

	private static final String BEGIN = """
			insert into %PREFIX%rehearsal as kept (plan_id, holder, alive_until)
			values (:plan, :holder, clock_timestamp() + make_interval(secs => cast(:lease as double precision)))
			on conflict (plan_id) do update set holder = excluded.holder, alive_until = excluded.alive_until,
				started_at = clock_timestamp(), error = null
			where kept.holder is null or kept.alive_until < clock_timestamp()""";

	private static final String RENEW = """
			update %PREFIX%rehearsal
			set alive_until = clock_timestamp() + make_interval(secs => cast(:lease as double precision))
			where plan_id = :plan and holder = :holder""";

	private static final String KEEP = """
			update %PREFIX%rehearsal
			set holder = null, alive_until = clock_timestamp(), error = null, fingerprint = :fingerprint,
				report = cast(:report as jsonb)
			where plan_id = :plan and holder = :holder""";

	private static final String FAIL = """
			update %PREFIX%rehearsal set holder = null, alive_until = clock_timestamp(), error = :error
			where plan_id = :plan and holder = :holder""";

	private static final String LATEST = """
			select started_at, holder is not null as claimed, alive_until > clock_timestamp() as alive, error,
				case when fingerprint = :fingerprint then cast(report as text) end as report
			from %PREFIX%rehearsal where plan_id = :plan""";

	private final MigrationDatabase database;

	private final UUID holder = UUID.randomUUID();

	/**
	 * Create the store.
	 * @param database the database of the library's tables
	 */
	public JdbcRehearsalStore(MigrationDatabase database) {
		this.database = database;
	}

	@Override
	public boolean begin(DerivedPlan plan, Duration lease) {
		return this.database.sql(BEGIN)
			.param("plan", plan.id())
			.param("holder", this.holder)
			.param("lease", lease.toSeconds())
			.update() > 0;
	}

	@Override
	public void renew(DerivedPlan plan, Duration lease) {
		this.database.sql(RENEW)
			.param("plan", plan.id())
			.param("holder", this.holder)
			.param("lease", lease.toSeconds())
			.update();
	}

	@Override
	public void keep(DerivedPlan plan, Rehearsal rehearsal) {
		this.database.sql(KEEP)
			.param("plan", plan.id())
			.param("holder", this.holder)
			.param("fingerprint", plan.fingerprint())
			.param("report", RehearsalJson.write(rehearsal))
			.update();
	}

	@Override
	public void fail(DerivedPlan plan, String error) {
		this.database.sql(FAIL).param("plan", plan.id()).param("holder", this.holder).param("error", error).update();
	}

	@Override
	public Optional<RehearsalStatus> latest(DerivedPlan plan) {
		return this.database.sql(LATEST)
			.param("plan", plan.id())
			.param("fingerprint", plan.fingerprint())
			.query((rs, row) -> status(rs))
			.optional();
	}

	private static RehearsalStatus status(ResultSet rs) throws SQLException {
		String report = rs.getString("report");
		String error = rs.getString("error");
		boolean lost = rs.getBoolean("claimed") && !rs.getBoolean("alive");
		State state = (lost || error != null) ? State.FAILED
				: rs.getBoolean("claimed") ? State.RUNNING : State.FINISHED;
		return new RehearsalStatus(state, rs.getTimestamp("started_at").toInstant(),
				lost ? "the instance that was at it has ended" : error,
				(report != null) ? RehearsalJson.read(report) : null);
	}

}
