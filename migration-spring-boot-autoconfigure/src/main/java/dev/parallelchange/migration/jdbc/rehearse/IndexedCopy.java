package dev.parallelchange.migration.jdbc.rehearse;

import java.time.Duration;

import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.CopyEstimate;
import dev.parallelchange.migration.StatementFailure;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Copies the rows once more with all indexes: how long that takes, and how large it gets.
 */
final class IndexedCopy {

	private static final String DEFERRABLE = """
			select format('alter table pg_temp.migration_rehearsal_indexed drop constraint %I', conname)
			from pg_constraint where conrelid = 'pg_temp.migration_rehearsal_indexed'::regclass and condeferrable
				and contype in ('p', 'u', 'x')""";

	private static final String SIZE = """
			select pg_table_size('pg_temp.migration_rehearsal_indexed') as heap,
				pg_indexes_size('pg_temp.migration_rehearsal_indexed') as indexes,
				(select count(*) from pg_index where indrelid = 'pg_temp.migration_rehearsal_indexed'::regclass) as number""";

	/** What the log needs for a row, and for an entry of an index, beside its bytes. */
	private static final int WAL_OVERHEAD = 60;

	private final Stage stage;

	private final JdbcTemplate template;

	IndexedCopy(Stage stage) {
		this.stage = stage;
		this.template = stage.template();
	}

	/**
	 * Measure the copy.
	 * @param total the number of rows to copy
	 */
	@Nullable CopyEstimate run(long total) {
		CopyEstimate[] estimate = new CopyEstimate[1];
		try {
			this.stage.database().nested(() -> estimate[0] = measure(total));
		}
		catch (DataAccessException ex) {
			this.stage.report()
				.notRehearsed("the copy with the target's indexes: " + StatementFailure.of(ex).publicError());
		}
		return estimate[0];
	}

	private @Nullable CopyEstimate measure(long total) {
		new TargetStage(this.stage).create("migration_rehearsal_indexed", " including indexes");
		this.template.queryForList(DEFERRABLE, String.class).forEach(this.template::execute);
		long start = System.nanoTime();
		int rows = this.template.update(this.stage.insert(Stage.INDEXED, "true") + " on conflict do nothing");
		Duration taken = Duration.ofNanos(System.nanoTime() - start);
		return (rows > 0) ? estimate(rows, taken, total) : null;
	}

	private CopyEstimate estimate(int rows, Duration taken, long total) {
		double speed = rows / Math.max(1e-6, taken.toNanos() / 1e9);
		BackfillSettings settings = this.stage.plan().plan().backfill();
		double allowed = (settings.rateLimit() > 0) ? Math.min(speed, settings.rateLimit()) : speed;
		double times = (double) total / rows;
		return this.template.queryForObject(SIZE, (rs, row) -> {
			long bytes = rs.getLong("heap") + rs.getLong("indexes");
			long overhead = (long) WAL_OVERHEAD * rows * (1 + rs.getLong("number"));
			return new CopyEstimate(total, Math.round(speed), Duration.ofMillis(Math.round(1000 * total / allowed)),
					Math.round(times * (bytes + overhead)), Math.round(times * bytes));
		});
	}

}
