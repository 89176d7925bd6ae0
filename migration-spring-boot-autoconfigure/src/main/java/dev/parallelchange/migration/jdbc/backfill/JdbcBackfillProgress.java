package dev.parallelchange.migration.jdbc.backfill;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.PurgeStatus;
import dev.parallelchange.migration.RefusedRow;
import dev.parallelchange.migration.backfill.BackfillProgress;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.RefusedRows;
import org.jspecify.annotations.Nullable;

/**
 * Reads how far copies are.
 */
final class JdbcBackfillProgress {

	/**
	 * The condition that the mirror has been off since the copy {@code b} began. A tick
	 * forgets such a copy, but may miss a short stay in the earlier phase.
	 */
	static final String OUTDATED = """
			exists (select from %PREFIX%history h where h.plan_id = b.plan_id
				and h.to_phase in ('OFF', 'EXPAND') and h.at > b.started_at)""";

	/**
	 * The condition that rows have been copied and found equal since: what is compared
	 * later does not belong to the copy any more.
	 */
	static final String SETTLED = """
			(b.finished_at is not null and (b.moment is not null or exists (select from %PREFIX%pass as pass where pass.plan_id = b.plan_id
				and pass.finished_at is not null and pass.started_at >= b.finished_at
				and pass.missing + pass.orphan + pass.different = 0)))""";

	private static final String PROGRESS = """
			select b.fingerprint <> :fingerprint as changed, b.finished_at is not null as finished,
				b.rows_estimated, c.rows_done, c.rows_written, c.chunks, c.recent_rows, c.recent_seconds,
				extract(epoch from clock_timestamp() - coalesce(c.last_finished, b.started_at)) as idle_seconds,
				greatest(0, extract(epoch from b.next_chunk_at - clock_timestamp())) as limited_seconds,
				case when %s then 0 else extract(epoch from clock_timestamp() - b.runtime_since) end
					as runtime_seconds,
				c.failed_chunks,
				(select error from %%PREFIX%%chunk where plan_id = b.plan_id and error is not null
					order by done, number desc limit 1) as last_error,
				(select count(*) from %%PREFIX%%quarantine where plan_id = b.plan_id) as quarantined,
				b.moment, b.matched, b.matching, b.counted_at, b.round
			from %%PREFIX%%backfill b
			cross join lateral (
				select coalesce(sum(rows_done), 0) as rows_done, coalesce(sum(rows_written), 0) as rows_written,
					count(*) filter (where done) as chunks, max(finished_at) as last_finished,
					count(*) filter (where not done and attempts > 0) as failed_chunks,
					coalesce(sum(rows_done) filter (where finished_at > now() - interval '30 seconds'), 0)
						as recent_rows,
					coalesce(extract(epoch from clock_timestamp() - min(started_at)
						filter (where finished_at > now() - interval '30 seconds')), 0) as recent_seconds
				from %%PREFIX%%chunk where plan_id = b.plan_id
			) as c
			where b.plan_id = :plan and not %s""".formatted(SETTLED, OUTDATED);

	private final MigrationDatabase database;

	JdbcBackfillProgress(MigrationDatabase database) {
		this.database = database;
	}

	@Nullable BackfillProgress find(DerivedPlan plan) {
		Row row = this.database.sql(PROGRESS)
			.param("plan", plan.id())
			.param("fingerprint", plan.fingerprint())
			.query(Row.class)
			.optional()
			.orElse(null);
		if (row == null) {
			return null;
		}
		List<RefusedRow> quarantine = (row.quarantined() > 0) ? RefusedRows.quarantined(this.database, plan)
				: List.of();
		return new BackfillProgress(row.changed(), row.finished(), row.rowsEstimated(), row.rowsDone(),
				row.rowsWritten(), row.chunks(), row.recentRows(), seconds(row.recentSeconds()),
				seconds(row.idleSeconds()), seconds(row.limitedSeconds()), seconds(row.runtimeSeconds()),
				row.failedChunks(), row.lastError(), row.quarantined(), quarantine, row.purge());
	}

	private static Duration seconds(BigDecimal seconds) {
		return Duration.ofMillis(seconds.movePointRight(3).longValue());
	}

	/**
	 * The figures of a copy.
	 */
	record Row(boolean changed, boolean finished, long rowsEstimated, long rowsDone, long rowsWritten, long chunks,
			long recentRows, BigDecimal recentSeconds, BigDecimal idleSeconds, BigDecimal limitedSeconds,
			BigDecimal runtimeSeconds, long failedChunks, @Nullable String lastError, long quarantined,
			@Nullable OffsetDateTime moment, long matched, long matching, @Nullable OffsetDateTime countedAt,
			int round) {

		@Nullable PurgeStatus purge() {
			if (this.moment == null || this.countedAt == null) {
				return null;
			}
			return new PurgeStatus(this.moment.toInstant(), this.matched, this.matching, this.countedAt.toInstant(),
					this.round);
		}

	}

}
