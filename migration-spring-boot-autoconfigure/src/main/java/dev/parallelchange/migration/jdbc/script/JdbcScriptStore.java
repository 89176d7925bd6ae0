package dev.parallelchange.migration.jdbc.script;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.ScriptStatus.State;
import dev.parallelchange.migration.jdbc.BoundedStatements;
import dev.parallelchange.migration.jdbc.JdbcHistory;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.phase.Audit;
import dev.parallelchange.migration.script.DerivedScripts;
import dev.parallelchange.migration.script.PlanScript;
import dev.parallelchange.migration.script.ScriptRun;
import dev.parallelchange.migration.script.ScriptSet;
import dev.parallelchange.migration.script.ScriptStore;
import dev.parallelchange.migration.script.sql.SqlScript;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Keeps claims in a table. A claim lasts for a lease, or as long as a transaction of its
 * holder is open, whichever is longer.
 */
public final class JdbcScriptStore implements ScriptStore {

	private static final String READ = """
			select state, script, scripts, error, attempts from %PREFIX%script_run
			where plan_id = :plan and phase = :kind""";

	private static final String CREATE = """
			insert into %PREFIX%script_run (plan_id, phase) values (:plan, :kind) on conflict do nothing""";

	/**
	 * In {@code OFF} scripts are undone, but only those of a plan that has come back: a
	 * plan whose row was deleted begins in {@code OFF} too, and its target may be all
	 * that there is.
	 */
	private static final String CLAIM = """
			update %PREFIX%script_run as run
			set holder = :holder, lease_until = clock_timestamp() + interval '30 s', state = 'RUNNING',
				attempts = case when run.scripts = :scripts then run.attempts else 0 end, scripts = :scripts
			from (
				select plan_id, phase from %PREFIX%script_run where plan_id = :plan and phase = :kind
				for update skip locked) as free
			where run.plan_id = free.plan_id and run.phase = free.phase
				and (run.holder is null or run.lease_until < clock_timestamp())
				and (run.state <> 'FAILED' or run.scripts is distinct from :scripts)
				and (run.next_attempt_at <= clock_timestamp() or run.scripts is distinct from :scripts)
				and exists (select from %PREFIX%plan as plan where plan.id = :plan and plan.phase = :phase
					and (plan.phase <> 'OFF' or exists (
						select from %PREFIX%history as h
						where h.plan_id = plan.id and h.to_phase = 'OFF' and h.epoch = plan.epoch))
					and not exists (
						select from %PREFIX%acknowledgement a join %PREFIX%instance i on i.id = a.instance_id
						where a.plan_id = plan.id and a.epoch < plan.epoch and i.lease_until > clock_timestamp()))""";

	private static final String RENEW = """
			update %PREFIX%script_run set lease_until = clock_timestamp() + interval '30 s'
			where plan_id = :plan and phase = :kind and holder = :holder""";

	private static final String BEGIN = """
			update %PREFIX%script_run set script = :script
			where plan_id = :plan and phase = :kind and holder = :holder""";

	private static final String SUCCEEDED = """
			update %PREFIX%script_run set state = 'APPLIED', holder = null, lease_until = null, error = null,
				attempts = 0, next_attempt_at = clock_timestamp()
			where plan_id = :plan and phase = :kind and holder = :holder""";

	private static final String WAITS = """
			update %PREFIX%script_run set state = 'WAITING', holder = null, lease_until = null, error = :reason,
				next_attempt_at = clock_timestamp() + interval '1 s'
			where plan_id = :plan and phase = :kind and holder = :holder""";

	/**
	 * Doubled up to half a minute, and never at the same time as others who were turned
	 * away by the same lock.
	 */
	private static final String FAILED = """
			update %PREFIX%script_run set state = :state, holder = null, lease_until = null, error = :error,
				attempts = attempts + 1, next_attempt_at = clock_timestamp()
					+ least(30, power(2, least(attempts, 10)) * 0.5) * (0.5 + random() / 2) * interval '1 s'
			where plan_id = :plan and phase = :kind and holder = :holder""";

