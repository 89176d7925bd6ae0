package dev.parallelchange.migration.jdbc.verify;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntSupplier;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.DivergenceKind;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.Reconciliation;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.VerificationStatus.Divergence;
import dev.parallelchange.migration.jdbc.AcceptedDefinition;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.VerificationSql;
import dev.parallelchange.migration.jdbc.mirror.AcrossComparison;
import dev.parallelchange.migration.jdbc.mirror.AcrossDerivation;
import dev.parallelchange.migration.jdbc.mirror.JdbcComparison;
import dev.parallelchange.migration.jdbc.mirror.JdbcConflicts;
import dev.parallelchange.migration.jdbc.mirror.KeySettlement;
import dev.parallelchange.migration.jdbc.mirror.RowComparison;
import dev.parallelchange.migration.verify.Difference;
import dev.parallelchange.migration.verify.Pass;
import dev.parallelchange.migration.verify.PassClaim;
import dev.parallelchange.migration.verify.PassOverview;
import dev.parallelchange.migration.verify.VerificationStore;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.RowMapper;
import org.springframework.transaction.TransactionDefinition;

/**
 * Keeps passes and divergences in the library's tables, and compares and repairs rows by
 * the mapping statement.
 */
public final class JdbcVerificationStore implements VerificationStore {

	static final RowMapper<Pass> PASS = (rs, row) -> new Pass(rs.getLong("id"), rs.getLong("epoch"),
			rs.getBoolean("repair"), key(rs), rs.getLong("rows_estimated"), rs.getLong("compared"),
			rs.getLong("missing"), rs.getLong("orphan"), rs.getLong("different"), rs.getLong("unconfirmed"),
			rs.getLong("repaired"), rs.getTimestamp("started_at").toInstant(), instant(rs, "finished_at"));

	private static final String PLAN = """
			select plan.epoch, plan.reconcile, plan.lookups_written_at, clock_timestamp() as now, (
				select max(pass.started_at) from %PREFIX%pass as pass
				where pass.plan_id = plan.id and pass.epoch = plan.epoch and pass.fingerprint = :fingerprint
					and pass.finished_at is not null
					and pass.missing + pass.orphan + pass.different = 0) as clean_since
			from %PREFIX%plan as plan where plan.id = :plan""";

	private static final String LATEST = """
			select * from %PREFIX%pass where plan_id = :plan and fingerprint = :fingerprint order by id desc limit 20""";

	private static final String SAMPLES = """
			select cast(key as text) as key, kind, first_seen, error, changed, conflict from %PREFIX%divergence
			where plan_id = :plan order by conflict desc, first_seen, key limit :limit""";

	private static final String CONFLICTS = """
			select count(*) from %PREFIX%divergence where plan_id = :plan and conflict""";

	/**
	 * A person can only have decided about what was shown.
	 */
	private static final String DECIDED = """
			select cast(key as text) from %PREFIX%divergence as divergence
			where plan_id = :plan and conflict and first_seen <= (
					select reconcile_requested_at from %PREFIX%plan where id = :plan)
				and (cast(:after as jsonb) is null or key > cast(:after as jsonb))
			order by divergence.key limit :limit""";

	private static final String VERIFY_AFTER = """
			update %PREFIX%plan set reconcile = 'VERIFY', reconcile_requested_at = clock_timestamp()
			where id = :plan and reconcile = :decision""";

	private static final String GIVE_UP = """
			delete from %PREFIX%pass where plan_id = :plan and finished_at is null
				and (epoch < :epoch or fingerprint <> :fingerprint)""";

	private static final String BEGIN = """
			insert into %%PREFIX%%pass (plan_id, epoch, fingerprint, repair, rows_estimated)
			select plan.id, plan.epoch, :fingerprint, :repair, coalesce((
				select cast(greatest(max(reltuples), 0) as bigint) from pg_class
				where oid in (to_regclass(:source), to_regclass(:target))), 0)
			from %%PREFIX%%plan as plan
			where plan.id = :plan and plan.epoch = :epoch and %s
				and not exists (select from %%PREFIX%%pass as later
					where later.plan_id = plan.id and later.fingerprint = :fingerprint and later.id > :last)
			on conflict (plan_id) where finished_at is null do nothing""".formatted(AcceptedDefinition.FITS);

