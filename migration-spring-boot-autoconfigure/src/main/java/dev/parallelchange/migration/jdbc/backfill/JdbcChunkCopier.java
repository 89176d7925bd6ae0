package dev.parallelchange.migration.jdbc.backfill;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.backfill.Chunk;
import dev.parallelchange.migration.backfill.ChunkFailedException;
import dev.parallelchange.migration.backfill.CopyStep;
import dev.parallelchange.migration.backfill.CopyStep.Kind;
import dev.parallelchange.migration.jdbc.AcrossTransaction;
import dev.parallelchange.migration.jdbc.CopyTransaction;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.RunningStatements;
import dev.parallelchange.migration.jdbc.SentRows;
import dev.parallelchange.migration.jdbc.SqlStates;
import dev.parallelchange.migration.jdbc.TablesHash;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataIntegrityViolationException;

/**
 * Copies one chunk in one transaction, which holds the chunk's row locked: it is the
 * claim, and it records the progress together with the rows.
 */
final class JdbcChunkCopier {

	// Released with the transaction; one for each chunk that may be copied at a time.
	private static final String TAKE_SLOT = """
			select count(*) from (
				select from generate_series(0, :slots - 1) as slot
				where pg_try_advisory_xact_lock(hashtextextended(
					cast(cast(to_regclass('%PREFIX%chunk') as oid) as text) || cast(:plan as text), slot))
				limit 1
			) as taken""";

	private static final String CLAIM = """
			select c.plan_id, c.number, cast(c.lower_key as text) as lower_key, cast(c.upper_key as text) as upper_key,
				c.row_count, c.attempts
			from %PREFIX%chunk c
			join %PREFIX%backfill b on b.plan_id = c.plan_id
			join %PREFIX%plan p on p.id = c.plan_id
			where c.plan_id = :plan and not c.done and c.next_attempt_at <= statement_timestamp()
				and (b.fingerprint = :fingerprint or not :definitionMatters) and p.phase = 'BACKFILL' and p.pause_reason is null
			order by c.next_attempt_at, c.number
			limit 1
			for update of c skip locked""";

	private static final String DONE = """
			update %PREFIX%chunk
			set done = true, rows_done = row_count, rows_written = :written, started_at = now(),
				finished_at = clock_timestamp()
			where plan_id = :plan and number = :number""";

	private final MigrationDatabase database;

	private final PlanDatabases databases;

	private final TablesHash tablesHash;

	private final RunningStatements statements = new RunningStatements();

	private final boolean definitionMatters;

	JdbcChunkCopier(PlanDatabases databases, boolean definitionMatters) {
		this.database = databases.main();
		this.databases = databases;
		this.definitionMatters = definitionMatters;
		this.tablesHash = new TablesHash(databases);
	}

	CopyStep copyNext(DerivedPlan plan) {
		Attempt attempt = new Attempt();
		try {
			return this.database.inTransaction(() -> copyNext(plan, attempt));
		}
		catch (TablesChangedException ex) {
			return CopyStep.of(Kind.STANDING);
		}
		catch (RuntimeException ex) {
			throw attempt.failed(ex);
		}
	}

	private CopyStep copyNext(DerivedPlan plan, Attempt attempt) {
		CopyTransaction transaction = new CopyTransaction(this.database);
		transaction.configure(plan);
		if (!takeSlot(plan)) {
			return CopyStep.of(Kind.BUSY);
		}
		Chunk chunk = claim(plan);
		if (chunk == null) {
			return CopyStep.of(Kind.IDLE);
		}
		attempt.chunk = chunk;
		transaction.mark(plan);
		int written = copy(plan, attempt, chunk);
		// The tables are locked against changes from here to the commit.
		if (!this.tablesHash.isUnchanged(plan)) {
			throw new TablesChangedException();
		}
		this.database.sql(DONE)
			.param("plan", plan.id())
			.param("number", chunk.number())
			.param("written", written)
			.update();
		return new CopyStep(Kind.COPIED, chunk.rowCount(), written, Duration.ZERO);
	}

