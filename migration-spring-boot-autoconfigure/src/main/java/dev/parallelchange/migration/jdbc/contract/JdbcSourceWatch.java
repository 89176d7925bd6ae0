package dev.parallelchange.migration.jdbc.contract;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.contract.SourceWatch;
import dev.parallelchange.migration.jdbc.BoundedStatements;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.trigger.JdbcTriggers;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Watches a table by what PostgreSQL tells of sessions and statements, and by its
 * counters less what the library does itself.
 *
 * <p>
 * The counters are taken together with those of the target: where nobody wrote the target
 * and the library neither compared nor applied anything, nothing was mirrored, and what
 * the source's counters show was somebody else. Triggers read the source by its key only,
 * so that a sequential scan is never theirs.
 */
public final class JdbcSourceWatch implements SourceWatch {

	private static final Duration STATEMENTS_INTERVAL = Duration.ofSeconds(10);

	private static final String CLAIM = """
			select epoch, scans, cast(counters ->> 'scans' as bigint) as last_scans,
				cast(counters ->> 'sequential' as bigint) as last_sequential,
				cast(counters ->> 'target' as bigint) as last_target, cast(counters ->> 'calm' as boolean) as last_calm,
				extract(epoch from clock_timestamp() - sampled_at) as gap,
				coalesce(ours_until > sampled_at, false) as ours
			from %PREFIX%watch where plan_id = :plan for update skip locked""";

	private static final String START = """
			insert into %PREFIX%watch as watch (plan_id, epoch) values (:plan, :epoch)
			on conflict (plan_id) do update set epoch = excluded.epoch, since = clock_timestamp(), sampled_at = null,
				counters = null, told_seconds = 0, scans = 0, scanned_at = null
			where watch.epoch <> excluded.epoch""";

	private static final String FORGET = "delete from %PREFIX%sighting where plan_id = :plan";

	/**
	 * A session may hold back its numbers for ten seconds.
	 */
	private static final String COUNTERS = """
			with sides as (
				select 'source' as side, to_regclass(:source) as relid
				union all select 'target', to_regclass(:target)
				union all select 'source', relid from pg_partition_tree(to_regclass(:source))
				union all select 'target', relid from pg_partition_tree(to_regclass(:target))
			)
			select coalesce(sum(s.seq_scan + coalesce(s.idx_scan, 0) + s.n_tup_ins + s.n_tup_upd + s.n_tup_del)
					filter (where side = 'source'), 0) as scans,
				coalesce(sum(s.seq_scan) filter (where side = 'source'), 0) as sequential,
				coalesce(sum(s.n_tup_ins + s.n_tup_upd + s.n_tup_del) filter (where side = 'target'), 0) as target,
				exists (select from %PREFIX%pass where plan_id = :plan
					and (finished_at is null or finished_at > clock_timestamp() - interval '15 seconds'))
				or exists (select from %PREFIX%reverse where plan_id = :plan
					and measured_at > clock_timestamp() - interval '15 seconds')
				or exists (select from %PREFIX%rehearsal where plan_id = :plan
					and alive_until > clock_timestamp() - interval '15 seconds')
				or exists (select from %PREFIX%pending where plan_id = :plan) as ours
			from (select distinct side, relid from sides) as sides join pg_stat_user_tables s on s.relid = sides.relid""";

	private static final String KEEP = """
			update %PREFIX%watch set sampled_at = clock_timestamp(), scans = scans + :foreign,
				since = case when :gapped then clock_timestamp() else since end,
				told_seconds = case when :gapped then 0 else told_seconds + :told end,
				scanned_at = case when :foreign > 0 then clock_timestamp() else scanned_at end,
				counters = jsonb_build_object('scans', :scans, 'sequential', :sequential, 'target', :target, 'calm', :calm)
			where plan_id = :plan""";

	private static final String ANNOUNCE = """
			update %PREFIX%watch set ours_until = clock_timestamp() + interval '15 seconds' where plan_id = :plan""";

	private static final String NAMES_IT = """
			query ~* ('(^|[^[:alnum:]_$])"?' || regexp_replace(:name, '([^[:alnum:]_ ])', '\\\\\\1', 'g')
				|| '"?($|[^[:alnum:]_$])')
			and strpos(query, :stem) = 0 and query !~* '^\\s*(vacuum|analyze)'
			and not (strpos(query, :source) > 0 and (strpos(query, ' as source') > 0 or strpos(query, ' as target') > 0))""";

