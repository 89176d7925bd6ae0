package dev.parallelchange.migration.jdbc.mirror;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RefusedRow;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.AcceptedDefinition;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.RefusedRows;
import dev.parallelchange.migration.jdbc.SqlStates;
import dev.parallelchange.migration.mirror.PendingKeys;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataIntegrityViolationException;

/**
 * Keeps pending keys in PostgreSQL.
 *
 * <p>
 * Entries are only appended by writers; applying a key takes the entries that are there,
 * derives the row from what is read after that, and removes those entries, so that a
 * later entry stays for the next time.
 */
public final class JdbcPendingKeys implements PendingKeys {

	private static final int BATCH_SIZE = 500;

	private static final int MAX_ATTEMPTS = 5;

	/**
	 * Behind a savepoint, so that entries have the id of a transaction that is younger
	 * than all which theirs has waited for.
	 */
	private static final String APPEND = """
			savepoint migration_pending;
			insert into %PREFIX%pending (plan_id, side, key, error)
			select :plan, :side, jsonb_build_array({ks}), :error from ({keys}) as keys order by {ks};
			release savepoint migration_pending""";

	/**
	 * Where both sides wait for a key, the later write has the last word: the other one
	 * must not undo it.
	 */
	private static final String LATEST = """
			:side = (select latest.side from %PREFIX%pending as latest
				where latest.plan_id = pending.plan_id and latest.key = pending.key order by latest.id desc limit 1)""";

	/**
	 * The planner takes a table that fills and empties for a small one, and would sort
	 * all of its entries to find the first. Whatever follows may sort again.
	 */
	private static final String SORTING = """
			select set_config('enable_bitmapscan', :allowed, true), set_config('enable_sort', :allowed, true)""";

	private static final String CLAIM = """
			select id, key from %PREFIX%pending as pending
			where plan_id = :plan and next_attempt_at <= clock_timestamp() and {latest}
			order by id limit :limit for update skip locked""".replace("{latest}", LATEST);

	private static final String CLAIM_KEY = """
			select id, key from %PREFIX%pending as pending
			where plan_id = :plan and key = cast(:key as jsonb) and {latest}
			for update skip locked""".replace("{latest}", LATEST);

	private static final String DUE = """
			select key from %PREFIX%pending
			where plan_id = :plan and side = :side and next_attempt_at <= clock_timestamp()
			group by key order by min(id) limit :limit""";

	private static final String REMOVE = "delete from %PREFIX%pending where id = any(:ids)";

	private static final String POSTPONE = """
			update %PREFIX%pending set attempts = attempts + 1, error = :error,
				next_attempt_at = clock_timestamp() + make_interval(secs => 2 ^ (attempts + 1))
			where plan_id = :plan and side = :side and key = cast(:key as jsonb)
			returning attempts""";

	private static final String QUARANTINE = """
			with removed as (
				delete from %PREFIX%pending
				where plan_id = :plan and side = :side and key = cast(:key as jsonb) returning key)
			insert into %PREFIX%quarantine (plan_id, side, key, error)
			select distinct :plan, :side, key, :error from removed
			on conflict (plan_id, side, key) do update set error = excluded.error""";

	private static final String QUARANTINED = """
			select key from %PREFIX%quarantine where plan_id = :plan and side = :side order by random() limit :limit""";

	/**
	 * Others that wait; one of them may hold what a key cannot have.
	 */
	private static final String WAITING = """
			select key from (
				select key from %PREFIX%pending where plan_id = :plan and side = :side
				union select key from %PREFIX%quarantine where plan_id = :plan and side = :side) as waiting
			order by random() limit least(:limit, 100)""";

	private static final String RELEASE = """
			delete from %PREFIX%quarantine where plan_id = :plan and side = :side and key = cast(:key as jsonb)""";

