package dev.parallelchange.migration.jdbc.mirror;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RefusedRow;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.AcrossTransaction;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.mirror.PendingKeys;
import dev.parallelchange.migration.verify.Difference;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataIntegrityViolationException;

/**
 * Keeps the pending keys of plans whose rows travel through the application, each in the
 * database whose transaction has written the row; what is put aside is in the main
 * database. Keys of other plans are left to others.
 *
 * <p>
 * The other side is committed not later than its entries are removed, and only those
 * entries are removed that were there before the leading side was read: whatever fails in
 * between is done again.
 */
public final class AcrossPendingKeys implements PendingKeys {

	private static final int BATCH_SIZE = 500;

	private static final int MAX_ATTEMPTS = 5;

	private static final String CLAIM = """
			select id, cast(key as text) as key from %PREFIX%pending
			where plan_id = :plan and side = :side and next_attempt_at <= clock_timestamp()
			order by id limit :limit for update skip locked""";

	private static final String CLAIM_KEY = """
			select id, cast(key as text) as key from %PREFIX%pending
			where plan_id = :plan and side = :side and key = cast(:key as jsonb)
			order by id for update skip locked""";

	private static final String REMOVE = "delete from %PREFIX%pending where id = any(:ids)";

	private static final String POSTPONE = """
			update %PREFIX%pending set attempts = attempts + 1, error = :error,
				next_attempt_at = clock_timestamp() + make_interval(secs => 2 ^ (attempts + 1))
			where plan_id = :plan and side = :side and key = cast(:key as jsonb)
			returning id, attempts""";

	private static final String LOOK_LATER = """
			update %PREFIX%pending set next_attempt_at = clock_timestamp() + interval '10 s' where id = any(:ids)""";

	private static final String PUT_ASIDE = """
			insert into %PREFIX%quarantine (plan_id, side, key, error)
			values (:plan, :side, cast(:key as jsonb), :error)
			on conflict (plan_id, side, key) do update set error = excluded.error""";

	private static final String RELEASE = """
			delete from %PREFIX%quarantine where plan_id = :plan and side = :side and key = cast(:key as jsonb)""";

	private final PlanDatabases databases;

	private final PendingKeys within;

	private final AcrossDerivation derivation;

	/**
	 * Create the keeper.
	 * @param databases the databases of the plans' sides
	 * @param within keeps the keys of plans that a database mirrors alone
	 */
	public AcrossPendingKeys(PlanDatabases databases, PendingKeys within) {
		this(databases, within, new AcrossDerivation(databases));
	}

	AcrossPendingKeys(PlanDatabases databases, PendingKeys within, AcrossDerivation derivation) {
		this.databases = databases;
		this.within = within;
		this.derivation = derivation;
	}

	@Override
	public void append(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys, @Nullable String error) {
		keeper(plan, side).append(plan, side, keys, error);
	}

	@Override
	public void appendApart(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys) {
		keeper(plan, side).appendApart(plan, side, keys);
	}

	@Override
	public List<RowKey> due(DerivedPlan plan, MigrationSide side) {
		return keeper(plan, side).due(plan, side);
	}

	@Override
	public List<RowKey> quarantined(DerivedPlan plan, MigrationSide side) {
		return this.within.quarantined(plan, side);
	}

	@Override
	public Batch apply(DerivedPlan plan, MigrationSide side) {
		return plan.rowsTravel() ? apply(plan, side, CLAIM, null) : this.within.apply(plan, side);
	}

	@Override
	public Batch apply(DerivedPlan plan, MigrationSide side, RowKey key) {
		return plan.rowsTravel() ? apply(plan, side, CLAIM_KEY, key) : this.within.apply(plan, side, key);
	}

	private Batch apply(DerivedPlan plan, MigrationSide side, String claim, @Nullable RowKey key) {
		MigrationDatabase leading = this.databases.ofPending(plan.plan(), side);
		return leading.inTransaction(() -> {
			List<Entry> entries = claim(leading, plan, side, claim, key);
			Set<RowKey> keys = keys(entries);
			this.derivation.derive(plan, side, keys);
			change(leading, REMOVE, entries.stream());
			return new Batch(keys.size(), entries.size() == BATCH_SIZE);
		});
	}

	private static List<Entry> claim(MigrationDatabase database, DerivedPlan plan, MigrationSide side, String claim,
			@Nullable RowKey key) {
		new AcrossTransaction(database).limit(plan.plan().safety());
		return database.sql(claim)
			.param("plan", plan.id())
			.param("side", side.name())
			.param("key", (key != null) ? key.json() : null)
			.param("limit", BATCH_SIZE)
			.query((rs, row) -> new Entry(rs.getLong("id"), new RowKey(rs.getString("key"))))
			.list();
	}

	private static Set<RowKey> keys(List<Entry> entries) {
		return entries.stream().map(Entry::key).collect(Collectors.toSet());
	}

	private static int change(MigrationDatabase database, String statement, Stream<Entry> entries) {
		return database.sql(statement).param("ids", entries.map(Entry::id).toArray(Long[]::new)).update();
	}

