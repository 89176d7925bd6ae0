package dev.parallelchange.migration.jdbc.mirror;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
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
	 * Derive rows in the thread's transaction. A row that appears after those to derive
	 * from have been locked is left to whoever writes it.
	 * @param plan the plan
	 * @param written the side that is made equal
	 * @param keys the keys of the rows
	 * @return the number of rows that have been written
	 */
	public int derive(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
		DerivationSql sql = new DerivationSql(plan);
		String parameter = new PlanSql(plan).keysOfParameter();
		Collection<RowKey> origins = this.locks ? lock(sql, written, parameter, keys) : keys;
		return exchanging(plan, written, keys,
				() -> run(sql.removals(written, parameter), keys) + run(sql.writes(written, parameter), origins));
	}

	private Collection<RowKey> lock(DerivationSql sql, MigrationSide written, String parameter,
			Collection<RowKey> keys) {
		String json = RowKey.toJsonArray(keys);
		Optional<List<RowKey>> origins = sql.lockOrigins(written)
			.map((lock) -> this.database.sql(lock)
				.param("keys", json)
				.query((rs, row) -> new RowKey(rs.getString("key")))
				.list());
		sql.lock(written, parameter)
			.ifPresent((lock) -> this.database.sql("select " + lock).param("keys", json).query(Long.class).single());
		return origins.isPresent() ? origins.get() : keys;
	}

	private int run(List<String> statements, Collection<RowKey> keys) {
		return statements.stream().mapToInt((statement) -> run(statement, keys)).sum();
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
