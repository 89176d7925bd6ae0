package dev.parallelchange.migration.jdbc.backfill;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.backfill.Chunk;
import dev.parallelchange.migration.backfill.Isolation;
import dev.parallelchange.migration.jdbc.CopyTransaction;
import dev.parallelchange.migration.jdbc.MigrationDatabase;

/**
 * Splits a chunk that fails until a single row is left. A row goes into quarantine only
 * when it failed alone, so that no other row's error is laid to it.
 */
final class JdbcChunkIsolation {

	private static final String LOCK = """
			select count(*) from (
				select from %PREFIX%chunk
				where plan_id = :plan and number = :number and not done and upper_key = cast(:upper as jsonb)
				for update skip locked
			) as locked""";

	private static final String SHRINK = """
			update %PREFIX%chunk
			set upper_key = cast(:middle as jsonb), row_count = :rows, attempts = 0, error = :error,
				next_attempt_at = clock_timestamp()
			where plan_id = :plan and number = :number""";

	private static final String ADD_REST = """
			insert into %PREFIX%chunk (plan_id, lower_key, upper_key, row_count, next_attempt_at)
			values (:plan, cast(:middle as jsonb), cast(:upper as jsonb), :rows, clock_timestamp())""";

	private static final String PUT_ASIDE = """
			insert into %PREFIX%quarantine (plan_id, side, key, error)
			values (:plan, 'TARGET', cast(:key as jsonb), :error)
			on conflict (plan_id, side, key) do update set error = excluded.error""";

	private static final String DONE = """
			update %PREFIX%chunk
			set done = true, rows_done = row_count, error = :error, started_at = now(), finished_at = clock_timestamp()
			where plan_id = :plan and number = :number""";

	private static final String COUNT_UNREVIEWED = """
			update %PREFIX%backfill set quarantine_unreviewed = quarantine_unreviewed + 1 where plan_id = :plan
			returning quarantine_unreviewed, rows_estimated""";

	private final MigrationDatabase database;

	JdbcChunkIsolation(MigrationDatabase database) {
		this.database = database;
	}

	Isolation isolate(DerivedPlan plan, Chunk chunk, String error, boolean quarantine) {
		return this.database.inTransaction(() -> {
			new CopyTransaction(this.database).configure(plan);
			if (!lock(chunk)) {
				return new Isolation(false, 0, 0);
			}
			BackfillSql sql = new BackfillSql(plan);
			long rows = this.database.sql(sql.count(chunk.lowerKey()))
				.param("lower", chunk.lowerKey())
				.param("upper", chunk.upperKey())
				.query(Long.class)
				.single();
			if (rows > 1) {
				split(sql, chunk, rows, error);
			}
			else if (rows == 1 && chunk.rowCount() == 1 && quarantine) {
				return putAside(sql, chunk, error);
			}
			else {
				shrink(chunk, chunk.upperKey(), rows, error);
			}
			return new Isolation(false, 0, 0);
		});
	}

	private boolean lock(Chunk chunk) {
		return this.database.sql(LOCK)
			.param("plan", chunk.planId())
			.param("number", chunk.number())
			.param("upper", chunk.upperKey())
			.query(Integer.class)
			.single() > 0;
	}

	private void split(BackfillSql sql, Chunk chunk, long rows, String error) {
		String middle = key(sql, chunk, rows / 2);
		shrink(chunk, middle, rows / 2, error);
		this.database.sql(ADD_REST)
			.param("plan", chunk.planId())
			.param("middle", middle)
			.param("upper", chunk.upperKey())
			.param("rows", rows - rows / 2)
			.update();
	}

	private void shrink(Chunk chunk, String upperKey, long rows, String error) {
		this.database.sql(SHRINK)
			.param("plan", chunk.planId())
			.param("number", chunk.number())
			.param("middle", upperKey)
			.param("rows", rows)
			.param("error", error)
			.update();
	}

	private Isolation putAside(BackfillSql sql, Chunk chunk, String error) {
		this.database.sql(PUT_ASIDE)
			.param("plan", chunk.planId())
			.param("key", key(sql, chunk, 1))
			.param("error", error)
			.update();
		this.database.sql(DONE)
			.param("plan", chunk.planId())
			.param("number", chunk.number())
			.param("error", error)
			.update();
		return this.database.sql(COUNT_UNREVIEWED)
			.param("plan", chunk.planId())
			.query((rs, row) -> new Isolation(true, rs.getLong("quarantine_unreviewed"), rs.getLong("rows_estimated")))
			.single();
	}

	private String key(BackfillSql sql, Chunk chunk, long position) {
		return this.database.sql(sql.walk(chunk.lowerKey()))
			.param("lower", chunk.lowerKey())
			.param("upper", chunk.upperKey())
			.param("rows", position)
			.query((rs, row) -> rs.getString("key"))
			.single();
	}

}
