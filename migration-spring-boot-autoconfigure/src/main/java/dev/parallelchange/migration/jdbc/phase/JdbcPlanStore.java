package dev.parallelchange.migration.jdbc.phase;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.MigrationStatus.Approval;
import dev.parallelchange.migration.MigrationStatus.HistoryEntry;
import dev.parallelchange.migration.PlanDefinition;
import dev.parallelchange.migration.Reconciliation;
import dev.parallelchange.migration.SourceState;
import dev.parallelchange.migration.jdbc.BoundedStatements;
import dev.parallelchange.migration.jdbc.EpochLock;
import dev.parallelchange.migration.jdbc.JdbcHistory;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.phase.Audit;
import dev.parallelchange.migration.phase.PlanStore;
import dev.parallelchange.migration.phase.StoredPlan;
import dev.parallelchange.migration.phase.Transition;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionException;

/**
 * Keeps plans in a table, one row each, and everything that was done to them in another.
 */
public final class JdbcPlanStore implements PlanStore {

	private static final Log logger = LogFactory.getLog(JdbcPlanStore.class);

	private static final String CREATE = "insert into %PREFIX%plan (id) values (:plan) on conflict do nothing";

	private static final String LOAD = """
			select id, phase, plan.epoch, since, requested, requested_by, requested_reason, forced, hold, hold_by, reads,
				pause_reason, writes_deferred, reconcile, reconcile_requested_at, fingerprint, definition,
				extract(epoch from clock_timestamp() - since) as seconds,
				exists (select from %PREFIX%divergence as found
					where found.plan_id = plan.id and found.first_seen >= plan.since) as divergent,
				case when starts_at is not null then number end as fence, trouble as fence_trouble,
				extract(epoch from starts_at - clock_timestamp()) as fence_starts,
				extract(epoch from ends_at - clock_timestamp()) as fence_ends
			from %PREFIX%plan as plan
			left join %PREFIX%fence as fence on fence.plan_id = plan.id and fence.epoch = plan.epoch
			where id = any(:plans)""";

	private static final String LOCK = """
			select count(*) from (
				select from %PREFIX%plan where id = :plan and phase = :from and epoch = :epoch for no key update
			) as locked""";

	private static final String MOVE = """
			update %PREFIX%plan set phase = :to, epoch = epoch + 1, since = clock_timestamp(), forced = null,
				requested_by = case when requested = :to then null else requested_by end,
				requested_reason = case when requested = :to then null else requested_reason end,
				requested = nullif(requested, :to)
			where id = :plan and phase = :from and epoch = :epoch""";

	private static final String REQUEST = """
			update %PREFIX%plan set requested = nullif(:phase, phase),
				requested_by = case when phase <> :phase then left(:actor, 200) end,
				requested_reason = case when phase <> :phase then :reason end,
				forced = case when :forced then :phase end
			where id = :plan""";

	private static final String HOLD = """
			update %PREFIX%plan set hold = :phase, hold_by = left(:actor, 200), forced = :forced,
				requested = case when requested = any(:lower) then requested end,
				requested_by = case when requested = any(:lower) then requested_by end,
				requested_reason = case when requested = any(:lower) then requested_reason end
			where id = :plan""";

	private static final String LIFT_HOLD = """
			update %PREFIX%plan set hold = null, hold_by = null where id = :plan""";

	private static final String READS = "update %PREFIX%plan set reads = cast(:share as numeric) where id = :plan";

	private static final String PAUSE = """
			update %PREFIX%plan set pause_reason = cast(:pause as text) where id = :plan""";

	private static final String ANOTHER_RUNTIME = """
			update %PREFIX%backfill set runtime_since = clock_timestamp() where plan_id = :plan""";

	private static final String RECONCILE = """
			update %PREFIX%plan set reconcile = :reconcile, reconcile_requested_at = clock_timestamp()
			where id = :plan""";

	private static final String DEFER_WRITES = """
			update %PREFIX%plan set writes_deferred = :deferred where id = :plan and writes_deferred <> :deferred""";

	private static final String WANT_SOURCE = """
			insert into %PREFIX%contract (plan_id, wanted, wanted_by, wanted_reason)
			values (:plan, :source, left(:actor, 200), :reason)
			on conflict (plan_id) do update
			set wanted = excluded.wanted, wanted_by = excluded.wanted_by, wanted_reason = excluded.wanted_reason""";

