package dev.parallelchange.migration.jdbc.backfill;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.backfill.BackfillProgress;
import dev.parallelchange.migration.backfill.BackfillStore;
import dev.parallelchange.migration.backfill.Chunk;
import dev.parallelchange.migration.backfill.CopyStep;
import dev.parallelchange.migration.backfill.Isolation;
import dev.parallelchange.migration.jdbc.CopyTransaction;
import dev.parallelchange.migration.jdbc.JdbcHistory;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.RunningStatements;
import dev.parallelchange.migration.phase.Audit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps copies in PostgreSQL.
 */
public final class JdbcBackfillStore implements BackfillStore {

	private static final Duration SHORT_STATEMENT = Duration.ofSeconds(10);

	private static final String RESET = "delete from %PREFIX%backfill where plan_id = :plan";

	// Free space counts as well; then chunks are smaller than they might be.
	private static final String ROW_BYTES = """
			select coalesce(case when b.moment is null then (greatest(pg_table_size(cast(:table as regclass)), (
				select sum(pg_table_size(relid)) from pg_partition_tree(cast(:table as regclass)))))
					/ nullif(b.rows_estimated, 0) end, 0)
			from %PREFIX%backfill b where b.plan_id = :plan""";

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

	private static final String PAUSE_AFTER = """
			update %%PREFIX%%plan as plan set pause_reason = :reason
			from %%PREFIX%%backfill as b
			where plan.id = :plan and plan.phase = 'BACKFILL' and plan.pause_reason is null and b.plan_id = plan.id
				and b.runtime_since + make_interval(secs => :limit) <= clock_timestamp() and not %s"""
		.formatted(JdbcBackfillProgress.SETTLED);

	private static final String START_ANEW = """
			update %PREFIX%chunk set attempts = 0, next_attempt_at = clock_timestamp()
			where plan_id = :plan and not done and attempts > 0""";

	private static final String REVIEWED = """
			update %PREFIX%backfill set quarantine_unreviewed = 0 where plan_id = :plan""";

	private final MigrationDatabase database;

	private final RunningStatements statements = new RunningStatements();

	private final JdbcKeyWalk walk;

	private final JdbcTableVacuum vacuum;

	private final JdbcChunkCopier copier;

	private final JdbcChunkIsolation isolation;

	private final JdbcBackfillStart start;

	private final JdbcPurgeRounds rounds;

	private final JdbcBackfillProgress progress;

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
		this.walk = new JdbcKeyWalk(databases, definitionMatters);
		this.copier = new JdbcChunkCopier(databases, definitionMatters, this.statements);
		this.vacuum = new JdbcTableVacuum(this.database, this.statements);
		this.isolation = new JdbcChunkIsolation(this.database);
		this.start = new JdbcBackfillStart(databases);
		this.rounds = new JdbcPurgeRounds(this.database, this.statements);
		this.progress = new JdbcBackfillProgress(this.database);
	}

	@Override
	public void reset(String planId) {
		inShortTransaction(() -> this.database.sql(RESET).param("plan", planId).update());
	}

	@Override
	public void begin(DerivedPlan plan) {
		if (plan.isPurge()) {
			this.rounds.begin(plan);
		}
		else {
			this.start.begin(plan);
		}
	}

	@Override
	public OptionalLong rowBytes(DerivedPlan plan) {
		return this.database.sql(ROW_BYTES)
			.param("plan", plan.id())
			.param("table", plan.source().sql())
			.query(Long.class)
			.optional()
			.map(OptionalLong::of)
			.orElseGet(OptionalLong::empty);
	}

	@Override
	public CopyStep walk(DerivedPlan plan, int rows) {
		return this.walk.walk(plan, rows, 1 + Math.max(1, plan.plan().backfill().maxConcurrency()));
	}

	@Override
	public boolean vacuum(DerivedPlan plan, long rewritten) {
		return this.vacuum.runIfDue(plan, rewritten);
	}

	@Override
	public CopyStep copyNext(DerivedPlan plan) {
		return copyNext(plan, () -> {
		});
	}

	@Override
	public CopyStep copyNext(DerivedPlan plan, Runnable claimed) {
		return this.copier.copyNext(plan, claimed);
	}

	@Override
	public boolean finish(DerivedPlan plan) {
		if (plan.isPurge()) {
			return this.rounds.finish(plan);
		}
		return inShortTransaction(() -> this.database.sql(FINISH)
			.param("plan", plan.id())
			.param("fingerprint", plan.fingerprint())
			.update()) > 0;
	}

	@Override
	public void recount(String planId) {
		inShortTransaction(() -> this.rounds.recount(planId));
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
	public boolean pauseAfter(DerivedPlan plan, Duration limit, String reason) {
		return inShortTransaction(() -> {
			int paused = this.database.sql(PAUSE_AFTER)
				.param("plan", plan.id())
				.param("limit", limit.toMillis() / 1000.0)
				.param("reason", reason)
				.update();
			if (paused > 0) {
				new JdbcHistory(this.database).add(plan.id(), "pause", null, new Audit("safety", reason));
			}
			return paused;
		}) > 0;
	}

	@Override
	public @Nullable BackfillProgress progress(DerivedPlan plan) {
		return this.progress.find(plan);
	}

	@Override
	public void cancel(String planId) {
		this.statements.cancel(planId);
	}

	private int inShortTransaction(Supplier<Integer> work) {
		return this.database.inTransaction(() -> {
			new CopyTransaction(this.database).configure(SHORT_STATEMENT);
			return work.get();
		});
	}

}
