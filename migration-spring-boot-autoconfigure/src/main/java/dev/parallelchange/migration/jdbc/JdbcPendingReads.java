package dev.parallelchange.migration.jdbc;

import java.util.Collection;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.routing.PendingReads;

import org.springframework.transaction.TransactionDefinition;

/**
 * Asks the tables of pending and quarantined keys whether rows are up to date.
 */
public final class JdbcPendingReads implements PendingReads {

	private static final String PENDING = """
			with wanted as (select jsonb_build_array({ks}) as key from ({keys}) as keys)
			select exists (
				select from %PREFIX%pending where plan_id = :plan and side = :side and key in (select key from wanted)
			) or exists (
				select from %PREFIX%quarantine where plan_id = :plan and side = :side and key in (select key from wanted)
			)
			""";

	private static final String ANY_PENDING = """
			select exists (select from %PREFIX%pending where plan_id = :plan and side = :side)
				or exists (select from %PREFIX%quarantine where plan_id = :plan and side = :side)
			""";

	private final MigrationDatabase database;

	public JdbcPendingReads(MigrationDatabase database) {
		this.database = database;
	}

	@Override
	public boolean isPending(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys) {
		PlanSql sql = new PlanSql(plan);
		return this.database.sql(PENDING.replace("{ks}", sql.ks()).replace("{keys}", sql.keysOfParameter()))
			.param("plan", plan.id())
			.param("side", side.name())
			.param("keys", RowKey.toJsonArray(keys))
			.query(Boolean.class)
			.single();
	}

	@Override
	public boolean isAnyPending(String planId, MigrationSide side) {
		return this.database.sql(ANY_PENDING)
			.param("plan", planId)
			.param("side", side.name())
			.query(Boolean.class)
			.single();
	}

	@Override
	public void takeSnapshot() {
		this.database.isolate(TransactionDefinition.ISOLATION_REPEATABLE_READ);
	}

}
