package dev.parallelchange.migration.jdbc.backfill;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.backfill.BackfillProgress;
import dev.parallelchange.migration.backfill.BackfillStore;
import dev.parallelchange.migration.backfill.Chunk;
import dev.parallelchange.migration.backfill.CopyStep;
import dev.parallelchange.migration.backfill.CopyStep.Kind;
import dev.parallelchange.migration.backfill.Isolation;
import dev.parallelchange.migration.jdbc.AcceptedDefinition;
import dev.parallelchange.migration.jdbc.CopyTransaction;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.TablesHash;
import org.jspecify.annotations.Nullable;

/**
 * Keeps copies in PostgreSQL.
 */
public final class JdbcBackfillStore implements BackfillStore {

	private static final Duration SHORT_STATEMENT = Duration.ofSeconds(10);

	private static final String RESET = "delete from %PREFIX%backfill where plan_id = :plan";

	private static final String STATE = """
			select b.fingerprint, cast(b.cursor_key as text) as cursor_key,
				cast(b.upper_key as text) as upper_key, b.walked,
				plan.phase = 'BACKFILL' and plan.pause_reason is null and %s as permitted,
				%s as outdated,
				cast(greatest(0, extract(epoch from b.next_chunk_at - clock_timestamp()) * 1000) as bigint)
					as wait_millis
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

	private static final String FINISH = """
			update %PREFIX%backfill b
			set finished_at = coalesce(finished_at, clock_timestamp()),
				finished_xid = coalesce(finished_xid, pg_current_xact_id())
			where plan_id = :plan and fingerprint = :fingerprint and walked
				and not exists (select from %PREFIX%chunk c where c.plan_id = b.plan_id and not c.done)""";

	private static final String RETRY = """
			update %PREFIX%chunk
			set attempts = :attempts, error = :error,
				next_attempt_at = clock_timestamp() + make_interval(secs => :delay)
			where plan_id = :plan and number = :number and not done and attempts < :attempts""";

	private static final String PAUSE = """
			update %PREFIX%plan set pause_reason = :reason where id = :plan and pause_reason is null""";

	private static final String START_ANEW = """
			update %PREFIX%chunk set attempts = 0, next_attempt_at = clock_timestamp()
			where plan_id = :plan and not done and attempts > 0""";

	private static final String REVIEWED = """
			update %PREFIX%backfill set quarantine_unreviewed = 0 where plan_id = :plan""";

	private final MigrationDatabase database;

	private final JdbcChunkCopier copier;

	private final JdbcChunkIsolation isolation;

	private final JdbcBackfillStart start;

	private final JdbcBackfillProgress progress;

	private final TablesHash tablesHash;

	private final boolean definitionMatters;

	/**
	 * Create the store.
	 * @param database where the plans' tables are
	 */
	public JdbcBackfillStore(MigrationDatabase database) {
		this(PlanDatabases.within(database));
	}

	/**
	 * Create the store.
	 * @param databases where the plans' tables are
	 */
	public JdbcBackfillStore(PlanDatabases databases) {
		this(databases, true);
	}

	/**
	 * Create a store that can be shown to need its protection.
	 */
	JdbcBackfillStore(PlanDatabases databases, boolean definitionMatters) {
		this.database = databases.main();
		this.definitionMatters = definitionMatters;
		this.copier = new JdbcChunkCopier(databases, definitionMatters);
		this.isolation = new JdbcChunkIsolation(this.database);
		this.start = new JdbcBackfillStart(databases);
		this.progress = new JdbcBackfillProgress(this.database);
		this.tablesHash = new TablesHash(databases);
	}

	@Override
	public void reset(String planId) {
		inShortTransaction(() -> this.database.sql(RESET).param("plan", planId).update());
	}

	@Override
	public void begin(DerivedPlan plan) {
		this.start.begin(plan);
	}

	@Override
	public CopyStep walk(DerivedPlan plan, int rows) {
		return this.database.inTransaction(() -> {
			new CopyTransaction(this.database).configure(plan);
			State state = this.database.sql(STATE)
				.param("plan", plan.id())
				.param("fingerprint", plan.fingerprint())
				.query(State.class)
				.optional()
				.orElse(null);
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
		Walked walked = this.database.sql(new BackfillSql(plan).walk(state.cursorKey()))
			.param("lower", state.cursorKey())
			.param("upper", state.upperKey())
			.param("rows", rows)
			.query((rs, row) -> new Walked(rs.getString("key"), rs.getLong("rows")))
			.optional()
			.orElse(null);
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

	@Override
	public CopyStep copyNext(DerivedPlan plan) {
		return this.copier.copyNext(plan);
	}

	@Override
	public boolean finish(DerivedPlan plan) {
		return inShortTransaction(() -> this.database.sql(FINISH)
			.param("plan", plan.id())
			.param("fingerprint", plan.fingerprint())
			.update()) > 0;
	}

	@Override
	public void retryLater(Chunk chunk, String error, Duration delay) {
		inShortTransaction(() -> this.database.sql(RETRY)
			.param("plan", chunk.planId())
			.param("number", chunk.number())
			.param("attempts", chunk.attempts() + 1)
			.param("error", error)
			.param("delay", delay.toMillis() / 1000.0)
			.update());
	}

	@Override
	public Isolation isolate(DerivedPlan plan, Chunk chunk, String error, boolean quarantine) {
		return this.isolation.isolate(plan, chunk, error, quarantine);
	}

	@Override
	public void pause(String planId, String reason) {
		inShortTransaction(() -> {
			Map<String, String> plan = Map.of("plan", planId);
			this.database.sql(START_ANEW).params(plan).update();
			this.database.sql(REVIEWED).params(plan).update();
			return this.database.sql(PAUSE).params(plan).param("reason", reason).update();
		});
	}

	@Override
	public @Nullable BackfillProgress progress(DerivedPlan plan) {
		return this.progress.find(plan);
	}

	@Override
	public void cancel(String planId) {
		this.copier.cancel(planId);
	}

	private int inShortTransaction(Supplier<Integer> work) {
		return this.database.inTransaction(() -> {
			new CopyTransaction(this.database).configure(SHORT_STATEMENT);
			return work.get();
		});
	}

	/**
	 * A copy's row.
	 */
	record State(String fingerprint, @Nullable String cursorKey, @Nullable String upperKey, boolean walked,
			boolean permitted, boolean outdated, long waitMillis) {

	}

	/**
	 * The end of a chunk.
	 */
	record Walked(String key, long rows) {

	}

}
