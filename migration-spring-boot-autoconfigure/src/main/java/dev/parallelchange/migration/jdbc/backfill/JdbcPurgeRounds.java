package dev.parallelchange.migration.jdbc.backfill;

import java.util.HashMap;
import java.util.Map;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.jdbc.AcceptedDefinition;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.RunningStatements;
import org.jspecify.annotations.Nullable;

/**
 * Counts the rows of a purge before and after each way through the table, and begins the
 * next one from what is left. Only a count of zero ends a purge.
 */
final class JdbcPurgeRounds {

	/** Whoever counts; to count twice would only cost. */
	private static final String CLAIM = """
			select pg_try_advisory_xact_lock(hashtextextended(
				cast(cast(to_regclass('%PREFIX%backfill') as oid) as text) || cast(:plan as text), 0))""";

	// The count reads the whole table, however long that takes.
	private static final String CONFIGURE = """
			select set_config('statement_timeout', '0', true), set_config('lock_timeout', '500ms', true),
				set_config('jit', 'off', true)""";

	private static final String MAY_BEGIN = """
			select count(*) from %%PREFIX%%plan as plan where plan.id = :plan and plan.phase = 'BACKFILL' and %s
				and not exists (select from %%PREFIX%%backfill where plan_id = plan.id)"""
		.formatted(AcceptedDefinition.FITS);

	// It began before it counted: whoever has stopped it meanwhile has stopped this one.
	private static final String BEGIN = """
			insert into %%PREFIX%%backfill (plan_id, fingerprint, cursor_key, upper_key, walked, rows_estimated,
				started_at, moment, time_zone, matched, matching, counted_at)
			select plan.id, :fingerprint, cast(:cursor as jsonb), cast(:upper as jsonb), :matching = 0, :rows, now(),
				now(), :zone, :matching, :matching, clock_timestamp()
			from %%PREFIX%%plan as plan where plan.id = :plan and plan.phase = 'BACKFILL' and %s
			on conflict (plan_id) do nothing""".formatted(AcceptedDefinition.FITS);

	private static final String ENDED = """
			select b.round from %%PREFIX%%backfill b join %%PREFIX%%plan as plan on plan.id = b.plan_id
			where b.plan_id = :plan and b.fingerprint = :fingerprint and b.walked and b.finished_at is null
				and b.next_chunk_at <= clock_timestamp() and plan.phase = 'BACKFILL' and %s
				and not exists (select from %%PREFIX%%chunk c where c.plan_id = b.plan_id and not c.done)"""
		.formatted(AcceptedDefinition.FITS);

	private static final String IS_FINISHED = """
			select finished_at is not null from %PREFIX%backfill where plan_id = :plan and fingerprint = :fingerprint""";

	private static final String FINISH = """
			update %PREFIX%backfill set matching = 0, counted_at = clock_timestamp(), finished_at = clock_timestamp(),
				finished_xid = pg_current_xact_id()
			where plan_id = :plan and fingerprint = :fingerprint and round = :round and walked""";

	// A count takes one part in twenty of the time. What nothing could be done about is
	// tried again at once, after 5 seconds, and ever more rarely.
	private static final String NEXT_ROUND = """
			update %PREFIX%backfill b
			set cursor_key = cast(:cursor as jsonb), upper_key = cast(:upper as jsonb), walked = false,
				rows_estimated = :rows + (select coalesce(sum(rows_done), 0) from %PREFIX%chunk c
					where c.plan_id = b.plan_id),
				round = round + 1, fruitless = case when :matching < matching then 0 else fruitless + 1 end,
				next_chunk_at = clock_timestamp() + greatest(20 * (clock_timestamp() - now()),
					case when :matching < matching or fruitless = 0 then interval '0' else
						least(interval '10 minutes', interval '5 seconds' * power(2, least(fruitless, 10) - 1)) end),
				matching = :matching, counted_at = clock_timestamp(), quarantine_unreviewed = 0
			where plan_id = :plan and fingerprint = :fingerprint and round = :round and walked""";

	private static final String FORGIVE = """
			delete from %%PREFIX%%quarantine q where q.plan_id = :plan and q.side = 'TARGET' and not %s""";

	private static final String RECOUNT = """
			update %PREFIX%backfill set finished_at = null, finished_xid = null, fruitless = 0,
				next_chunk_at = clock_timestamp()
			where plan_id = :plan""";

