package dev.parallelchange.migration.jdbc.phase;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus.Approval;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.phase.Audit;

/**
 * Keeps what people have approved, and until when.
 */
final class JdbcApprovals {

	private static final String APPROVE = """
			insert into %PREFIX%approval (plan_id, phase, actor, reason, approved_at, expires_at)
			select :plan, :phase, left(:actor, 200), :reason, now.at, now.at + make_interval(secs => :expiry)
			from clock_timestamp() as now (at)
			on conflict (plan_id, phase) do update
			set actor = excluded.actor, reason = excluded.reason, approved_at = excluded.approved_at,
				expires_at = excluded.expires_at""";

	private static final String LIST = """
			select phase, actor, reason, approved_at, expires_at, expires_at <= clock_timestamp() as expired
			from %PREFIX%approval where plan_id = :plan order by phase""";

	private static final String WITHDRAW = """
			delete from %PREFIX%approval where plan_id = :plan and phase = any(:phases)""";

	private final MigrationDatabase database;

	JdbcApprovals(MigrationDatabase database) {
		this.database = database;
	}

	List<Approval> of(String planId) {
		return this.database.sql(LIST)
			.param("plan", planId)
			.query((row, number) -> new Approval(MigrationPhase.valueOf(row.getString("phase")), row.getString("actor"),
					row.getString("reason"), row.getObject("approved_at", OffsetDateTime.class).toInstant(),
					row.getObject("expires_at", OffsetDateTime.class).toInstant(), row.getBoolean("expired")))
			.list();
	}

	/**
	 * Approve a phase, also once more.
	 */
	void add(String planId, MigrationPhase phase, Duration expiry, Audit audit) {
		this.database.sql(APPROVE)
			.param("plan", planId)
			.param("expiry", expiry.toMillis() / 1000.0)
			.param("phase", phase.name())
			.param("actor", audit.actor())
			.param("reason", audit.reason())
			.update();
	}

	/**
	 * An approval holds for one way forward.
	 */
	void withdraw(String planId, String... phases) {
		this.database.sql(WITHDRAW).param("plan", planId).param("phases", phases).update();
	}

}
