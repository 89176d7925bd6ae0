package dev.parallelchange.migration.jdbc.mirror;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.CopyTransaction;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanSql;

/**
 * Makes rows equal outside of the transactions that wrote them, for repair and for
 * pending keys alike, without undoing what such a transaction does meanwhile.
 *
 * <p>
 * It rests on two facts. A mirror locks the row on the side that it writes, even if that
 * row is equal already; so while a written row is locked here, every mirror of its key
 * has either ended and been seen, or comes later and has the last word. And a row to
 * derive from that is locked here cannot go before the one that is made from it is there
 * to be seen. A row that is on neither side is left alone. Each statement has a snapshot
 * of its own, which is newer than the locks.
 *
 * <p>
 * A row that somebody holds is left to the next time instead of waited for, and the locks
 * are given up before PostgreSQL would look for a deadlock, so that it is never a
 * business transaction that gives in. The transaction is marked as the copier's is: a
 * trigger that mirrored back what is removed here could take a row along that has been
 * written meanwhile.
 */
public final class KeySettlement {

	/**
	 * In one statement, since a row that appears between two of them would be taken for
	 * one that is not there.
	 */
	private static final String LOCK = """
			with keys as materialized (
				select {decoded}, item.value as item from jsonb_array_elements(cast(:keys as jsonb)) as item),
			origins as materialized (
				select keys.item from keys join {origin} on {is_origin}
				for no key update of {origin_alias} skip locked),
			written as materialized (
				select keys.item from keys join {written} on {is_written}
				for no key update of {written_alias} skip locked)
			select keys.item as key, origins.item is not null as origin, written.item is not null as written
			from keys left join origins on origins.item = keys.item left join written on written.item = keys.item
			where (origins.item is not null or not exists (select from {origin} where {is_origin}))
				and (written.item is not null or not exists (select from {written} where {is_written}))""";

	private static final String LIMIT = """
			select set_config('lock_timeout', :lock, true), set_config('statement_timeout', :statement, true),
				set_config('%s', :plan, true)""".formatted(CopyTransaction.COPYING);

	/** A fifth of the server's usual {@code deadlock_timeout}. */
	private static final Duration LOCK_TIMEOUT = Duration.ofMillis(200);

	private static final Duration MAX_HELD = Duration.ofMillis(900);

	private final MigrationDatabase database;

	private final KeyDerivation derivation;

	private final boolean locks;

	public KeySettlement(MigrationDatabase database) {
		this(database, true);
	}

	/**
	 * Create a settlement that can be shown to need its locks.
	 */
	public KeySettlement(MigrationDatabase database, boolean locks) {
		this.database = database;
		this.derivation = new KeyDerivation(database, locks);
		this.locks = locks;
	}

	/**
	 * Derive rows in the thread's transaction, which is at {@code READ COMMITTED} and
	 * must end soon.
	 * @param plan the plan
	 * @param written the side that is made equal
	 * @param keys the keys of the rows
	 * @return the keys whose rows stay equal unless somebody writes them; not those that
	 * somebody is writing now
	 */
	public Set<RowKey> settle(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
		return settle(plan, written, keys, (locked) -> Set.of());
	}

	/**
	 * Derive rows but for those that are left alone under the locks.
	 * @param leftAlone tells which of the locked keys are not to be written
	 */
	public Set<RowKey> settle(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys,
			Function<Set<RowKey>, Set<RowKey>> leftAlone) {
		if (keys.isEmpty()) {
			return Set.of();
		}
		Deadline deadline = new Deadline(plan, keys.size());
		if (!this.locks) {
			this.derivation.derive(plan, written, keys);
			return Set.copyOf(keys);
		}
		deadline.limit();
		List<Held> held = new ArrayList<>(lock(plan, written, keys));
		deadline.limit();
		Set<RowKey> left = leftAlone.apply(held.stream().map(Held::key).collect(Collectors.toSet()));
		held.removeIf((one) -> left.contains(one.key()));
		Set<RowKey> origins = keys(held, true);
		this.derivation.exchanging(plan, written, origins, () -> derive(plan, written, held, origins, deadline));
		deadline.limit();
		return held.stream().map(Held::key).collect(Collectors.toSet());
	}

	private int derive(DerivedPlan plan, MigrationSide written, List<Held> held, Set<RowKey> origins,
			Deadline deadline) {
		DerivationSql sql = new DerivationSql(plan);
		String parameter = new PlanSql(plan).keysOfParameter();
		Set<RowKey> removable = keys(held, false);
		removable.addAll(origins);
		int rows = 0;
		for (String statement : sql.removals(written, parameter)) {
			deadline.limit();
			rows += this.derivation.run(statement, removable);
		}
		for (String statement : sql.writes(written, parameter)) {
			deadline.limit();
			rows += this.derivation.run(statement, origins);
		}
		return rows;
	}

	private static Set<RowKey> keys(List<Held> held, boolean origin) {
		return held.stream()
			.filter((one) -> one.origin() == origin && (one.origin() || one.written()))
			.map(Held::key)
			.collect(Collectors.toCollection(HashSet::new));
	}

	private List<Held> lock(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
		PlanSql sql = new PlanSql(plan);
		MigrationSide origin = written.other();
		String statement = LOCK.replace("{decoded}", sql.decodedKey("item.value"))
			.replace("{origin}", sql.from(origin))
			.replace("{is_origin}", sql.keyEquals(origin, "keys"))
			.replace("{origin_alias}", PlanSql.alias(origin))
			.replace("{written}", sql.from(written))
			.replace("{is_written}", sql.keyEquals(written, "keys"))
			.replace("{written_alias}", PlanSql.alias(written));
		return this.database.sql(statement).param("keys", RowKey.toJsonArray(keys)).query(KeySettlement::held).list();
	}

	private static Held held(ResultSet rs, int row) throws SQLException {
		return new Held(new RowKey(rs.getString("key")), rs.getBoolean("origin"), rs.getBoolean("written"));
	}

	private record Held(RowKey key, boolean origin, boolean written) {

	}

	/**
	 * Many rows must be done before a deadlock is looked for, or are tried again one by
	 * one; a single row has little to wait for.
	 */
	private final class Deadline {

		private final long end = System.nanoTime() + MAX_HELD.toNanos();

		private final Duration longest;

		private final boolean single;

		private final String planId;

		Deadline(DerivedPlan plan, int keys) {
			this.longest = plan.plan().safety().statementTimeout();
			this.single = keys == 1;
			this.planId = plan.id();
		}

		void limit() {
			long left = this.single ? this.longest.toMillis()
					: Math.min(this.longest.toMillis(), (this.end - System.nanoTime()) / 1_000_000);
			KeySettlement.this.database.sql(LIMIT)
				.param("lock", LOCK_TIMEOUT.toMillis() + "ms")
				.param("statement", Math.max(1, left) + "ms")
				.param("plan", this.planId)
				.query((rs, row) -> true)
				.single();
		}

	}

}
