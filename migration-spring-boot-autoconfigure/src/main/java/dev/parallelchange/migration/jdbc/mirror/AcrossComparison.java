package dev.parallelchange.migration.jdbc.mirror;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.AcrossTransaction;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.SentRows;
import dev.parallelchange.migration.jdbc.VerificationSql;
import dev.parallelchange.migration.verify.Comparison;
import dev.parallelchange.migration.verify.Difference;
import dev.parallelchange.migration.verify.KeyRange;
import org.jspecify.annotations.Nullable;

/**
 * Compares both sides where rows travel through the application. There is no snapshot of
 * both, so the first look at a range only tells which keys to look at again. A look at
 * keys holds their locks in both databases: nobody makes these rows equal meanwhile, so a
 * row that is different, and not pending in the snapshot in which the leading side was
 * read, is a divergence.
 */
public final class AcrossComparison implements RowComparison {

	/**
	 * Rows are in memory while they are compared: as many as take some megabytes by what
	 * the statistics say of the table.
	 */
	private static final String FITTING = """
			select least(:rows, greatest(100, coalesce(8388608 * cast(nullif(greatest(c.reltuples, 0), 0) as numeric)
				/ nullif(greatest(pg_table_size(c.oid), (
					select sum(pg_table_size(relid)) from pg_partition_tree(c.oid))), 0), :rows)))
			from pg_class c where c.oid = cast(:table as regclass)""";

	private final PlanDatabases databases;

	private final DerivedPlan plan;

	private final MigrationDatabase source;

	private final MigrationDatabase target;

	private final SentRows sent;

	private final boolean locks;

	public AcrossComparison(PlanDatabases databases, DerivedPlan plan) {
		this(databases, plan, true);
	}

	/**
	 * Create a comparison that can be shown to need its protection.
	 */
	public AcrossComparison(PlanDatabases databases, DerivedPlan plan, boolean locks) {
		this.databases = databases;
		this.plan = plan;
		this.source = databases.of(plan, MigrationSide.SOURCE);
		this.target = databases.of(plan, MigrationSide.TARGET);
		this.sent = new SentRows(plan, MigrationSide.SOURCE);
		this.locks = locks;
	}

	/**
	 * The key of the source's chunk; the target has hardly any rows that the source
	 * lacks.
	 */
	@Override
	public Optional<RowKey> upper(@Nullable RowKey lower, int rows) {
		int fitting = this.source.sql(FITTING)
			.param("rows", rows)
			.param("table", this.plan.source().sql())
			.query(Integer.class)
			.single();
		return upper(MigrationSide.SOURCE, lower, fitting).or(() -> upper(MigrationSide.TARGET, lower, fitting));
	}

	private Optional<RowKey> upper(MigrationSide side, @Nullable RowKey lower, int rows) {
		return this.databases.of(this.plan, side)
			.sql(new VerificationSql(this.plan).upper(side, lower != null))
			.params(JdbcComparison.bounds(new KeyRange(lower, null)))
			.param("skip", rows - 1)
			.query(String.class)
			.optional()
			.map(RowKey::new);
	}

	@Override
	public Comparison compare(KeyRange range) {
		new AcrossTransaction(this.source).pin();
		return compare(range,
				this.sent.read(this.source, this.sent.select(within(range)), JdbcComparison.bounds(range)),
				sql().compare(range));
	}

	@Override
	public Comparison compareKeys(KeyRange range) {
		new AcrossTransaction(this.source).pin();
		String keys = this.source.sql(this.sent.selectKeys(within(range)))
			.params(JdbcComparison.bounds(range))
			.query(String.class)
			.single();
		return compare(range, keys, sql().compareKeys(range));
	}

	private Comparison compare(KeyRange range, String rows, String statement) {
		Map<String, String> parameters = JdbcComparison.bounds(range);
		parameters.put(SentRows.PARAMETER, rows);
		return inTarget(() -> JdbcComparison.compare(this.target, this.plan, statement, parameters));
	}

	private String within(KeyRange range) {
		return new VerificationSql(this.plan).within(MigrationSide.SOURCE, range);
	}

	@Override
	public Comparison compare(Collection<RowKey> keys) {
		return inTransaction(this.source, () -> {
			lock(this.source, keys);
			return inTarget(() -> {
				if (this.source != this.target) {
					lock(this.target, keys);
				}
				return compareLocked(keys);
			});
		});
	}

	private void lock(MigrationDatabase database, Collection<RowKey> keys) {
		if (this.locks) {
			new AcrossTransaction(database).lock(this.plan, keys);
		}
	}

	private Comparison compareLocked(Collection<RowKey> keys) {
		Map<String, String> parameters = new HashMap<>();
		parameters.put("keys", RowKey.toJsonArray(keys));
		Set<RowKey> pending = new HashSet<>();
		this.source.sql(rowsAndPending()).params(parameters).param("plan", this.plan.id()).query((rs) -> {
			parameters.put(SentRows.PARAMETER, this.sent.toJson(rs));
			for (String key : (String[]) rs.getArray("pending").getArray()) {
				pending.add(new RowKey(key));
			}
		});
		Comparison comparison = JdbcComparison.compare(this.target, this.plan, sql().compareSome(), parameters);
		List<Difference> differences = comparison.differences()
			.stream()
			.map((difference) -> new Difference(difference.key(), difference.kind(),
					difference.pending() || pending.contains(difference.key())))
			.toList();
		return new Comparison(comparison.compared(), differences);
	}

	/**
	 * One statement, so that both are of one snapshot.
	 */
	private String rowsAndPending() {
		return "select (%s) as rows, array(%s) as pending".formatted(
				this.sent.select(new PlanSql(this.plan).among(MigrationSide.SOURCE)),
				new VerificationSql(this.plan).pendingKeys());
	}

	private VerificationSql sql() {
		return new VerificationSql(this.sent.plan(), this.sent.sql());
	}

	/**
	 * Within one database the thread's transaction goes on.
	 */
	private <T> T inTarget(Supplier<T> work) {
		return (this.source == this.target) ? work.get() : inTransaction(this.target, work);
	}

	private <T> T inTransaction(MigrationDatabase database, Supplier<T> work) {
		return database.inTransaction(() -> {
			AcrossTransaction transaction = new AcrossTransaction(database);
			transaction.limit(this.plan.plan().safety());
			transaction.pin();
			return work.get();
		});
	}

}