	private static final String FIGURES = """
			select count(distinct key) filter (where side = 'TARGET') as to_target,
				count(distinct key) filter (where side = 'SOURCE') as to_source,
				extract(epoch from clock_timestamp() - min(created_at) filter (where side = 'TARGET'))
					as oldest_to_target,
				extract(epoch from clock_timestamp() - min(created_at)) as oldest,
				(select error from %PREFIX%pending where plan_id = :plan and error is not null order by id desc limit 1)
					as last_error,
				(select count(*) from %PREFIX%quarantine where plan_id = :plan) as quarantined
			from %PREFIX%pending where plan_id = :plan""";

	private final MigrationDatabase database;

	private final KeySettlement settlement;

	private final AcceptedDefinition accepted;

	public JdbcPendingKeys(MigrationDatabase database) {
		this(database, new KeySettlement(database), new AcceptedDefinition(database));
	}

	public JdbcPendingKeys(MigrationDatabase database, KeySettlement settlement) {
		this(database, settlement, new AcceptedDefinition(database));
	}

	public JdbcPendingKeys(MigrationDatabase database, AcceptedDefinition accepted) {
		this(database, new KeySettlement(database), accepted);
	}

	/**
	 * Create a store that can be shown to need its protection.
	 */
	public JdbcPendingKeys(MigrationDatabase database, KeySettlement settlement, AcceptedDefinition accepted) {
		this.database = database;
		this.settlement = settlement;
		this.accepted = accepted;
	}

	@Override
	public void append(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys, @Nullable String error) {
		PlanSql sql = new PlanSql(plan);
		this.database.sql(APPEND.replace("{ks}", sql.ks()).replace("{keys}", sql.keysOfParameter()))
			.param("plan", plan.id())
			.param("side", side.name())
			.param("keys", RowKey.toJsonArray(keys))
			.param("error", error, java.sql.Types.VARCHAR)
			.update();
	}

	@Override
	public void appendApart(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys) {
		this.database.inTransaction(() -> {
			append(plan, side, keys, null);
			return true;
		});
	}

	@Override
	public Batch apply(DerivedPlan plan, MigrationSide side) {
		return inTransaction(plan, () -> {
			allowSorting("off");
			List<Entry> entries = this.database.sql(CLAIM)
				.param("plan", plan.id())
				.param("side", side.name())
				.param("limit", BATCH_SIZE)
				.query(JdbcPendingKeys::entry)
				.list();
			allowSorting("on");
			return apply(plan, side, entries);
		});
	}

	private void allowSorting(String allowed) {
		this.database.sql(SORTING).param("allowed", allowed).query((rs) -> {
		});
	}

	@Override
	public Batch apply(DerivedPlan plan, MigrationSide side, RowKey key) {
		return inTransaction(plan,
				() -> apply(plan, side,
						this.database.sql(CLAIM_KEY)
							.param("plan", plan.id())
							.param("side", side.name())
							.param("key", key.json())
							.query(JdbcPendingKeys::entry)
							.list()));
	}

	/**
	 * Entries that appear after the claim stay, whatever is read after it. Keys that
	 * somebody is writing at this moment wait for the next time. What somebody wrote
	 * around the proxies after the entry is for a person to decide.
	 */
	private Batch apply(DerivedPlan plan, MigrationSide side, List<Entry> entries) {
		Set<RowKey> keys = entries.stream().map(Entry::key).collect(Collectors.toSet());
		JdbcConflicts conflicts = new JdbcConflicts(this.database, plan);
		Set<RowKey> left = new HashSet<>();
		Set<RowKey> settled = new HashSet<>(settle(plan, side, keys, (locked) -> {
			left.clear();
			left.addAll(conflicts.addLater(side, locked));
			return left;
		}));
		settled.addAll(left);
		Long[] done = entries.stream()
			.filter((entry) -> settled.contains(entry.key()))
			.map(Entry::id)
			.toArray(Long[]::new);
		this.database.sql(REMOVE).param("ids", done).update();
		return new Batch(settled.size(), entries.size() == BATCH_SIZE && !settled.isEmpty());
	}

