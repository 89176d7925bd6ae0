package dev.parallelchange.migration.jdbc.verify;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.DivergenceKind;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.Reconciliation;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.VerificationStatus.Divergence;
import dev.parallelchange.migration.jdbc.AcceptedDefinition;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.mirror.KeySettlement;
import dev.parallelchange.migration.jdbc.mirror.RowComparison;
import dev.parallelchange.migration.verify.Pass;
import dev.parallelchange.migration.verify.PassClaim;
import dev.parallelchange.migration.verify.PassOverview;
import dev.parallelchange.migration.verify.VerificationStore;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.RowMapper;
import org.springframework.transaction.TransactionDefinition;

/**
 * Keeps passes and divergences in the library's tables.
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

	private static final String ADD_REPAIRED = """
			update %PREFIX%pass set repaired = repaired + :rows where id = :pass""";

	private final MigrationDatabase database;

	private final PlanDatabases databases;

	private final JdbcRepair repair;

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
		this.repair = new JdbcRepair(databases, settlement, repairIsolation);
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
			PassLimits.apply(this.database, plan, true);
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
			PassLimits.apply(this.database, plan, false);
			return this.database.sql(CLAIM)
				.params(plan(plan))
				.param("epoch", epoch)
				.query(PASS)
				.optional()
				.map((pass) -> work
					.apply(new JdbcPassClaim(this.database, plan, pass, RowComparison.of(this.databases, plan))));
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
		return this.repair.resolve(plan, epoch, kept, keys);
	}

	@Override
	public OptionalInt repair(DerivedPlan plan, long epoch, MigrationSide written, List<RowKey> keys) {
		return this.repair.repair(plan, epoch, written, keys);
	}

	@Override
	public void addRepaired(Pass pass, int rows) {
		this.database.sql(ADD_REPAIRED).param("pass", pass.id()).param("rows", rows).update();
	}

	@Override
	public void addError(DerivedPlan plan, RowKey key, String error) {
		this.repair.addError(plan, key, error);
	}

	private static Map<String, String> plan(DerivedPlan plan) {
		return Map.of("plan", plan.id(), "fingerprint", plan.fingerprint());
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