	private static final String CLAIM = """
			select pass.* from %%PREFIX%%pass as pass
			where pass.plan_id = :plan and pass.finished_at is null and pass.epoch = :epoch
				and pass.fingerprint = :fingerprint
				and exists (select from %%PREFIX%%plan as plan
					where plan.id = pass.plan_id and plan.epoch = pass.epoch and %s)
			for update of pass skip locked""".formatted(AcceptedDefinition.FITS);

	private static final String LOCK_EPOCH = """
			select epoch from %%PREFIX%%plan as plan where id = :plan and epoch = :epoch and %s for share"""
		.formatted(AcceptedDefinition.FITS);

	private static final String FORGET = """
			delete from %PREFIX%divergence as divergence using jsonb_array_elements(cast(:keys as jsonb)) as item
			where divergence.plan_id = :plan and divergence.key = item.value""";

	private static final String ADD_REPAIRED = """
			update %PREFIX%pass set repaired = repaired + :rows where id = :pass""";

	private static final String ADD_ERROR = """
			update %PREFIX%divergence set error = :error where plan_id = :plan and key = cast(:key as jsonb)""";

	private static final String LIMIT = """
			select set_config('lock_timeout', :lock, true), set_config('statement_timeout', :statement, true),
				set_config('synchronous_commit',
					case when :durable then current_setting('synchronous_commit') else 'off' end, true)""";

	private static final String NOT_THE_INVERSE = "still different after it has been derived; "
			+ "the mapping and the reverse do not fit this row";

	private static final Duration MAX_LOCK_TIMEOUT = Duration.ofMillis(500);

	private final MigrationDatabase database;

	private final PlanDatabases databases;

	private final KeySettlement settlement;

	private final int repairIsolation;

	/**
	 * Create the store.
	 * @param database the database of the plans' tables
	 */
	public JdbcVerificationStore(MigrationDatabase database) {
		this(PlanDatabases.within(database));
	}

	/**
	 * Create the store.
	 * @param databases the databases of the plans' tables
	 */
	public JdbcVerificationStore(PlanDatabases databases) {
		this(databases, new KeySettlement(databases.main()), TransactionDefinition.ISOLATION_READ_COMMITTED);
	}

	/**
	 * Create a store whose repair can be shown to need its protection.
	 */
	JdbcVerificationStore(MigrationDatabase database, KeySettlement settlement, int repairIsolation) {
		this(PlanDatabases.within(database), settlement, repairIsolation);
	}

	private JdbcVerificationStore(PlanDatabases databases, KeySettlement settlement, int repairIsolation) {
		this.database = databases.main();
		this.databases = databases;
		this.settlement = settlement;
		this.repairIsolation = repairIsolation;
	}

	@Override
	public PassOverview overview(DerivedPlan plan) {
		List<Pass> passes = this.database.sql(LATEST).params(plan(plan)).query(PASS).list();
		Pass running = passes.stream().filter((pass) -> pass.finishedAt() == null).findFirst().orElse(null);
		List<Pass> finished = passes.stream().filter((pass) -> pass.finishedAt() != null).toList();
		return this.database.sql(PLAN).params(plan(plan)).query((rs, row) -> {
			String request = rs.getString("reconcile");
			return new PassOverview(rs.getLong("epoch"), rs.getTimestamp("now").toInstant(),
					(request != null) ? Reconciliation.valueOf(request) : null, instant(rs, "clean_since"),
					instant(rs, "lookups_written_at"), running, finished);
		}).optional().orElseGet(() -> new PassOverview(0, Instant.EPOCH, null, null, null, running, finished));
	}