	private static final String COUNTED = """
			update %PREFIX%plan set reconcile = null, reconcile_requested_at = null
			where id = :plan and reconcile is not null""";

	private final MigrationDatabase database;

	private final RunningStatements statements;

	JdbcPurgeRounds(MigrationDatabase database, RunningStatements statements) {
		this.database = database;
		this.statements = statements;
	}

	/**
	 * Begin a purge: fix the moment that its condition is about, and count.
	 */
	void begin(DerivedPlan plan) {
		this.database.inTransaction(() -> {
			if (!claim(plan)) {
				return 0;
			}
			this.database.sql(JdbcBackfillStart.FORGET_OUTDATED).params(identity(plan)).update();
			if (this.database.sql(MAY_BEGIN).params(identity(plan)).query(Long.class).single() == 0) {
				return 0;
			}
			PurgeMoment moment = PurgeMoment.now(this.database);
			Survey survey = survey(plan, moment.sql(plan));
			return this.database.sql(BEGIN)
				.params(identity(plan))
				.param("zone", moment.zone())
				.params(survey.parameters())
				.update();
		});
	}

	/**
	 * Count when the way through the table has ended, and go through what is left.
	 * @return whether nothing is left
	 */
	boolean finish(DerivedPlan plan) {
		if (isFinished(plan)) {
			return true;
		}
		return this.database.inTransaction(() -> {
			Integer round = claim(plan) ? endedRound(plan) : null;
			if (round == null) {
				return false;
			}
			PurgeSql sql = PurgeMoment.of(this.database, plan).sql(plan);
			Survey survey = survey(plan, sql);
			this.database.sql(FORGIVE.formatted(sql.stillMatches())).param("plan", plan.id()).update();
			boolean finished = survey.matching() == 0;
			int updated = this.database.sql(finished ? FINISH : NEXT_ROUND)
				.params(identity(plan))
				.param("round", round)
				.params(finished ? Map.of() : survey.parameters())
				.update();
			return finished && updated > 0;
		});
	}

	/**
	 * Have the rows counted once more, at once.
	 */
	int recount(String planId) {
		this.database.sql(COUNTED).param("plan", planId).update();
		return this.database.sql(RECOUNT).param("plan", planId).update();
	}

	private boolean claim(DerivedPlan plan) {
		this.database.sql(CONFIGURE).query((row) -> {
		});
		return this.database.sql(CLAIM).param("plan", plan.id()).query(Boolean.class).single();
	}

	private @Nullable Integer endedRound(DerivedPlan plan) {
		return this.database.sql(ENDED).params(identity(plan)).query(Integer.class).optional().orElse(null);
	}

	private boolean isFinished(DerivedPlan plan) {
		return this.database.sql(IS_FINISHED).params(identity(plan)).query(Boolean.class).optional().orElse(false);
	}

	private static Map<String, Object> identity(DerivedPlan plan) {
		return Map.of("plan", plan.id(), "fingerprint", plan.fingerprint());
	}

	private Survey survey(DerivedPlan plan, PurgeSql sql) {
		Survey found = this.statements.query(this.database, plan.id(), sql.survey(), Map.of(),
				(row) -> new Survey(row.getLong("matching"), row.getString("lowest"), row.getString("highest"), 0));
		if (found.first() == null || found.last() == null) {
			return found;
		}
		String before = this.database.sql(sql.before())
			.param("lowest", found.first())
			.query(String.class)
			.optional()
			.orElse(null);
		return new Survey(found.matching(), before, found.last(),
				this.database.sql(sql.count(before))
					.param("lower", before)
					.param("upper", found.last())
					.query(Long.class)
					.single());
	}

	/**
	 * What is to be deleted.
	 *
	 * @param matching the number of rows
	 * @param first the first key of these rows, or the last one before it
	 * @param last the last key
	 * @param rows the number of rows from the first to the last, whether they match or
	 * not
	 */
	private record Survey(long matching, @Nullable String first, @Nullable String last, long rows) {

		Map<String, @Nullable Object> parameters() {
			Map<String, @Nullable Object> parameters = new HashMap<>();
			parameters.put("matching", this.matching);
			parameters.put("cursor", this.first);
			parameters.put("upper", this.last);
			parameters.put("rows", this.rows);
			return parameters;
		}

	}

}