	private static final String SESSIONS = """
			insert into %PREFIX%sighting as sighting (plan_id, who, statement, times, seen_at)
			select :plan, left(who, 200), left(statement, 300), count(*), max(query_start)
			from (
				select format('%s (%s) from %s', usename, coalesce(nullif(application_name, ''), 'no name'),
						coalesce(host(client_addr), 'the server itself')) as who,
					regexp_replace(regexp_replace(regexp_replace(query, '''([^'']|'''')*(''|$)', '?', 'g'),
						'\\m\\d[\\d.]*\\M', '?', 'g'), '\\s+', ' ', 'g') as statement, query_start
				from pg_stat_activity, %PREFIX%watch w
				where w.plan_id = :plan and query_start > coalesce(w.sampled_at, w.since)
					and datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
					and {names_it}
			) as seen
			group by 1, 2, 3
			on conflict (plan_id, who, statement) do update
			set times = sighting.times + excluded.times, seen_at = excluded.seen_at""".replace("{names_it}", NAMES_IT);

	private static final String EXTENSION = """
			select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace
			where e.extname = 'pg_stat_statements'""";

	private static final String STATEMENTS = """
			insert into %PREFIX%sighting as sighting (plan_id, who, statement, times, calls, seen_at)
			select :plan, left(who, 200), left(statement, 300), case when w.sampled_at is null then 0 else sum(calls) end,
				sum(calls), case when w.sampled_at is null then null else clock_timestamp() end
			from %PREFIX%watch w cross join (
				select format('%s (pg_stat_statements)', userid::regrole) as who, calls,
					regexp_replace(query, '\\s+', ' ', 'g') as statement
				from {schema}.pg_stat_statements
				where dbid = (select oid from pg_database where datname = current_database()) and toplevel and {names_it}
			) as seen
			where w.plan_id = :plan
			group by who, left(statement, 300), w.sampled_at
			on conflict (plan_id, who, statement) do update
			set times = sighting.times + greatest(excluded.calls - sighting.calls, 0), calls = excluded.calls,
				seen_at = case when excluded.calls > sighting.calls then clock_timestamp() else sighting.seen_at end"""
		.replace("{names_it}", NAMES_IT);

	private static final String SEEN = """
			select extract(epoch from clock_timestamp() - w.since) as watched, w.told_seconds, w.scans,
				extract(epoch from clock_timestamp() - w.scanned_at) as scan_age,
				(select extract(epoch from clock_timestamp() - a.approved_at) from %PREFIX%approval a
					where a.plan_id = w.plan_id and a.phase = 'CONTRACT'
						and a.expires_at > clock_timestamp()) as approval_age,
				(select count(*) from pg_stat_activity
					where datname = current_database() and query = '<insufficient privilege>') as invisible
			from %PREFIX%watch w where w.plan_id = :plan and w.sampled_at is not null""";

	private static final String SIGHTINGS = """
			select who, statement, times, extract(epoch from clock_timestamp() - seen_at) as age
			from %PREFIX%sighting where plan_id = :plan and seen_at is not null order by seen_at desc limit 20""";

	private final MigrationDatabase database;

	private final Map<String, Long> statementsReadAt = new ConcurrentHashMap<>();

	public JdbcSourceWatch(MigrationDatabase database) {
		this.database = database;
	}

	@Override
	public void look(DerivedPlan plan, long epoch) {
		this.database.inTransaction(() -> {
			BoundedStatements.apply(this.database);
			Optional<Claim> claim = claim(plan, epoch);
			claim.filter(Claim::isDue).ifPresent((last) -> look(plan, last));
			return true;
		});
	}

	@Override
	public Seen seen(DerivedPlan plan) {
		List<Sighting> sightings = this.database.sql(SIGHTINGS)
			.param("plan", plan.id())
			.query((row, number) -> new Sighting(row.getString("who"), row.getString("statement"), row.getLong("times"),
					duration(row, "age")))
			.list();
		return this.database.sql(SEEN)
			.param("plan", plan.id())
			.query((row, number) -> new Seen(duration(row, "watched"), duration(row, "told_seconds"),
					row.getLong("scans"), nullableDuration(row, "scan_age"), nullableDuration(row, "approval_age"),
					row.getLong("invisible"), sightings))
			.optional()
			.orElseGet(() -> new Seen(Duration.ZERO, Duration.ZERO, 0, null, null, 0, List.of()));
	}

