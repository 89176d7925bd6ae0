package dev.parallelchange.migration.jdbc.phase;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.jdbc.BoundedStatements;
import dev.parallelchange.migration.jdbc.JdbcHistory;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.phase.InstanceIdentity;
import dev.parallelchange.migration.phase.InstanceStore;
import dev.parallelchange.migration.phase.OlderTransactions;
import dev.parallelchange.migration.phase.OwnDefinition;
import dev.parallelchange.migration.phase.Participant;
import dev.parallelchange.migration.phase.Participation;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Keeps instances in a table with their leases by the database's clock, and what each of
 * them says about each plan in another.
 */
public final class JdbcInstanceStore implements InstanceStore {

	private static final String FORGET = """
			delete from %PREFIX%instance where lease_until < clock_timestamp() - interval '1 hour' and id <> :id""";

	private static final String PHASES = "select id, phase from %PREFIX%plan where id = any(:plans) order by id for share";

	private static final String JOIN = """
			insert into %PREFIX%instance (id, deployment, host, version, poll, lease_until)
			values (:id, :deployment, left(:host, 200), left(:version, 200), make_interval(secs => :poll),
				clock_timestamp() + make_interval(secs => :seconds))
			on conflict (id) do update set lease_until = excluded.lease_until, renewed_at = excluded.renewed_at""";

	private static final String PARTICIPATE = """
			insert into %PREFIX%acknowledgement
				(plan_id, instance_id, epoch, uses, asks, dry_run, fingerprint, definition, problem)
			values (:plan, :id, -1, :uses, :asks, :dryRun, :fingerprint, cast(:definition as text[]), :problem)
			on conflict (plan_id, instance_id) do update set uses = excluded.uses, asks = excluded.asks,
				dry_run = excluded.dry_run, fingerprint = excluded.fingerprint, definition = excluded.definition, problem = excluded.problem""";

	private static final String DEFINE = """
			update %PREFIX%acknowledgement
			set fingerprint = :fingerprint, definition = cast(:definition as text[]), problem = :problem
			where plan_id = :plan and instance_id = :id""";

	private static final String RENEW = """
			update %PREFIX%instance set lease_until = clock_timestamp() + make_interval(secs => :seconds), renewed_at = clock_timestamp()
			where id = :id and lease_until > clock_timestamp()""";

	private static final String LEAVE = """
			update %PREFIX%instance set lease_until = clock_timestamp() where id = :id and lease_until > clock_timestamp()""";

	private static final String ACKNOWLEDGE = """
			update %PREFIX%acknowledgement set epoch = :epoch, acknowledged_at = now(),
				acknowledged_xid = pg_current_xact_id()
			where plan_id = :plan and instance_id = :id and epoch < :epoch""";

	private static final String PARTICIPANTS = """
			select a.plan_id, i.id, i.host, i.version, a.uses, a.asks, a.dry_run, a.epoch, a.fence_seen, a.fence_drained,
				a.fingerprint, a.problem,
				case when a.fingerprint is distinct from p.fingerprint then a.definition end as definition,
				extract(epoch from i.lease_until - clock_timestamp()) as lease_seconds,
				extract(epoch from clock_timestamp() - i.renewed_at) as silent_seconds,
				extract(epoch from i.poll) as poll_seconds
			from %PREFIX%acknowledgement a join %PREFIX%instance i on i.id = a.instance_id
			join %PREFIX%plan p on p.id = a.plan_id
			where a.plan_id = any(:plans) order by i.started_at, i.id""";

	private static final String OLDER_TRANSACTIONS = """
			select coalesce(a.acknowledged_xid < pg_snapshot_xmin(pg_current_snapshot()), false) as ended, s.pid,
				format('transaction of process %s (%s, %s) in database %s, open for %s s', s.pid,
					coalesce(nullif(s.application_name, ''), 'no name'), coalesce(s.state, 'unknown'), s.datname,
					coalesce(cast(round(extract(epoch from clock_timestamp() - s.xact_start)) as text), '?')) as oldest
			from (select) as one
			left join lateral (
				select acknowledged_xid from %PREFIX%acknowledgement a join %PREFIX%instance i on i.id = a.instance_id
				where a.plan_id = :plan and a.epoch = :epoch and i.lease_until > clock_timestamp()
				order by acknowledged_xid desc limit 1
			) as a on true
			left join lateral (
				select pid, application_name, state, datname, xact_start from pg_stat_activity
				where backend_xid is not null and pid <> pg_backend_pid() order by age(backend_xid) desc limit 1
			) as s on true""";

	private final MigrationDatabase database;

	public JdbcInstanceStore(MigrationDatabase database) {
		this.database = database;
	}