	private static final String RETRY_SCRIPTS = """
			update %PREFIX%script_run set state = 'WAITING', attempts = 0, next_attempt_at = clock_timestamp()
			where plan_id = :plan and state in ('WAITING', 'FAILED')""";

	private static final String ACCEPT_DRIFT = """
			update %PREFIX%drift set recorded = seen, recorded_at = clock_timestamp(), changed_at = null
			where plan_id = :plan""";

	private static final String COME_BACK = """
			update %PREFIX%plan set requested = :phase, requested_by = left(:actor, 200), requested_reason = :reason
			where id = :plan""";

	private final MigrationDatabase database;

	private final JdbcHistory history;

	private final JdbcDefinitions definitions;

	private final JdbcApprovals approvals;

	private final PlanCopies copies;

	public JdbcPlanStore(MigrationDatabase database) {
		this(database, new PlanCopies(PlanDatabases.within(database), MigrationPlans.of(List.of())));
	}

	/**
	 * Create the store.
	 * @param database the main database
	 * @param copies where the phases of plans across databases are announced
	 */
	public JdbcPlanStore(MigrationDatabase database, PlanCopies copies) {
		this.database = database;
		this.history = new JdbcHistory(database);
		this.definitions = new JdbcDefinitions(database, this.history);
		this.approvals = new JdbcApprovals(database);
		this.copies = copies;
	}

	@Override
	public void create(Collection<String> planIds) {
		atomically(() -> planIds.stream()
			.sorted()
			.forEach((planId) -> this.database.sql(CREATE).param("plan", planId).update()));
	}

	@Override
	public <T> T reading(Supplier<T> reads) {
		return this.database.withOneConnection(reads);
	}

	@Override
	public Map<String, StoredPlan> load(Collection<String> planIds) {
		return this.database.sql(LOAD)
			.param("plans", planIds.toArray(String[]::new))
			.query(StoredPlanRow::map)
			.list()
			.stream()
			.collect(Collectors.toMap((stored) -> stored.state().planId(), (stored) -> stored));
	}

	@Override
	public boolean transition(Transition transition, BooleanSupplier agreed) {
		return this.database.inTransaction(() -> {
			BoundedStatements.apply(this.database);
			if (transition.fenced()) {
				new EpochLock(this.database).take(transition.planId());
			}
			if (compareAndSet(LOCK, transition).query(Long.class).single() == 0 || !isAgreed(transition, agreed)) {
				return false;
			}
			compareAndSet(MOVE, transition).param("to", transition.to().name()).update();
			if (transition.from().isAtLeast(transition.to())) {
				this.approvals.withdraw(transition.planId(), phases((phase) -> phase.compareTo(transition.to()) > 0));
			}
			this.history.add(transition);
			return true;
		});
	}

	/**
	 * Who forces a step may go on without a database that does not answer any more.
	 */
	private boolean isAgreed(Transition transition, BooleanSupplier agreed) {
		if (!transition.fenced()) {
			return agreed.getAsBoolean();
		}
		try {
			return this.copies.announce(transition.planId(), transition.to(), transition.epoch() + 1, agreed);
		}
		catch (DataAccessException | TransactionException ex) {
			if (!transition.action().startsWith("forced")) {
				throw ex;
			}
			logger.warn("Plan '%s' is forced to %s although its target's database does not answer"
				.formatted(transition.planId(), transition.to()), ex);
			return agreed.getAsBoolean();
		}
	}

	@Override
	public List<Approval> approvals(String planId) {
		return this.approvals.of(planId);
	}

	@Override
	public List<HistoryEntry> history(String planId, int limit) {
		return this.history.latest(planId, limit);
	}

	@Override
	public void atomically(Runnable changes) {
		this.database.inTransaction(() -> {
			BoundedStatements.apply(this.database);
			changes.run();
			return true;
		});
	}

	@Override
	public void request(String planId, MigrationPhase phase, boolean forced, Audit audit) {
		this.history.add(planId, forced ? "forced-request" : "request", phase, audit);
		this.database.sql(REQUEST)
			.param("plan", planId)
			.param("phase", phase.name())
			.param("forced", forced)
			.param("actor", audit.actor())
			.param("reason", audit.reason())
			.update();
	}