	@Override
	public List<Divergence> samples(DerivedPlan plan, int limit) {
		return this.database.sql(SAMPLES)
			.param("plan", plan.id())
			.param("limit", limit)
			.query((rs, row) -> new Divergence(rs.getString("key"), DivergenceKind.valueOf(rs.getString("kind")),
					rs.getTimestamp("first_seen").toInstant(), rs.getString("error"), side(rs.getString("changed")),
					rs.getBoolean("conflict")))
			.list();
	}

	@Override
	public void begin(DerivedPlan plan, PassOverview seen, boolean repair) {
		this.database.inTransaction(() -> {
			limit(plan, true);
			this.database.sql(GIVE_UP).params(plan(plan)).param("epoch", seen.epoch()).update();
			Pass last = seen.last();
			return this.database.sql(BEGIN)
				.params(plan(plan))
				.param("epoch", seen.epoch())
				.param("repair", repair)
				.param("source", plan.table(MigrationSide.SOURCE).sql())
				.param("target", plan.table(MigrationSide.TARGET).sql())
				.param("last", (last != null) ? last.id() : 0)
				.update();
		});
	}

	/**
	 * What has been found and how far the pass has come may be lost together when the
	 * server crashes: the rows are compared again then.
	 */
	@Override
	public <T> Optional<T> claim(DerivedPlan plan, long epoch, Function<PassClaim, T> work) {
		return this.database.inTransaction(() -> {
			limit(plan, false);
			return this.database.sql(CLAIM)
				.params(plan(plan))
				.param("epoch", epoch)
				.query(PASS)
				.optional()
				.map((pass) -> work.apply(new JdbcPassClaim(this.database, plan, pass, comparison(plan))));
		});
	}

	@Override
	public long conflicts(DerivedPlan plan) {
		return this.database.sql(CONFLICTS).param("plan", plan.id()).query(Long.class).single();
	}

	@Override
	public List<RowKey> decidedConflicts(DerivedPlan plan, @Nullable RowKey after, int limit) {
		return this.database.sql(DECIDED)
			.param("plan", plan.id())
			.param("after", (after != null) ? after.json() : null, java.sql.Types.VARCHAR)
			.param("limit", limit)
			.query(String.class)
			.list()
			.stream()
			.map(RowKey::new)
			.toList();
	}

	@Override
	public void verifyAfter(DerivedPlan plan, Reconciliation decision) {
		this.database.sql(VERIFY_AFTER).param("plan", plan.id()).param("decision", decision.name()).update();
	}

	@Override
	public OptionalInt resolve(DerivedPlan plan, long epoch, MigrationSide kept, List<RowKey> keys) {
		return inEpoch(plan, epoch, () -> {
			int equal = settle(plan, kept.other(), keys, (locked) -> Set.of());
			return (kept == MigrationSide.TARGET) ? equal + bringBack(plan, keys) : equal;
		});
	}

	/**
	 * A source row of a split stays when its target row was deleted; what remains of it
	 * is a target row of defaults.
	 */
	private int bringBack(DerivedPlan plan, List<RowKey> keys) {
		if (plan.shape() != PlanShape.SPLIT) {
			return 0;
		}
		List<RowKey> missing = comparison(plan).compare(keys)
			.differences()
			.stream()
			.filter((difference) -> difference.kind() == DivergenceKind.MISSING)
			.map(Difference::key)
			.toList();
		return settle(plan, MigrationSide.TARGET, missing, (locked) -> Set.of());
	}

	@Override
	public OptionalInt repair(DerivedPlan plan, long epoch, MigrationSide written, List<RowKey> keys) {
		return inEpoch(plan, epoch,
				() -> settle(plan, written, notQuarantined(plan, keys), new JdbcConflicts(this.database, plan)::among));
	}