	/**
	 * A key that collides when it is alone is derived together with those that wait as
	 * well: rows that exchange a value can only do so together.
	 */
	private Set<RowKey> settle(DerivedPlan plan, MigrationSide side, Set<RowKey> keys,
			Function<Set<RowKey>, Set<RowKey>> leftAlone) {
		if (keys.size() != 1) {
			return this.settlement.settle(plan, side, keys, leftAlone);
		}
		this.database.sql("savepoint alone").update();
		try {
			return this.settlement.settle(plan, side, keys, leftAlone);
		}
		catch (DataIntegrityViolationException ex) {
			Set<RowKey> together = new HashSet<>(keys);
			if (SqlStates.isCollision(ex)) {
				this.database.sql("rollback to savepoint alone").update();
				together.addAll(keys(WAITING, plan, side));
			}
			if (together.size() == 1) {
				throw ex;
			}
			return this.settlement.settle(plan, side, together, leftAlone);
		}
	}

	@Override
	public List<RowKey> due(DerivedPlan plan, MigrationSide side) {
		return keys(DUE, plan, side);
	}

	@Override
	public boolean postpone(DerivedPlan plan, MigrationSide side, RowKey key, String error) {
		return this.database.inTransaction(() -> {
			List<Integer> attempts = this.database.sql(POSTPONE)
				.param("plan", plan.id())
				.param("side", side.name())
				.param("key", key.json())
				.param("error", error)
				.query(Integer.class)
				.list();
			if (attempts.stream().noneMatch((attempt) -> attempt >= MAX_ATTEMPTS)) {
				return false;
			}
			this.database.sql(QUARANTINE)
				.param("plan", plan.id())
				.param("side", side.name())
				.param("key", key.json())
				.param("error", error)
				.update();
			return true;
		});
	}

	@Override
	public List<RowKey> quarantined(DerivedPlan plan, MigrationSide side) {
		return keys(QUARANTINED, plan, side);
	}

	@Override
	public void release(DerivedPlan plan, MigrationSide side, RowKey key) {
		inTransaction(plan, () -> {
			if (!settle(plan, side, Set.of(key), new JdbcConflicts(this.database, plan)::among).isEmpty()) {
				this.database.sql(RELEASE)
					.param("plan", plan.id())
					.param("side", side.name())
					.param("key", key.json())
					.update();
			}
			return true;
		});
	}

	@Override
	public List<RefusedRow> refused(DerivedPlan plan) {
		return RefusedRows.pending(this.database, plan);
	}

	@Override
	public Figures figures(DerivedPlan plan) {
		return this.database.sql(FIGURES)
			.param("plan", plan.id())
			.query((rs, row) -> new Figures(rs.getLong("to_target"), rs.getLong("to_source"),
					age(rs, "oldest_to_target"), age(rs, "oldest"), rs.getString("last_error"),
					rs.getLong("quarantined")))
			.single();
	}

	private List<RowKey> keys(String query, DerivedPlan plan, MigrationSide side) {
		return this.database.sql(query)
			.param("plan", plan.id())
			.param("side", side.name())
			.param("limit", BATCH_SIZE)
			.query((rs, row) -> new RowKey(rs.getString("key")))
			.list();
	}

	private <T> T inTransaction(DerivedPlan plan, Supplier<T> work) {
		return this.database.inTransaction(() -> {
			T result = work.get();
			this.accepted.hold(plan);
			return result;
		});
	}

	private static Optional<Duration> age(ResultSet rs, String column) throws SQLException {
		double seconds = rs.getDouble(column);
		return rs.wasNull() ? Optional.empty() : Optional.of(Duration.ofMillis(Math.round(seconds * 1000)));
	}

	private static Entry entry(ResultSet rs, int row) throws SQLException {
		return new Entry(rs.getLong("id"), new RowKey(rs.getString("key")));
	}

	private record Entry(long id, RowKey key) {

	}

}
