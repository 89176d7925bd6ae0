package dev.parallelchange.migration.jdbc;

import java.util.Collection;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;

/**
 * Makes one side's rows equal to the other's for given keys, in the transaction that has
 * written the other side.
 */
public final class KeyDerivation {

	private final MigrationDatabase database;

	private final boolean locks;

	public KeyDerivation(MigrationDatabase database) {
		this(database, true);
	}

	/**
	 * Create a derivation that can be shown to need its locks.
	 */
	KeyDerivation(MigrationDatabase database, boolean locks) {
		this.database = database;
		this.locks = locks;
	}

	/**
	 * Derive rows in the thread's transaction.
	 * @param plan the plan
	 * @param written the side that is made equal
	 * @param keys the keys of the rows
	 * @return the number of rows that have been written
	 */
	public int derive(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
		DerivationSql sql = new DerivationSql(plan);
		String parameter = new PlanSql(plan).keysOfParameter();
		if (this.locks) {
			sql.lock(written, parameter).ifPresent((lock) -> lock("select " + lock, keys));
		}
		return sql.statements(written, parameter).stream().mapToInt((statement) -> run(statement, keys)).sum();
	}

	private void lock(String statement, Collection<RowKey> keys) {
		this.database.sql(statement).param("keys", RowKey.toJsonArray(keys)).query(Long.class).single();
	}

	int run(String statement, Collection<RowKey> keys) {
		return keys.isEmpty() ? 0 : this.database.sql(statement).param("keys", RowKey.toJsonArray(keys)).update();
	}

}
