package dev.parallelchange.migration.jdbc.mirror;

import java.util.Collection;
import java.util.List;
import java.util.function.IntSupplier;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.SqlStates;

import org.springframework.dao.DataIntegrityViolationException;

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
	public KeyDerivation(MigrationDatabase database, boolean locks) {
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
			sql.lockOrigins(written, parameter).ifPresent((lock) -> lock("select " + lock, keys));
			sql.lock(written, parameter).ifPresent((lock) -> lock("select " + lock, keys));
		}
		List<String> statements = sql.statements(written, parameter);
		return exchanging(plan, written, keys,
				() -> statements.stream().mapToInt((statement) -> run(statement, keys)).sum());
	}

	private void lock(String statement, Collection<RowKey> keys) {
		this.database.sql(statement).param("keys", RowKey.toJsonArray(keys)).query(Long.class).single();
	}

	int run(String statement, Collection<RowKey> keys) {
		return keys.isEmpty() ? 0 : this.database.sql(statement).param("keys", RowKey.toJsonArray(keys)).update();
	}

	/**
	 * Do work that makes rows equal. Rows that collide may do so only on their way, as
	 * when two exchange a value.
	 */
	int exchanging(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys, IntSupplier work) {
		List<String> moves = new ExchangeSql(plan).statements(written, new PlanSql(plan).keysOfParameter());
		if (keys.size() < 2 || moves.isEmpty()) {
			return work.getAsInt();
		}
		this.database.sql("savepoint derivation").update();
		try {
			int rows = work.getAsInt();
			this.database.sql("release savepoint derivation").update();
			return rows;
		}
		catch (DataIntegrityViolationException ex) {
			if (!SqlStates.isCollision(ex)) {
				throw ex;
			}
			this.database.sql("rollback to savepoint derivation").update();
			moves.forEach((move) -> run(move, keys));
			return work.getAsInt();
		}
	}

}