	@Override
	public void join(InstanceIdentity instance, Duration poll, Duration lease, List<Participation> participations,
			Consumer<Map<String, MigrationPhase>> check) {
		this.database.inTransaction(() -> {
			BoundedStatements.apply(this.database);
			check.accept(lockedPhases(participations));
			this.database.sql(FORGET).param("id", instance.id()).update();
			this.database.sql(JOIN)
				.param("id", instance.id())
				.param("deployment", instance.deployment())
				.param("host", instance.host())
				.param("version", instance.version())
				.param("poll", seconds(poll))
				.param("seconds", seconds(lease))
				.update();
			participations.forEach((participation) -> participate(instance.id(), participation));
			return true;
		});
	}

	@Override
	public boolean renew(UUID instanceId, Duration lease) {
		return this.database.inTransaction(() -> {
			BoundedStatements.apply(this.database);
			return this.database.sql(RENEW).param("id", instanceId).param("seconds", seconds(lease)).update() == 1;
		});
	}

	@Override
	public void leave(UUID instanceId) {
		this.database.inTransaction(() -> {
			BoundedStatements.apply(this.database);
			return this.database.sql(LEAVE).param("id", instanceId).update();
		});
	}

	@Override
	public void acknowledge(String planId, UUID instanceId, long epoch) {
		this.database.inTransaction(() -> {
			BoundedStatements.apply(this.database);
			return this.database.sql(ACKNOWLEDGE)
				.param("plan", planId)
				.param("id", instanceId)
				.param("epoch", epoch)
				.update();
		});
	}

	@Override
	public void define(String planId, UUID instanceId, OwnDefinition own) {
		this.database.inTransaction(() -> {
			BoundedStatements.apply(this.database);
			return definition(DEFINE, own).param("plan", planId).param("id", instanceId).update();
		});
	}

	@Override
	public List<Participant> live(Collection<String> planIds) {
		return participants(PARTICIPANTS, planIds);
	}

	@Override
	public List<Participant> liveAndHeld(String planId) {
		return participants(PARTICIPANTS + " for share of i", List.of(planId));
	}

	@Override
	public OlderTransactions olderTransactions(String planId, long epoch) {
		return this.database.sql(OLDER_TRANSACTIONS)
			.param("plan", planId)
			.param("epoch", epoch)
			.query((row, number) -> new OlderTransactions(row.getBoolean("ended"),
					(row.getObject("pid") != null) ? row.getString("oldest") : null, (Integer) row.getObject("pid")))
			.single();
	}

	private Map<String, MigrationPhase> lockedPhases(List<Participation> participations) {
		Map<String, MigrationPhase> phases = new HashMap<>();
		this.database.sql(PHASES)
			.param("plans", participations.stream().map(Participation::planId).toArray(String[]::new))
			.query((row) -> {
				phases.put(row.getString("id"), MigrationPhase.valueOf(row.getString("phase")));
			});
		return phases;
	}

	private void participate(UUID instanceId, Participation participation) {
		definition(PARTICIPATE, participation.own()).param("plan", participation.planId())
			.param("id", instanceId)
			.param("uses", name(participation.uses()), Types.VARCHAR)
			.param("asks", name(participation.asks()), Types.VARCHAR)
			.param("dryRun", participation.dryRun())
			.update();
	}

	private JdbcClient.StatementSpec definition(String statement, OwnDefinition own) {
		return this.database.sql(statement)
			.param("fingerprint", own.fingerprint(), Types.VARCHAR)
			.param("definition", DefinitionColumn.of(own.definition()))
			.param("problem", own.problem(), Types.VARCHAR);
	}

	/**
	 * The lease is compared in the rows that come back, since a condition on it would be
	 * judged before a renewal that holds the row's lock has ended.
	 */
	private List<Participant> participants(String statement, Collection<String> planIds) {
		return this.database.sql(statement)
			.param("plans", planIds.toArray(String[]::new))
			.query(JdbcInstanceStore::map)
			.list()
			.stream()
			.filter((participant) -> participant.leaseSeconds() > 0)
			.toList();
	}

	private static Participant map(ResultSet row, int number) throws SQLException {
		return new Participant(row.getString("plan_id"), row.getObject("id", UUID.class), row.getString("host"),
				row.getString("version"), side(row.getString("uses")), JdbcHistory.phase(row, "asks"),
				row.getBoolean("dry_run"), row.getLong("epoch"), row.getLong("fence_seen"),
				row.getLong("fence_drained"), row.getDouble("lease_seconds"), row.getDouble("silent_seconds"),
				row.getDouble("poll_seconds"),
				new OwnDefinition(row.getString("fingerprint"), DefinitionColumn.read(row), row.getString("problem")));
	}

	private static @Nullable String name(@Nullable Enum<?> constant) {
		return (constant != null) ? constant.name() : null;
	}

	private static @Nullable MigrationSide side(@Nullable String name) {
		return (name != null) ? MigrationSide.valueOf(name) : null;
	}

	private static double seconds(Duration duration) {
		return duration.toMillis() / 1000.0;
	}

}
