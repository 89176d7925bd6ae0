package dev.parallelchange.migration.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.RowKey;

import org.springframework.dao.DataIntegrityViolationException;

/**
 * Makes one side's rows equal to the other's for given keys.
 */
public final class KeyDerivation {

	/**
	 * A row to derive from must neither change nor go while another is made from it: when
	 * the business happens to make both rows equal meanwhile, its mirror writes nothing
	 * that would make this transaction fail. A row that somebody is writing is left to
	 * the next time.
	 */
	private static final String LOCK_ORIGINS = """
			select keys.item as key from (select {decoded}, item.value as item
				from jsonb_array_elements(cast(:keys as jsonb)) as item) as keys
			join {origin} on {matches}
			order by {key} for share of {alias} skip locked""";

	private static final String ABSENT_ORIGINS = """
			select keys.item as key from (select {decoded}, item.value as item
				from jsonb_array_elements(cast(:keys as jsonb)) as item) as keys
			where not exists (select from {origin} where {matches})""";

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
		return run(plan, written, keys).stream().mapToInt(Integer::intValue).sum();
	}

	/**
	 * Derive rows in the thread's transaction, which is at {@code REPEATABLE READ} and
	 * has not written either side itself.
	 * @param plan the plan
	 * @param written the side that is made equal
	 * @param keys the keys of the rows
	 * @return the keys whose rows are certain to stay equal unless somebody writes them
	 */
	public Settled deriveSettled(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
		if (plan.shape() == PlanShape.COLUMN) {
			derive(plan, written, keys);
			return new Settled(Set.copyOf(keys), false);
		}
		Set<RowKey> locked = origins(LOCK_ORIGINS, plan, written.other(), keys);
		Set<RowKey> absent = origins(ABSENT_ORIGINS, plan, written.other(), keys);
		Set<RowKey> settled = new HashSet<>();
		boolean removed = false;
		for (Set<RowKey> group : List.of(absent, locked)) {
			List<Integer> rows = run(plan, written, group);
			if (!rows.isEmpty() && rows.get(0) > 0) {
				removed = true;
			}
			else {
				settled.addAll(group);
			}
		}
		return new Settled(settled, removed);
	}

	private List<Integer> run(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
		if (keys.isEmpty()) {
			return List.of();
		}
		String parameter = RowKey.toJsonArray(keys);
		String keysOfParameter = new PlanSql(plan).keysOfParameter();
		List<String> statements = new DerivationSql(plan).statements(written, keysOfParameter);
		List<String> moves = new ExchangeSql(plan).statements(written, keysOfParameter);
		return (keys.size() > 1 && !moves.isEmpty()) ? runOrExchange(statements, moves, parameter)
				: run(statements, parameter);
	}

	/**
	 * Rows that collide may do so only on their way, as when two exchange a value.
	 */
	private List<Integer> runOrExchange(List<String> statements, List<String> moves, String keys) {
		this.database.sql("savepoint derivation").update();
		try {
			List<Integer> rows = run(statements, keys);
			this.database.sql("release savepoint derivation").update();
			return rows;
		}
		catch (DataIntegrityViolationException ex) {
			if (!SqlStates.isCollision(ex)) {
				throw ex;
			}
			this.database.sql("rollback to savepoint derivation").update();
			run(moves, keys);
			return run(statements, keys);
		}
	}

	private List<Integer> run(List<String> statements, String keys) {
		List<Integer> rows = new ArrayList<>();
		for (String statement : statements) {
			rows.add(this.database.sql(statement).param("keys", keys).update());
		}
		return rows;
	}

	private Set<RowKey> origins(String query, DerivedPlan plan, MigrationSide origin, Collection<RowKey> keys) {
		PlanSql sql = new PlanSql(plan);
		String statement = query.replace("{decoded}", sql.decodedKey("item.value"))
			.replace("{origin}", sql.from(origin))
			.replace("{matches}", sql.keyEquals(origin, "keys"))
			.replace("{key}", sql.key(origin))
			.replace("{alias}", PlanSql.alias(origin));
		return new HashSet<>(this.database.sql(statement)
			.param("keys", RowKey.toJsonArray(keys))
			.query((rs, row) -> new RowKey(rs.getString("key")))
			.list());
	}

	/**
	 * What has been derived for good.
	 *
	 * @param keys the keys that are done
	 * @param removed whether rows were removed, so that their keys must be looked at
	 * again
	 */
	public record Settled(Set<RowKey> keys, boolean removed) {

	}

}
