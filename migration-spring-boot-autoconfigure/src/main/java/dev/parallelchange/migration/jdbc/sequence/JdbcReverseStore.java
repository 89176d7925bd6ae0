package dev.parallelchange.migration.jdbc.sequence;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.ReverseStatus;
import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.jdbc.AcrossTransaction;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.SentRows;
import dev.parallelchange.migration.jdbc.StatementLimits;
import dev.parallelchange.migration.jdbc.TableSample;
import dev.parallelchange.migration.jdbc.VerificationSql;
import dev.parallelchange.migration.verify.ReverseStore;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParserFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Tries the reverse in a read-only transaction, on all rows of a small table and on a
 * sample of pages of a large one.
 */
public final class JdbcReverseStore implements ReverseStore {

	private static final int ROWS = 10_000;

	private static final String LATEST = """
			select tried, failed, all_rows, cast(samples as text) as samples, error, measured_at from %PREFIX%reverse
			where plan_id = :plan and fingerprint = :fingerprint
				and measured_at >= clock_timestamp() - make_interval(secs => cast(:age as double precision))""";

	private static final String GIVEN_UP = """
			select exists (select from %PREFIX%approval where plan_id = :plan and phase = 'CUTOVER'
				and expires_at > clock_timestamp())""";

	private static final String KEEP = """
			insert into %PREFIX%reverse as kept (plan_id, fingerprint, tried, failed, all_rows, samples, error)
			values (:plan, :fingerprint, :tried, :failed, :all, cast(:samples as jsonb), cast(:error as text))
			on conflict (plan_id) do update set fingerprint = excluded.fingerprint, tried = excluded.tried,
				failed = excluded.failed, all_rows = excluded.all_rows, samples = excluded.samples,
				error = excluded.error, measured_at = clock_timestamp()
			returning tried, failed, all_rows, cast(samples as text) as samples, error, measured_at""";

	private static final RowMapper<ReverseStatus> STATUS = (rs, row) -> new ReverseStatus(rs.getLong("tried"),
			rs.getLong("failed"), rs.getBoolean("all_rows"), rs.getTimestamp("measured_at").toInstant(),
			keys(rs.getString("samples")), rs.getString("error"));

	private static final Duration ALWAYS = Duration.ofDays(36_500);

	private final MigrationDatabase database;

	private final PlanDatabases databases;

	private final int rows;

	/**
	 * Create the store.
	 * @param database the database of the plans' tables
	 */
	public JdbcReverseStore(MigrationDatabase database) {
		this(database, ROWS);
	}

	/**
	 * Create the store.
	 * @param databases the databases of the plans' tables
	 */
	public JdbcReverseStore(PlanDatabases databases) {
		this(databases, ROWS);
	}

	JdbcReverseStore(MigrationDatabase database, int rows) {
		this(PlanDatabases.within(database), rows);
	}

	JdbcReverseStore(PlanDatabases databases, int rows) {
		this.database = databases.main();
		this.databases = databases;
		this.rows = rows;
	}

	@Override
	public Optional<ReverseStatus> latest(DerivedPlan plan) {
		return latest(plan, ALWAYS);
	}

	private Optional<ReverseStatus> latest(DerivedPlan plan, Duration maxAge) {
		return this.database.sql(LATEST)
			.param("plan", plan.id())
			.param("fingerprint", plan.fingerprint())
			.param("age", maxAge.toSeconds())
			.query(STATUS)
			.optional();
	}

	/**
	 * In the transaction of a step writers may wait, so that what was tried just before
	 * it has to do.
	 */
	@Override
	public ReverseStatus current(DerivedPlan plan, Duration maxAge) {
		boolean inStep = TransactionSynchronizationManager.isActualTransactionActive();
		return latest(plan, inStep ? maxAge.multipliedBy(2) : maxAge).orElseGet(() -> keep(plan, measure(plan)));
	}

	@Override
	public boolean isGivenUp(DerivedPlan plan) {
		return this.database.sql(GIVEN_UP).param("plan", plan.id()).query(Boolean.class).single();
	}

	private Result measure(DerivedPlan plan) {
		try {
			return this.database.inTransaction(() -> {
				this.database.sql("set transaction read only").update();
				StatementLimits.apply(this.database, plan.plan().safety());
				return attempt(plan);
			});
		}
		catch (DataAccessException ex) {
			StatementFailure failure = StatementFailure.of(ex);
			if (failure.kind() == StatementFailure.Kind.DATA) {
				return new Result(0, 0, false, "[]", failure.publicError());
			}
			throw ex;
		}
	}

	/**
	 * Of a table whose rows travel the first ones are tried.
	 */
	private Result attemptAcross(DerivedPlan plan) {
		MigrationDatabase target = this.databases.of(plan, MigrationSide.TARGET);
		SentRows sent = new SentRows(plan, MigrationSide.TARGET);
		new AcrossTransaction(this.database).pin();
		Optional<String> last = target.sql(new VerificationSql(plan).upper(MigrationSide.TARGET, false))
			.param("skip", this.rows - 1)
			.query(String.class)
			.optional();
		String first = last.isPresent() ? new PlanSql(plan).keyCompares(MigrationSide.TARGET, "<=", "upper") : "true";
		Map<String, @Nullable Object> parameters = new HashMap<>(Map.of("limit", this.rows));
		parameters.put("upper", last.orElse(null));
		parameters.put(SentRows.PARAMETER, target.inTransaction(() -> {
			new AcrossTransaction(target).pin();
			return sent.read(target, sent.select(first), parameters);
		}));
		ReverseSql sql = new ReverseSql(sent.plan(), sent.sql());
		if (sent.meetMapped()) {
			parameters.put(SentRows.MAPPED, "[]");
			parameters.put(SentRows.MAPPED, mapped(plan, sql, parameters));
		}
		return this.database.sql(sql.statement())
			.params(parameters)
			.query((rs, row) -> new Result(rs.getLong("tried"), rs.getLong("failed"), last.isEmpty(),
					rs.getString("samples"), null))
			.single();
	}

	/**
	 * What the transformer makes of the source rows that the reverse would write.
	 */
	private String mapped(DerivedPlan plan, ReverseSql sql, Map<String, @Nullable Object> parameters) {
		SentRows written = new SentRows(plan, MigrationSide.SOURCE);
		return written.read(this.database, sql.written(plan.mapping(), written.reads()), parameters);
	}

	private Result attempt(DerivedPlan plan) {
		if (plan.rowsTravel()) {
			return attemptAcross(plan);
		}
		double percent = TableSample.percent(this.database, plan.table(MigrationSide.TARGET).sql(), this.rows, 1.5);
		return this.database.sql(new ReverseSql(plan).statement())
			.param("limit", this.rows)
			.param("percent", percent)
			.query((rs, row) -> new Result(rs.getLong("tried"), rs.getLong("failed"), percent == 100,
					rs.getString("samples"), null))
			.single();
	}

	private ReverseStatus keep(DerivedPlan plan, Result result) {
		Map<String, @Nullable Object> parameters = new HashMap<>();
		parameters.put("plan", plan.id());
		parameters.put("fingerprint", plan.fingerprint());
		parameters.put("tried", result.tried());
		parameters.put("failed", result.failed());
		parameters.put("all", result.all());
		parameters.put("samples", result.samples());
		parameters.put("error", result.error());
		return this.database.sql(KEEP).params(parameters).query(STATUS).single();
	}

	private static List<String> keys(String json) {
		return JsonParserFactory.getJsonParser().parseList(json).stream().map(String::valueOf).toList();
	}

	private record Result(long tried, long failed, boolean all, String samples, @Nullable String error) {

	}

}
