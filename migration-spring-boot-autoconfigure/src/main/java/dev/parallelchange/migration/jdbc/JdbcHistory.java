package dev.parallelchange.migration.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus.HistoryEntry;
import dev.parallelchange.migration.phase.Audit;
import dev.parallelchange.migration.phase.Transition;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what was done to plans, in the transaction in which it was done.
 */
public final class JdbcHistory {

	private static final String ADD_CHANGE = """
			insert into %PREFIX%history (plan_id, actor, action, from_phase, to_phase, epoch, reason)
			select id, left(:actor, 200), :action, case when cast(:to as varchar) is not null then phase end, :to, epoch,
				:reason
			from %PREFIX%plan where id = :plan""";

	private static final String ADD_TRANSITION = """
			insert into %PREFIX%history (plan_id, actor, action, from_phase, to_phase, epoch, reason, gates)
			values (:plan, left(:actor, 200), :action, :from, :to, :epoch, :reason, cast(:gates as jsonb))""";

	private static final String LATEST = """
			select at, actor, action, from_phase, to_phase, reason, cast(gates as text) as gates
			from %PREFIX%history where plan_id = :plan order by id desc limit :limit""";

	private final MigrationDatabase database;

	public JdbcHistory(MigrationDatabase database) {
		this.database = database;
	}

	public void add(String planId, String action, @Nullable MigrationPhase to, Audit audit) {
		this.database.sql(ADD_CHANGE)
			.param("plan", planId)
			.param("action", action)
			.param("to", (to != null) ? to.name() : null)
			.param("actor", audit.actor())
			.param("reason", audit.reason())
			.update();
	}

	public void add(Transition transition) {
		this.database.sql(ADD_TRANSITION)
			.param("plan", transition.planId())
			.param("action", transition.action())
			.param("from", transition.from().name())
			.param("to", transition.to().name())
			.param("epoch", transition.epoch() + 1)
			.param("actor", transition.audit().actor())
			.param("reason", transition.audit().reason())
			.param("gates", transition.gates())
			.update();
	}

	public List<HistoryEntry> latest(String planId, int limit) {
		return this.database.sql(LATEST).param("plan", planId).param("limit", limit).query(JdbcHistory::map).list();
	}

	public static @Nullable MigrationPhase phase(ResultSet row, String column) throws SQLException {
		String name = row.getString(column);
		return (name != null) ? MigrationPhase.valueOf(name) : null;
	}

	private static HistoryEntry map(ResultSet row, int number) throws SQLException {
		return new HistoryEntry(row.getObject("at", OffsetDateTime.class).toInstant(), row.getString("actor"),
				row.getString("action"), phase(row, "from_phase"), phase(row, "to_phase"), row.getString("reason"),
				row.getString("gates"));
	}

}