	/**
	 * Whoever takes the claim over waits for the end of this statement, and one who has
	 * lost it writes nothing.
	 */
	private static final String KEEP = """
			insert into %PREFIX%derived_script (plan_id, version, name, script, undo_name, undo)
			select run.plan_id, :version, :name, :script, :undoName, :undo from %PREFIX%script_run run
			where run.plan_id = :plan and run.phase = :kind and run.holder = :holder for key share
			on conflict (plan_id, version) do update set name = excluded.name, script = excluded.script,
				undo_name = excluded.undo_name, undo = excluded.undo""";

	private static final String KEPT = """
			select version, name, script, undo_name, undo from %PREFIX%derived_script
			where plan_id = :plan order by version""";

	private final MigrationDatabase database;

	private final JdbcHistory history;

	private final UUID holder;

	/**
	 * Create the store of one instance.
	 * @param database the database that holds the library's tables
	 * @param holder the instance
	 */
	public JdbcScriptStore(MigrationDatabase database, UUID holder) {
		this.database = database;
		this.history = new JdbcHistory(database);
		this.holder = holder;
	}

	@Override
	public Optional<ScriptRun> read(ScriptSet set) {
		return sql(READ, set).query(JdbcScriptStore::map).optional();
	}

	@Override
	public boolean claim(ScriptSet set, MigrationPhase phase) {
		return this.database.inTransaction(() -> {
			BoundedStatements.apply(this.database);
			sql(CREATE, set).update();
			return held(CLAIM, set).param("phase", phase.name()).param("scripts", set.fingerprint()).update() == 1;
		});
	}

	@Override
	public void renew(ScriptSet set) {
		held(RENEW, set).update();
	}

	@Override
	public void begin(ScriptSet set, String script) {
		held(BEGIN, set).param("script", script).update();
	}

	@Override
	public void keep(ScriptSet set, PlanScript script) {
		SqlScript undo = Objects.requireNonNull(script.undo());
		int kept = held(KEEP, set).param("version", Integer.valueOf(script.version()))
			.param("name", script.name())
			.param("script", script.sql().text())
			.param("undoName", undo.name())
			.param("undo", undo.text())
			.update();
		if (kept == 0) {
			throw new CannotAcquireLockException(
					"The scripts of plan '%s' have been taken over by another instance".formatted(set.planId()));
		}
	}

	@Override
	public List<PlanScript> kept(ScriptSet set) {
		return this.database.sql(KEPT)
			.param("plan", set.planId())
			.query((row, number) -> DerivedScripts.read(row.getString("version"), row.getString("name"),
					row.getString("script"), row.getString("undo_name"), row.getString("undo")))
			.list();
	}

	@Override
	public void ran(ScriptSet set, String script) {
		this.history.add(set.planId(), "script", null, new Audit("runner", script + " has been run"));
	}

	@Override
	public void succeeded(ScriptSet set) {
		held(SUCCEEDED, set).update();
	}

	@Override
	public void waits(ScriptSet set, String reason) {
		held(WAITS, set).param("reason", reason).update();
	}

	@Override
	public void failed(ScriptSet set, String error, boolean retried) {
		held(FAILED, set).param("error", error)
			.param("state", (retried ? State.WAITING : State.FAILED).name())
			.update();
	}

	private JdbcClient.StatementSpec held(String statement, ScriptSet set) {
		return sql(statement, set).param("holder", this.holder);
	}

	private JdbcClient.StatementSpec sql(String statement, ScriptSet set) {
		return this.database.sql(statement).param("plan", set.planId()).param("kind", set.phase().name());
	}

	private static ScriptRun map(ResultSet row, int number) throws SQLException {
		return new ScriptRun(State.valueOf(row.getString("state")), row.getString("script"), row.getString("scripts"),
				row.getString("error"), row.getInt("attempts"));
	}

}
