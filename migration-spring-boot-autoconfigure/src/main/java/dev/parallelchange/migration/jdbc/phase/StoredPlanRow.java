package dev.parallelchange.migration.jdbc.phase;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.Reconciliation;
import dev.parallelchange.migration.jdbc.JdbcHistory;
import dev.parallelchange.migration.phase.Fence;
import dev.parallelchange.migration.phase.StoredPlan;
import org.jspecify.annotations.Nullable;

/**
 * Reads a plan from its row.
 */
final class StoredPlanRow {

	private StoredPlanRow() {
	}

	static StoredPlan map(ResultSet row, int number) throws SQLException {
		String reconcile = row.getString("reconcile");
		PlanState state = new PlanState(row.getString("id"), MigrationPhase.valueOf(row.getString("phase")),
				row.getLong("epoch"), row.getObject("since", OffsetDateTime.class).toInstant(),
				JdbcHistory.phase(row, "requested"), row.getString("requested_by"), JdbcHistory.phase(row, "hold"),
				row.getString("hold_by"), row.getBigDecimal("reads"), row.getString("pause_reason"),
				row.getBoolean("writes_deferred"), (reconcile != null) ? Reconciliation.valueOf(reconcile) : null,
				instant(row, "reconcile_requested_at"), row.getString("fingerprint"), row.getBoolean("divergent"));
		return new StoredPlan(state, duration(row, "seconds"), row.getString("requested_reason"),
				JdbcHistory.phase(row, "forced"), fence(row), row.getString("fence_trouble"),
				DefinitionColumn.read(row));
	}

	private static @Nullable Fence fence(ResultSet row) throws SQLException {
		long number = row.getLong("fence");
		return row.wasNull() ? null : new Fence(number, duration(row, "fence_starts"), duration(row, "fence_ends"));
	}

	private static Duration duration(ResultSet row, String column) throws SQLException {
		return Duration.ofMillis((long) (row.getDouble(column) * 1000));
	}

	private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
		OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant() : null;
	}

}
