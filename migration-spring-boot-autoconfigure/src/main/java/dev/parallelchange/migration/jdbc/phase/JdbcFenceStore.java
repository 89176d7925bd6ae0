package dev.parallelchange.migration.jdbc.phase;

import java.time.Duration;
import java.util.UUID;

import dev.parallelchange.migration.jdbc.BoundedStatements;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.phase.FenceStore;

/**
 * Keeps fences in a table, one row for each plan that ever had one.
 */
public final class JdbcFenceStore implements FenceStore {

	private static final String ANNOUNCE = """
			insert into %PREFIX%fence as fence (plan_id, number, epoch, starts_at, ends_at)
			select id, 1, epoch, clock_timestamp() + make_interval(secs => :lead),
				clock_timestamp() + make_interval(secs => :lead + :limit)
			from %PREFIX%plan where id = :plan and epoch = :epoch
			on conflict (plan_id) do update set number = fence.number + 1, epoch = excluded.epoch,
				starts_at = excluded.starts_at, ends_at = excluded.ends_at,
				failures = case when fence.epoch = excluded.epoch then fence.failures else 0 end,
				trouble = case when fence.epoch = excluded.epoch then fence.trouble end
			where fence.epoch <> excluded.epoch
				or (fence.starts_at is null and fence.next_attempt_at <= clock_timestamp())""";

	private static final String SEE = """
			update %PREFIX%acknowledgement set fence_seen = :number
			where plan_id = :plan and instance_id = :id and fence_seen < :number""";

	private static final String DRAIN = """
			update %PREFIX%acknowledgement set fence_drained = :number
			where plan_id = :plan and instance_id = :id and fence_drained < :number""";

	private static final String GIVE_UP = """
			update %PREFIX%fence set starts_at = null, ends_at = null, failures = failures + 1, trouble = :trouble,
				next_attempt_at = clock_timestamp() + make_interval(secs => least(60, 2 ^ least(failures, 6)))
			where plan_id = :plan and number = :number and starts_at is not null""";

	private final MigrationDatabase database;

	public JdbcFenceStore(MigrationDatabase database) {
		this.database = database;
	}

	@Override
	public void announce(String planId, long epoch, Duration lead, Duration limit) {
		this.database.inTransaction(() -> {
			BoundedStatements.apply(this.database);
			return this.database.sql(ANNOUNCE)
				.param("plan", planId)
				.param("epoch", epoch)
				.param("lead", lead.toMillis() / 1000.0)
				.param("limit", limit.toMillis() / 1000.0)
				.update();
		});
	}

	@Override
	public void see(String planId, UUID instanceId, long number) {
		acknowledge(SEE, planId, instanceId, number);
	}

	@Override
	public void drain(String planId, UUID instanceId, long number) {
		acknowledge(DRAIN, planId, instanceId, number);
	}

	private void acknowledge(String statement, String planId, UUID instanceId, long number) {
		this.database.inTransaction(() -> {
			BoundedStatements.apply(this.database);
			return this.database.sql(statement)
				.param("plan", planId)
				.param("id", instanceId)
				.param("number", number)
				.update();
		});
	}

	@Override
	public void giveUp(String planId, long number, String trouble) {
		this.database.inTransaction(() -> {
			BoundedStatements.apply(this.database);
			return this.database.sql(GIVE_UP)
				.param("plan", planId)
				.param("number", number)
				.param("trouble", trouble)
				.update();
		});
	}

}
