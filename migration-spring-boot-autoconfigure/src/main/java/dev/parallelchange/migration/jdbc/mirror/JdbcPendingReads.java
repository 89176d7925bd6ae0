package dev.parallelchange.migration.jdbc.mirror;

import java.util.Collection;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.routing.PendingReads;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.TransactionDefinition;

/**
 * Asks the tables of pending and quarantined keys whether rows are up to date.
 */
public final class JdbcPendingReads implements PendingReads {

	private static final String PENDING = """
			with wanted as (select jsonb_build_array({ks}) as key from ({keys}) as keys)
			select exists (
				select from %PREFIX%{table} where plan_id = :plan and side = :side and key in (select key from wanted))
			""";

	private static final String ANY_PENDING = """
			select exists (select from %PREFIX%{table} where plan_id = :plan and side = :side)
			""";

	private final PlanDatabases databases;

	public JdbcPendingReads(MigrationDatabase database) {
		this(PlanDatabases.within(database));
	}

	/**
	 * Create the reader.
	 * @param databases the databases of the plans' sides
	 */
	public JdbcPendingReads(PlanDatabases databases) {
		this.databases = databases;
	}

	@Override
	public boolean isPending(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys) {
		PlanSql sql = new PlanSql(plan);
		String query = PENDING.replace("{ks}", sql.ks()).replace("{keys}", sql.keysOfParameter());
		return isIn(plan.plan(), side, query, RowKey.toJsonArray(keys));
	}

	@Override
	public boolean isAnyPending(MigrationPlan plan, MigrationSide side) {
		return isIn(plan, side, ANY_PENDING, null);
	}

	private boolean isIn(MigrationPlan plan, MigrationSide side, String query, @Nullable String keys) {
		return isIn(this.databases.ofPending(plan, side), "pending", plan, side, query, keys)
				|| isIn(this.databases.main(), "quarantine", plan, side, query, keys);
	}

	private static boolean isIn(MigrationDatabase database, String table, MigrationPlan plan, MigrationSide side,
			String query, @Nullable String keys) {
		return database.sql(query.replace("{table}", table))
			.param("plan", plan.id())
			.param("side", side.name())
			.param("keys", keys)
			.query(Boolean.class)
			.single();
	}

	@Override
	public void takeSnapshot() {
		this.databases.main().isolate(TransactionDefinition.ISOLATION_REPEATABLE_READ);
	}

}