	/**
	 * A row that cannot be compared, such as one that cannot be transformed, keeps no
	 * other's entry.
	 */
	@Override
	public void removeEqual(DerivedPlan plan, MigrationSide leading) {
		if (!plan.rowsTravel()) {
			return;
		}
		try {
			removeEqual(plan, leading, CLAIM, null);
		}
		catch (DataIntegrityViolationException ex) {
			due(plan, leading).forEach((key) -> removeOrLookLater(plan, leading, key));
		}
	}

	private void removeOrLookLater(DerivedPlan plan, MigrationSide leading, RowKey key) {
		try {
			removeEqual(plan, leading, CLAIM_KEY, key);
		}
		catch (DataIntegrityViolationException ex) {
			MigrationDatabase other = this.databases.ofPending(plan.plan(), leading);
			other.inTransaction(() -> change(other, LOOK_LATER, claim(other, plan, leading, CLAIM_KEY, key).stream()));
		}
	}

	private void removeEqual(DerivedPlan plan, MigrationSide leading, String claim, @Nullable RowKey key) {
		MigrationDatabase other = this.databases.ofPending(plan.plan(), leading);
		other.inTransaction(() -> {
			List<Entry> entries = claim(other, plan, leading, claim, key);
			if (entries.isEmpty()) {
				return 0;
			}
			Set<RowKey> different = new AcrossComparison(this.databases, plan).compare(keys(entries))
				.differences()
				.stream()
				.map(Difference::key)
				.collect(Collectors.toSet());
			return change(other, REMOVE, entries.stream().filter((entry) -> !different.contains(entry.key())))
					+ change(other, LOOK_LATER, entries.stream().filter((entry) -> different.contains(entry.key())));
		});
	}

	@Override
	public boolean postpone(DerivedPlan plan, MigrationSide side, RowKey key, String error) {
		if (!plan.rowsTravel()) {
			return this.within.postpone(plan, side, key, error);
		}
		MigrationDatabase leading = this.databases.ofPending(plan.plan(), side);
		return leading.inTransaction(() -> {
			List<Attempt> attempts = leading.sql(POSTPONE)
				.param("plan", plan.id())
				.param("side", side.name())
				.param("key", key.json())
				.param("error", error)
				.query(Attempt.class)
				.list();
			if (attempts.stream().noneMatch((attempt) -> attempt.attempts() >= MAX_ATTEMPTS)) {
				return false;
			}
			putAside(plan, side, key, error);
			leading.sql(REMOVE).param("ids", attempts.stream().map(Attempt::id).toArray(Long[]::new)).update();
			return true;
		});
	}

	/**
	 * In a transaction of its own: a key may be pending and put aside, but never neither.
	 */
	private void putAside(DerivedPlan plan, MigrationSide side, RowKey key, String error) {
		this.databases.main()
			.inTransaction(() -> this.databases.main()
				.sql(PUT_ASIDE)
				.param("plan", plan.id())
				.param("side", side.name())
				.param("key", key.json())
				.param("error", error)
				.update());
	}

	@Override
	public void release(DerivedPlan plan, MigrationSide side, RowKey key) {
		if (!plan.rowsTravel()) {
			this.within.release(plan, side, key);
			return;
		}
		this.derivation.deriveApart(plan, side, Set.of(key));
		this.databases.main()
			.inTransaction(() -> this.databases.main()
				.sql(RELEASE)
				.param("plan", plan.id())
				.param("side", side.name())
				.param("key", key.json())
				.update());
	}

	@Override
	public List<RefusedRow> refused(DerivedPlan plan) {
		List<RefusedRow> main = this.within.refused(plan);
		return plan.isAcrossDatabases()
				? Stream.concat(main.stream(), keeper(plan, MigrationSide.SOURCE).refused(plan).stream()).toList()
				: main;
	}

	@Override
	public Figures figures(DerivedPlan plan) {
		Figures main = this.within.figures(plan);
		if (!plan.isAcrossDatabases()) {
			return main;
		}
		Figures other = keeper(plan, MigrationSide.SOURCE).figures(plan);
		return new Figures(main.toTarget() + other.toTarget(), main.toSource() + other.toSource(),
				older(main.oldestToTarget(), other.oldestToTarget()), older(main.oldest(), other.oldest()),
				(main.lastError() != null) ? main.lastError() : other.lastError(),
				main.quarantined() + other.quarantined());
	}

	private static Optional<Duration> older(Optional<Duration> one, Optional<Duration> other) {
		return Stream.concat(one.stream(), other.stream()).max(Duration::compareTo);
	}

	/**
	 * What is the same in each database.
	 */
	private PendingKeys keeper(DerivedPlan plan, MigrationSide side) {
		MigrationDatabase database = this.databases.ofPending(plan.plan(), side);
		return (database == this.databases.main()) ? this.within : new JdbcPendingKeys(database);
	}

	private record Entry(long id, RowKey key) {

	}

	/**
	 * A failed attempt of an entry.
	 */
	record Attempt(long id, int attempts) {

	}

}
