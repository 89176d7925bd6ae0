package dev.parallelchange.migration.jdbc.backfill;

import java.time.Instant;
import java.time.OffsetDateTime;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.verify.CopyCompletion;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the progress of a copy when it ended.
 */
public final class JdbcCopyCompletion implements CopyCompletion {

	private static final String FINISHED_AT = """
			select finished_at from %PREFIX%backfill
			where plan_id = :plan and finished_xid < pg_snapshot_xmin(pg_current_snapshot())""";

	private final MigrationDatabase database;

	/**
	 * Create the reader.
	 * @param database where the progress is kept
	 */
	public JdbcCopyCompletion(MigrationDatabase database) {
		this.database = database;
	}

	@Override
	public @Nullable Instant finishedAt(DerivedPlan plan) {
		return this.database.sql(FINISHED_AT)
			.param("plan", plan.id())
			.query((rs, row) -> rs.getObject(1, OffsetDateTime.class).toInstant())
			.optional()
			.orElse(null);
	}

}