	private boolean takeSlot(DerivedPlan plan) {
		return this.database.sql(TAKE_SLOT)
			.param("plan", plan.id())
			.param("slots", Math.max(1, plan.plan().backfill().maxConcurrency()))
			.query(Integer.class)
			.single() > 0;
	}

	private @Nullable Chunk claim(DerivedPlan plan) {
		return this.database.sql(CLAIM)
			.param("plan", plan.id())
			.param("fingerprint", plan.fingerprint())
			.param("definitionMatters", this.definitionMatters)
			.query(Chunk.class)
			.optional()
			.orElse(null);
	}

	private int copy(DerivedPlan plan, Attempt attempt, Chunk chunk) {
		try {
			return copy(plan, chunk);
		}
		catch (RuntimeException ex) {
			attempt.failure = ex;
			throw ex;
		}
	}

	private int copy(DerivedPlan plan, Chunk chunk) {
		if (plan.isAcrossDatabases()) {
			return copyAcross(plan, chunk);
		}
		return write(this.database, plan.id(), new BackfillSql(plan), chunk, parameters(chunk));
	}

	/**
	 * The target is committed first, while the chunk is claimed still: whatever becomes
	 * of this transaction then, repeating the chunk finds out what is missing.
	 */
	private int copyAcross(DerivedPlan plan, Chunk chunk) {
		SentRows sent = new SentRows(plan, MigrationSide.SOURCE);
		Map<String, @Nullable Object> parameters = parameters(chunk);
		new AcrossTransaction(this.database).pin();
		parameters.put(SentRows.PARAMETER, this.statements.query(this.database, plan.id(),
				sent.select(new BackfillSql(plan).range(MigrationSide.SOURCE, chunk.lowerKey())), parameters));
		MigrationDatabase target = this.databases.of(plan, MigrationSide.TARGET);
		return target.inTransaction(() -> {
			new CopyTransaction(target).configure(plan);
			new AcrossTransaction(target).pin();
			int written = write(target, plan.id(), new BackfillSql(sent.plan(), sent.sql()), chunk, parameters);
			// Asks the source as well, so a claim that was lost meanwhile ends here.
			if (!this.tablesHash.isUnchanged(plan)) {
				throw new TablesChangedException();
			}
			new AcrossTransaction(target).checkLead(plan, MigrationSide.SOURCE);
			return written;
		});
	}

	private int write(MigrationDatabase written, String planId, BackfillSql sql, Chunk chunk,
			Map<String, @Nullable Object> parameters) {
		written.sql("savepoint chunk").update();
		try {
			return this.statements.update(written, planId, sql.copy(chunk.lowerKey()), parameters);
		}
		catch (DataIntegrityViolationException ex) {
			if (!SqlStates.isUniqueViolation(ex)) {
				throw ex;
			}
			written.sql("rollback to savepoint chunk").update();
			return this.statements.update(written, planId, sql.copyAlongsideWriters(chunk.lowerKey()), parameters);
		}
	}

	private static Map<String, @Nullable Object> parameters(Chunk chunk) {
		Map<String, @Nullable Object> parameters = new HashMap<>();
		parameters.put("lower", chunk.lowerKey());
		parameters.put("upper", chunk.upperKey());
		return parameters;
	}

	void cancel(String planId) {
		this.statements.cancel(planId);
	}

	/**
	 * What is known of an attempt when it fails. Its own failure counts, not the one of
	 * the rollback on a connection that is lost.
	 */
	private static final class Attempt {

		private @Nullable Chunk chunk;

		private @Nullable RuntimeException failure;

		RuntimeException failed(RuntimeException ex) {
			if (this.chunk == null) {
				return ex;
			}
			return new ChunkFailedException(this.chunk, (this.failure != null) ? this.failure : ex);
		}

	}

	/**
	 * Rolls the chunk back.
	 */
	private static final class TablesChangedException extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

}
