package dev.parallelchange.migration.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.mirror.PendingKeys;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.TransactionDefinition;

/**
 * Keeps pending keys in PostgreSQL.
 *
 * <p>
 * Entries are only appended by writers; applying a key derives its row in one snapshot
 * and removes the entries that were visible in that snapshot, so that a later entry stays
 * for the next time.
 */
public final class JdbcPendingKeys implements PendingKeys {

	private static final int BATCH_SIZE = 500;

	private static final int MAX_ATTEMPTS = 5;

	private static final String APPEND = """
			insert into %PREFIX%pending (plan_id, side, key, error)
			select :plan, :side, jsonb_build_array({ks}), :error from ({keys}) as keys order by {ks}""";

	private static final String CLAIM = """
			select id, key from %PREFIX%pending
			where plan_id = :plan and side = :side and next_attempt_at <= clock_timestamp()
			order by id limit :limit for update skip locked""";

	private static final String CLAIM_KEY = """
			select id, key from %PREFIX%pending
			where plan_id = :plan and side = :side and key = cast(:key as jsonb)
			for update skip locked""";

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

	private final KeyDerivation derivation;

	private final AcceptedDefinition accepted;

	public JdbcPendingKeys(MigrationDatabase database) {
		this(database, new AcceptedDefinition(database));
	}

	/**
	 * Create a store that can be shown to need its protection.
	 */
	JdbcPendingKeys(MigrationDatabase database, AcceptedDefinition accepted) {
		this.database = database;
		this.accepted = accepted;
		this.derivation = new KeyDerivation(database);
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
		return inSnapshot(plan, () -> {
			List<Entry> entries = this.database.sql(CLAIM)
				.param("plan", plan.id())
				.param("side", side.name())
				.param("limit", BATCH_SIZE)
				.query(JdbcPendingKeys::entry)
				.list();
			return apply(plan, side, entries);
		});
	}

	@Override
	public Batch apply(DerivedPlan plan, MigrationSide side, RowKey key) {
		return inSnapshot(plan,
				() -> apply(plan, side,
						this.database.sql(CLAIM_KEY)
							.param("plan", plan.id())
							.param("side", side.name())
							.param("key", key.json())
							.query(JdbcPendingKeys::entry)
							.list()));
	}

	/**
	 * Keys that somebody is writing at this moment wait for the next time, and so do keys
	 * for which a row was deleted: only another snapshot can tell whether the other side
	 * has brought the row back meanwhile.
	 */
	private Batch apply(DerivedPlan plan, MigrationSide side, List<Entry> entries) {
		Set<RowKey> keys = new HashSet<>();
		entries.forEach((entry) -> keys.add(entry.key()));
		if (keys.isEmpty()) {
			return new Batch(0, false);
		}
		KeyDerivation.Settled settled = settle(plan, side, keys);
		List<Long> done = new ArrayList<>();
		entries.stream()
			.filter((entry) -> settled.keys().contains(entry.key()))
			.forEach((entry) -> done.add(entry.id()));
		this.database.sql(REMOVE).param("ids", done.toArray(Long[]::new)).update();
		boolean full = entries.size() == BATCH_SIZE;
		return new Batch(settled.keys().size(), settled.removed() || (full && !settled.keys().isEmpty()));
	}

	/**
	 * A key that collides when it is alone is derived together with those that wait as
	 * well: rows that exchange a value can only do so together.
	 */
	private KeyDerivation.Settled settle(DerivedPlan plan, MigrationSide side, Set<RowKey> keys) {
		if (keys.size() > 1) {
			return this.derivation.deriveSettled(plan, side, keys);
		}
		this.database.sql("savepoint alone").update();
		try {
			return this.derivation.deriveSettled(plan, side, keys);
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
			return this.derivation.deriveSettled(plan, side, together);
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
		inSnapshot(plan, () -> {
			KeyDerivation.Settled settled = settle(plan, side, Set.of(key));
			if (!settled.keys().isEmpty()) {
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

	/**
	 * The wait for a lock ends before PostgreSQL looks for deadlocks, so that the victim
	 * is never a writer.
	 */
	private <T> T inSnapshot(DerivedPlan plan, java.util.function.Supplier<T> work) {
		return this.database.inTransaction(TransactionDefinition.ISOLATION_REPEATABLE_READ, () -> {
			this.database.sql("set local lock_timeout = 400").update();
			this.database.sql("set local statement_timeout = " + plan.plan().safety().statementTimeout().toMillis())
				.update();
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
