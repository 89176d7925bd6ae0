package dev.parallelchange.migration.jdbc.backfill;

import java.time.Duration;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.backfill.CopyStep;
import dev.parallelchange.migration.backfill.CopyStep.Kind;
import dev.parallelchange.migration.jdbc.AcceptedDefinition;
import dev.parallelchange.migration.jdbc.CopyTransaction;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.TablesHash;
import org.jspecify.annotations.Nullable;

/**
 * Walks the key's index of the source and marks out one chunk after the other.
 */
final class JdbcKeyWalk {

	private static final String STATE = """
			select b.fingerprint, cast(b.cursor_key as text) as cursor_key,
				cast(b.upper_key as text) as upper_key, b.walked,
				plan.phase = 'BACKFILL' and plan.pause_reason is null and %s as permitted,
				%s as outdated,
				cast(greatest(0, extract(epoch from b.next_chunk_at - clock_timestamp()) * 1000) as bigint)
					as wait_millis,
				(select count(*) from %%PREFIX%%chunk c where c.plan_id = b.plan_id and not c.done) as open_chunks
			from %%PREFIX%%backfill b join %%PREFIX%%plan plan on plan.id = b.plan_id
			where b.plan_id = :plan
			for update of b""".formatted(AcceptedDefinition.FITS, JdbcBackfillProgress.OUTDATED);

	private static final String ADD_CHUNK = """
			insert into %PREFIX%chunk (plan_id, lower_key, upper_key, row_count, next_attempt_at)
			values (:plan, cast(:lower as jsonb), cast(:upper as jsonb), :rows, clock_timestamp())""";

	private static final String ADVANCE = """
			update %PREFIX%backfill
			set cursor_key = coalesce(cast(:cursor as jsonb), cursor_key), walked = :walked,
				next_chunk_at = case when :rate > 0
					then greatest(next_chunk_at, clock_timestamp())
						+ make_interval(secs => cast(:rows as double precision) / :rate)
					else next_chunk_at end
			where plan_id = :plan""";

	private final MigrationDatabase database;

	private final TablesHash tablesHash;

	private final boolean definitionMatters;

	JdbcKeyWalk(PlanDatabases databases, boolean definitionMatters) {
		this.database = databases.main();
		this.tablesHash = new TablesHash(databases);
		this.definitionMatters = definitionMatters;
	}

	/**
	 * Mark out the next chunk, unless many are open.
	 * @param plan the plan
	 * @param rows the number of rows that it should have
	 * @param enough the number of open chunks that is enough
	 * @return what came of it
	 */
	CopyStep walk(DerivedPlan plan, int rows, int enough) {
		return this.database.inTransaction(() -> {
			new CopyTransaction(this.database).configureRepeatable(plan);
			State state = this.database.sql(STATE)
				.param("plan", plan.id())
				.param("fingerprint", plan.fingerprint())
				.query(State.class)
				.optional()
				.orElse(null);
			if (state != null && state.openChunks() >= enough) {
				return CopyStep.of(Kind.AHEAD);
			}
			Kind obstacle = obstacle(plan, state);
			if (obstacle != null || state == null) {
				return CopyStep.of((obstacle != null) ? obstacle : Kind.ABSENT);
			}
			if (state.waitMillis() > 0) {
				return new CopyStep(Kind.LIMITED, 0, 0, Duration.ofMillis(state.waitMillis()));
			}
			return advance(plan, state, rows);
		});
	}

	private @Nullable Kind obstacle(DerivedPlan plan, @Nullable State state) {
		if (state == null || state.outdated()) {
			return Kind.ABSENT;
		}
		if (!this.definitionMatters) {
			return state.walked() ? Kind.END : null;
		}
		if (!state.permitted() || !this.tablesHash.isUnchanged(plan)) {
			return Kind.STANDING;
		}
		if (!state.fingerprint().equals(plan.fingerprint())) {
			return Kind.ABSENT;
		}
		return state.walked() ? Kind.END : null;
	}

	private CopyStep advance(DerivedPlan plan, State state, int rows) {
		Walked walked = walk(plan, state, rows);
		long found = (walked != null) ? walked.rows() : 0;
		if (walked != null) {
			this.database.sql(ADD_CHUNK)
				.param("plan", plan.id())
				.param("lower", state.cursorKey())
				.param("upper", walked.key())
				.param("rows", found)
				.update();
		}
		this.database.sql(ADVANCE)
			.param("plan", plan.id())
			.param("cursor", (walked != null) ? walked.key() : null)
			.param("walked", found < rows)
			.param("rows", found)
			.param("rate", plan.plan().backfill().rateLimit())
			.update();
		return new CopyStep((walked != null) ? Kind.WALKED : Kind.END, found, 0, Duration.ZERO);
	}

	private @Nullable Walked walk(DerivedPlan plan, State state, int rows) {
		BackfillSql sql = new BackfillSql(plan);
		Walked walked = find(sql.walk(state.cursorKey()), state, rows);
		return (walked != null) ? walked : find(sql.walkToTheEnd(state.cursorKey()), state, rows);
	}

	private @Nullable Walked find(String query, State state, int rows) {
		return this.database.sql(query)
			.param("lower", state.cursorKey())
			.param("upper", state.upperKey())
			.param("rows", rows)
			.query((rs, row) -> new Walked(rs.getString("key"), rs.getLong("rows")))
			.optional()
			.orElse(null);
	}

	/**
	 * A copy's row.
	 */
	record State(String fingerprint, @Nullable String cursorKey, @Nullable String upperKey, boolean walked,
			boolean permitted, boolean outdated, long waitMillis, long openChunks) {

	}

	/**
	 * The end of a chunk.
	 */
	record Walked(String key, long rows) {

	}

}
