package dev.parallelchange.migration.jdbc.phase;

import dev.parallelchange.migration.jdbc.BoundedStatements;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.mirror.JointTransactions;

/**
 * Keeps the count in a table.
 */
public final class JdbcJointTransactions implements JointTransactions {

	private static final String RESTART = """
			delete from %PREFIX%joint_transactions where plan_id = :plan and epoch < :epoch""";

	private static final String ADD = """
			insert into %PREFIX%joint_transactions as kept (plan_id, epoch, transactions)
			values (:plan, :epoch, :transactions)
			on conflict (plan_id) do update set transactions = kept.transactions + excluded.transactions""";

	private static final String COUNT = "select transactions from %PREFIX%joint_transactions where plan_id = :plan";

	private static final String APPROVED = """
			select exists (select from %PREFIX%approval where plan_id = :plan and phase = 'CUTOVER'
				and expires_at > clock_timestamp())""";

	private final MigrationDatabase database;

	public JdbcJointTransactions(MigrationDatabase database) {
		this.database = database;
	}

	@Override
	public void add(String planId, long epoch, boolean restarts, long transactions) {
		this.database.inTransaction(() -> {
			BoundedStatements.apply(this.database);
			if (restarts) {
				this.database.sql(RESTART).param("plan", planId).param("epoch", epoch).update();
			}
			return (transactions > 0) ? this.database.sql(ADD)
				.param("plan", planId)
				.param("epoch", epoch)
				.param("transactions", transactions)
				.update() : 0;
		});
	}

	@Override
	public long count(String planId) {
		return this.database.sql(COUNT).param("plan", planId).query(Long.class).optional().orElse(0L);
	}

	@Override
	public boolean isApproved(String planId) {
		return this.database.sql(APPROVED).param("plan", planId).query(Boolean.class).single();
	}

}