	@Override
	public void hold(String planId, @Nullable MigrationPhase phase, boolean forced, Audit audit) {
		this.history.add(planId, (phase == null) ? "lift-hold" : forced ? "forced-hold" : "hold", phase, audit);
		if (phase == null) {
			this.database.sql(LIFT_HOLD).param("plan", planId).update();
			return;
		}
		this.database.sql(HOLD)
			.param("plan", planId)
			.param("phase", phase.name())
			.param("forced", forced ? phase.name() : null)
			.param("lower", phases((other) -> other.compareTo(phase) <= 0))
			.param("actor", audit.actor())
			.update();
	}

	@Override
	public void reads(String planId, @Nullable BigDecimal share, Audit audit) {
		String value = (share != null) ? share.toPlainString() + " %" : "left to the flag";
		this.history.add(planId, "reads", null, valued(value, audit));
		this.database.sql(READS).param("plan", planId).param("share", share).update();
	}

	@Override
	public void pause(String planId, @Nullable String pauseReason, Audit audit) {
		this.history.add(planId, (pauseReason != null) ? "pause" : "resume", null, audit);
		this.database.sql(PAUSE).param("plan", planId).param("pause", pauseReason).update();
		if (pauseReason == null) {
			this.database.sql(ANOTHER_RUNTIME).param("plan", planId).update();
		}
	}

	@Override
	public void approve(String planId, MigrationPhase phase, Duration expiry, Audit audit) {
		this.history.add(planId, "approve", phase, audit);
		this.approvals.add(planId, phase, expiry, audit);
	}

	@Override
	public void reconcile(String planId, Reconciliation reconcile, Audit audit) {
		this.history.add(planId, "reconcile", null, valued(reconcile.name(), audit));
		this.database.sql(RECONCILE).param("plan", planId).param("reconcile", reconcile.name()).update();
	}

	@Override
	public void wantSource(String planId, SourceState source, Audit audit) {
		this.history.add(planId, "source", null, valued(source.name(), audit));
		this.database.sql(WANT_SOURCE)
			.param("plan", planId)
			.param("source", source.name())
			.param("actor", audit.actor())
			.param("reason", audit.reason())
			.update();
	}

	@Override
	public void retryScripts(String planId, Audit audit) {
		this.history.add(planId, "retry-scripts", null, audit);
		this.database.sql(RETRY_SCRIPTS).param("plan", planId).update();
	}

	@Override
	public void acceptDrift(String planId, Audit audit) {
		this.history.add(planId, "accept-drift", null, audit);
		this.database.sql(ACCEPT_DRIFT).param("plan", planId).update();
	}

	@Override
	public void deferWrites(String planId, boolean deferred) {
		this.database.sql(DEFER_WRITES).param("plan", planId).param("deferred", deferred).update();
	}

	@Override
	public void define(String planId, @Nullable PlanDefinition definition) {
		this.definitions.define(planId, definition);
	}

	@Override
	public boolean redefine(String planId, @Nullable PlanDefinition before, PlanDefinition definition, Audit audit) {
		return this.definitions.redefine(planId, before, definition, audit);
	}

	@Override
	public void comeBack(String planId, MigrationPhase phase, Audit audit) {
		this.database.sql(COME_BACK)
			.param("plan", planId)
			.param("phase", phase.name())
			.param("actor", audit.actor())
			.param("reason", audit.reason())
			.update();
	}

	private static String[] phases(Predicate<MigrationPhase> condition) {
		return Arrays.stream(MigrationPhase.values())
			.filter(condition)
			.map(MigrationPhase::name)
			.toArray(String[]::new);
	}

	private JdbcClient.StatementSpec compareAndSet(String statement, Transition transition) {
		return this.database.sql(statement)
			.param("plan", transition.planId())
			.param("from", transition.from().name())
			.param("epoch", transition.epoch());
	}

	private static Audit valued(String value, Audit audit) {
		return new Audit(audit.actor(), audit.reason().isEmpty() ? value : value + ": " + audit.reason());
	}

}
