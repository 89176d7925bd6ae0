package dev.parallelchange.migration.jdbc;

import java.util.Collection;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;

/**
 * Makes one side's rows equal to the other's for given keys.
 */
public final class KeyDerivation {

	private final MigrationDatabase database;

	public KeyDerivation(MigrationDatabase database) {
		this.database = database;
	}

	/**
	 * Derive rows in the thread's transaction.
	 * @param plan the plan
	 * @param written the side that is made equal
	 * @param keys the keys of the rows
	 * @return the number of rows that have been written
	 */
	public int derive(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
		String parameter = RowKey.toJsonArray(keys);
		int rows = 0;
		for (String statement : new DerivationSql(plan).statements(written, new PlanSql(plan).keysOfParameter())) {
			rows += this.database.sql(statement).param("keys", parameter).update();
		}
		return rows;
	}

}
