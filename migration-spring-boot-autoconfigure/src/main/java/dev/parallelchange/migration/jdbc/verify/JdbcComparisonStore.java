package dev.parallelchange.migration.jdbc.verify;

import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.routing.ComparisonStore;

/**
 * Keeps how many reads the cluster has compared in the database.
 */
public final class JdbcComparisonStore implements ComparisonStore {

	private static final String START_OR_ADD = """
			insert into %PREFIX%comparison as kept (plan_id, epoch, compared, mismatched, last_mismatch)
			values (:plan, :epoch, :compared, :mismatched, :words)
			on conflict (plan_id) do update set
				epoch = excluded.epoch,
				compared = excluded.compared
					+ case when kept.epoch = excluded.epoch then kept.compared else 0 end,
				mismatched = excluded.mismatched
					+ case when kept.epoch = excluded.epoch then kept.mismatched else 0 end,
				last_mismatch = coalesce(excluded.last_mismatch,
					case when kept.epoch = excluded.epoch then kept.last_mismatch end)
			where kept.epoch <= excluded.epoch
			""";

	private static final String ADD = """
			update %PREFIX%comparison
			set compared = compared + :compared,
				mismatched = mismatched + :mismatched,
				last_mismatch = coalesce(cast(:words as text), last_mismatch)
			where plan_id = :plan and epoch <= :epoch
			""";

	private static final String READ = """
			select epoch, compared, mismatched, last_mismatch from %PREFIX%comparison where plan_id = :plan
			""";

	private final MigrationDatabase database;

	public JdbcComparisonStore(MigrationDatabase database) {
		this.database = database;
	}

	@Override
	public void add(String planId, long epoch, boolean restarts, Compared added) {
		this.database.inTransaction(() -> this.database.sql(restarts ? START_OR_ADD : ADD)
			.param("plan", planId)
			.param("epoch", epoch)
			.param("compared", added.compared())
			.param("mismatched", added.mismatched())
			.param("words", added.lastMismatch())
			.update());
	}

	@Override
	public Compared read(String planId) {
		return this.database.sql(READ)
			.param("plan", planId)
			.query((row, number) -> new Compared(row.getLong("epoch"), row.getLong("compared"),
					row.getLong("mismatched"), row.getString("last_mismatch")))
			.optional()
			.orElse(Compared.NOTHING);
	}

}