	/**
	 * Say, in the transaction that does it, that the library reads the source.
	 */
	static void announce(MigrationDatabase database, DerivedPlan plan) {
		database.sql(ANNOUNCE).param("plan", plan.id()).update();
	}

	private Optional<Claim> claim(DerivedPlan plan, long epoch) {
		if (this.database.sql(START).param("plan", plan.id()).param("epoch", epoch).update() > 0) {
			this.database.sql(FORGET).param("plan", plan.id()).update();
			this.statementsReadAt.remove(plan.id());
		}
		return this.database.sql(CLAIM).param("plan", plan.id()).query(Claim.class).optional();
	}

	private void look(DerivedPlan plan, Claim last) {
		lookAtStatements(plan);
		named(this.database.sql(SESSIONS), plan).update();
		Counters now = this.database.sql(COUNTERS)
			.param("plan", plan.id())
			.param("source", plan.source().sql())
			.param("target", plan.target().sql())
			.query(Counters.class)
			.single();
		Judgement judgement = Judgement.of(last, now, plan.mirror() == MirrorKind.PROXIES);
		this.database.sql(KEEP)
			.param("plan", plan.id())
			.param("foreign", judgement.foreign())
			.param("told", judgement.toldSeconds())
			.param("gapped", last.isGapped())
			.param("scans", now.scans())
			.param("sequential", now.sequential())
			.param("target", now.target())
			.param("calm", judgement.calm())
			.update();
	}

	/**
	 * The extension may be there and not work.
	 */
	private void lookAtStatements(DerivedPlan plan) {
		Long readAt = this.statementsReadAt.get(plan.id());
		if (readAt != null && System.nanoTime() - readAt < STATEMENTS_INTERVAL.toNanos()) {
			return;
		}
		this.statementsReadAt.put(plan.id(), System.nanoTime());
		this.database.sql(EXTENSION).query(String.class).optional().ifPresent((schema) -> {
			try {
				this.database
					.nested(() -> named(this.database.sql(STATEMENTS.replace("{schema}", schema)), plan).update());
			}
			catch (DataAccessException ex) {
				// it is not loaded, or may not be read: sessions are still seen
			}
		});
	}

	private JdbcClient.StatementSpec named(JdbcClient.StatementSpec statement, DerivedPlan plan) {
		return statement.param("plan", plan.id())
			.param("name", plan.source().name())
			.param("source", plan.source().sql())
			.param("stem", new JdbcTriggers(this.database).names(plan).stem());
	}

	private static Duration duration(ResultSet row, String column) throws SQLException {
		return Duration.ofMillis((long) (row.getDouble(column) * 1000));
	}

	private static @Nullable Duration nullableDuration(ResultSet row, String column) throws SQLException {
		return (row.getObject(column) != null) ? duration(row, column) : null;
	}

	/**
	 * The last look.
	 *
	 * @param gap the seconds since then; {@code null} at the first look
	 * @param ours whether the library has said that it reads the source
	 */
	record Claim(long epoch, @Nullable Long lastScans, @Nullable Long lastSequential, @Nullable Long lastTarget,
			@Nullable Boolean lastCalm, @Nullable Double gap, boolean ours) {

		private static final double MAX_GAP = 300;

		boolean isDue() {
			return this.gap == null || this.gap >= 1;
		}

		boolean isGapped() {
			return this.gap != null && this.gap > MAX_GAP;
		}

	}

	/**
	 * The counters at this look.
	 */
	record Counters(long scans, long sequential, long target, boolean ours) {

	}

	/**
	 * What two looks tell.
	 *
	 * @param foreign scans and writes that are somebody else's
	 * @param toldSeconds the time for which the counters could tell
	 * @param calm whether nothing was mirrored; the numbers of one transaction may arrive
	 * in two looks, so that it takes two calm ones to tell
	 */
	record Judgement(long foreign, double toldSeconds, boolean calm) {

		static Judgement of(Claim last, Counters now, boolean proxies) {
			if (last.lastScans() == null || last.lastSequential() == null || last.lastTarget() == null
					|| last.gap() == null) {
				return new Judgement(0, 0, false);
			}
			boolean ours = last.ours() || now.ours() || proxies;
			boolean calm = !ours && now.target() == last.lastTarget();
			boolean told = calm && Boolean.TRUE.equals(last.lastCalm());
			long foreign = told ? now.scans() - last.lastScans() : ours ? 0 : now.sequential() - last.lastSequential();
			return new Judgement(Math.max(0, foreign), told ? last.gap() : 0, calm);
		}

	}

}