	private OptionalInt inEpoch(DerivedPlan plan, long epoch, IntSupplier work) {
		return this.database.inTransaction(this.repairIsolation, () -> {
			limit(plan, true);
			boolean current = this.database.sql(LOCK_EPOCH)
				.params(plan(plan))
				.param("epoch", epoch)
				.query(Long.class)
				.optional()
				.isPresent();
			return current ? OptionalInt.of(work.getAsInt()) : OptionalInt.empty();
		});
	}

	private int settle(DerivedPlan plan, MigrationSide written, List<RowKey> keys,
			Function<Set<RowKey>, Set<RowKey>> leftAlone) {
		if (plan.rowsTravel()) {
			new AcrossDerivation(this.databases).deriveApart(plan, written, keys);
			return settled(plan, Set.copyOf(keys));
		}
		return settled(plan, this.settlement.settle(plan, written, keys, leftAlone));
	}

	private int settled(DerivedPlan plan, Set<RowKey> settled) {
		Set<RowKey> left = stillDifferent(plan, settled);
		left.forEach((key) -> addError(plan, key, NOT_THE_INVERSE));
		List<RowKey> repaired = settled.stream().filter((key) -> !left.contains(key)).toList();
		this.database.sql(FORGET).param("plan", plan.id()).param("keys", RowKey.toJsonArray(repaired)).update();
		return repaired.size();
	}

	private List<RowKey> notQuarantined(DerivedPlan plan, List<RowKey> keys) {
		return this.database.sql(new VerificationSql(plan).notQuarantined())
			.param("plan", plan.id())
			.param("keys", RowKey.toJsonArray(keys))
			.query(String.class)
			.list()
			.stream()
			.map(RowKey::new)
			.toList();
	}

	private Set<RowKey> stillDifferent(DerivedPlan plan, Set<RowKey> keys) {
		Set<RowKey> different = new HashSet<>();
		comparison(plan).compare(keys)
			.differences()
			.stream()
			.filter((difference) -> !plan.rowsTravel() || !difference.pending())
			.map(Difference::key)
			.forEach(different::add);
		return different;
	}

	private RowComparison comparison(DerivedPlan plan) {
		return plan.rowsTravel() ? new AcrossComparison(this.databases, plan) : new JdbcComparison(this.database, plan);
	}

	@Override
	public void addRepaired(Pass pass, int rows) {
		this.database.sql(ADD_REPAIRED).param("pass", pass.id()).param("rows", rows).update();
	}

	@Override
	public void addError(DerivedPlan plan, RowKey key, String error) {
		this.database.sql(ADD_ERROR).param("plan", plan.id()).param("key", key.json()).param("error", error).update();
	}

	private static Map<String, String> plan(DerivedPlan plan) {
		return Map.of("plan", plan.id(), "fingerprint", plan.fingerprint());
	}

	/**
	 * The wait for a lock stays below the server's usual {@code deadlock_timeout} of a
	 * second, so that it is never a business transaction that gives in to a repair.
	 */
	private void limit(DerivedPlan plan, boolean durable) {
		SafetySettings safety = plan.plan().safety();
		Duration lock = (safety.lockTimeout().compareTo(MAX_LOCK_TIMEOUT) < 0) ? safety.lockTimeout()
				: MAX_LOCK_TIMEOUT;
		this.database.sql(LIMIT)
			.param("lock", milliseconds(lock))
			.param("statement", milliseconds(safety.statementTimeout()))
			.param("durable", durable)
			.query((rs, row) -> true)
			.single();
	}

	private static String milliseconds(Duration duration) {
		return duration.toMillis() + "ms";
	}

	private static @Nullable MigrationSide side(@Nullable String name) {
		return (name != null) ? MigrationSide.valueOf(name) : null;
	}

	private static @Nullable RowKey key(ResultSet rs) throws SQLException {
		String key = rs.getString("cursor_key");
		return (key != null) ? new RowKey(key) : null;
	}

	private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
		Timestamp timestamp = rs.getTimestamp(column);
		return (timestamp != null) ? timestamp.toInstant() : null;
	}

}
