package dev.parallelchange.migration.test;

import java.util.List;
import java.util.stream.Stream;

import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MirrorStatus;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.context.Lifecycle;

/**
 * Takes a plan back to {@code OFF} at once, and forgets all about it but which scripts
 * have been run. The runner stands still meanwhile; then it removes the triggers, as for
 * any plan that is {@code OFF}.
 */
final class PlanReset {

	private static final List<String> TABLES = List.of("fence", "backfill", "pending", "quarantine", "pass",
			"divergence", "comparison", "drift", "joint_transactions", "approval", "reverse", "rehearsal", "contract",
			"watch", "sighting", "history");

	/** The epoch goes on, as with any other change of the phase. */
	private static final String OFF = """
			update %PREFIX%plan set phase = 'OFF', epoch = epoch + 1, since = now(), requested = null,
				requested_by = null, requested_reason = null, forced = null, hold = null, hold_by = null, reads = null,
				pause_reason = null, writes_deferred = false, reconcile = null, reconcile_requested_at = null,
				fingerprint = null, definition = null, lookups_seen = null, lookups_written_at = null
			where id = :plan""";

	private final MigrationRunner runner;

	private final List<MigrationDatabase> databases;

	private final String planId;

	PlanReset(MigrationRunner runner, List<MigrationDatabase> databases, String planId) {
		this.runner = runner;
		this.databases = databases;
		this.planId = planId;
	}

	/**
	 * The databases that hold the library's tables.
	 */
	static List<MigrationDatabase> databases(ApplicationContext context) {
		PlanDatabases databases = context.getBean(PlanDatabases.class);
		return Stream.concat(Stream.of(databases.main()), databases.others().stream()).toList();
	}

	void run(Patience patience) {
		Lifecycle lifecycle = (this.runner instanceof Lifecycle running) ? running : null;
		if (lifecycle != null) {
			lifecycle.stop();
		}
		this.databases.forEach(this::forget);
		if (lifecycle != null) {
			lifecycle.start();
		}
		patience.until(this::isUnmirrored, () -> "The triggers of plan '%s' have not been removed: %s"
			.formatted(this.planId, this.runner.status(this.planId)));
	}

	private void forget(MigrationDatabase database) {
		database.inTransaction(() -> {
			TABLES.forEach((table) -> database.sql("delete from %PREFIX%" + table + " where plan_id = :plan")
				.param("plan", this.planId)
				.update());
			return database.sql(OFF).param("plan", this.planId).update();
		});
	}

	private @Nullable Boolean isUnmirrored() {
		MirrorStatus mirror = this.runner.status(this.planId).mirror();
		return (mirror == null || !mirror.active()) ? Boolean.TRUE : null;
	}

}
