package dev.parallelchange.migration.script;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.ScriptObservation;
import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.script.ScriptTool.History;
import dev.parallelchange.migration.script.sql.SqlScript;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What this instance does about one set of scripts, and what it has seen of it.
 */
final class ScriptWork {

	private static final Log logger = LogFactory.getLog(ScriptWork.class);

	private static final long LOOK_AGAIN = Duration.ofSeconds(10).toNanos();

	private final ScriptSource source;

	private final ScriptTool tool;

	private final ScriptStore store;

	private final ScriptDatabase database;

	private final AtomicBoolean running = new AtomicBoolean();

	private volatile ScriptSet set;

	private volatile MigrationPhase phase = MigrationPhase.OFF;

	private volatile String tables = "";

	private volatile @Nullable Held held;

	private volatile boolean claimed;

	private volatile @Nullable Map<String, List<ScriptObservation>> observed;

	private volatile long epoch = -1;

	private volatile @Nullable History history;

	private volatile @Nullable String problem;

	private volatile long notBefore = System.nanoTime();

	ScriptWork(ScriptSource source, ScriptTool tool, ScriptStore store, ScriptDatabase database) {
		this.source = source;
		this.set = source.known();
		this.tool = tool;
		this.store = store;
		this.database = database;
	}

	ScriptSet set() {
		return this.set;
	}

	@Nullable History history() {
		return this.history;
	}

	Map<String, List<ScriptObservation>> observed() {
		Map<String, List<ScriptObservation>> seen = this.observed;
		return (seen != null) ? seen : Map.of();
	}

	@Nullable String problem() {
		return this.problem;
	}

	/**
	 * What was seen in another phase may have been undone since.
	 */
	void enter(PlanState state) {
		if (this.epoch != state.epoch()) {
			this.epoch = state.epoch();
			this.phase = state.phase();
			forget();
		}
	}

	/**
	 * What is derived from tables may be something else when they have been altered. Its
	 * own run alters them too, and sees to that itself.
	 */
	void enter(PlanState state, String tables) {
		enter(state);
		if (this.set.derived() && !this.tables.equals(tables) && !this.running.get()) {
			this.tables = tables;
			this.observed = null;
			forget();
		}
	}

	private void forget() {
		this.history = null;
		this.held = null;
		this.notBefore = System.nanoTime();
	}

	/**
	 * Whether nothing is left to do in a phase.
	 */
	boolean isDone(MigrationPhase phase) {
		History seen = this.history;
		if (seen == null || !seen.changed().isEmpty()) {
			return false;
		}
		if (phase == this.set.phase()) {
			return this.set.pending(seen.applied()).isEmpty();
		}
		return !undoes(phase) || this.set.undoable(seen.applied()).isEmpty();
	}

	/**
	 * Claim the next run in this JVM; keep the cluster's claim while one is under way.
	 */
	boolean start() {
		if (this.claimed) {
			this.store.renew(this.set);
		}
		return System.nanoTime() - this.notBefore >= 0 && this.running.compareAndSet(false, true);
	}

	/**
	 * Look at what has been run, without running anything.
	 */
	void look(SafetySettings safety, boolean observe) {
		if (observe) {
			observe(safety);
		}
		look();
	}

	/**
	 * Look once what the scripts that have not been run will do.
	 */
	void observe(SafetySettings safety) {
		if (this.observed == null) {
			this.observed = Map.of();
			look();
			this.observed = this.database.observe(this.set.pending(applied()).stream().map(PlanScript::sql).toList(),
					safety);
		}
	}

	void run(MigrationPhase phase, SafetySettings safety, boolean reviewed) {
		try {
			if (isHeld()) {
				return;
			}
			look();
			boolean acts = (phase == this.set.phase() || undoes(phase)) && reviewed && isUnchanged();
			if (acts && !isDone(phase) && !isBlocked() && this.store.claim(this.set, phase)) {
				this.claimed = true;
				act(phase, safety);
			}
			else if (isUnchanged()) {
				this.problem = null;
			}
		}
		catch (RuntimeException ex) {
			this.notBefore = System.nanoTime() + LOOK_AGAIN;
			this.problem = StatementFailure.of(ex).error();
			throw ex;
		}
	}

	void finish() {
		this.claimed = false;
		this.running.set(false);
	}

	private boolean undoes(MigrationPhase phase) {
		return phase == MigrationPhase.OFF && this.set.phase() == MigrationPhase.EXPAND;
	}

	private boolean isUnchanged() {
		History seen = this.history;
		return seen != null && seen.changed().isEmpty();
	}

	private boolean isBlocked() {
		return this.store.read(this.set).map((run) -> run.isBlocked(this.set)).orElse(false);
	}

	private void look() {
		History seen = this.history;
		if (seen == null || !seen.changed().isEmpty()) {
			History now = read();
			this.problem = now.changed().isEmpty() ? null
					: "%s has been changed since it was run".formatted(String.join(", ", now.changed()));
			this.notBefore = System.nanoTime() + (now.changed().isEmpty() ? 0 : LOOK_AGAIN);
		}
	}

	private History read() {
		this.set = this.source.read(this.phase);
		History now = this.tool.history(this.set, this.database.connections());
		this.history = now;
		return now;
	}

	private void act(MigrationPhase phase, SafetySettings safety) {
		try {
			History seen = read();
			if (phase == this.set.phase()) {
				forward(this.set.pending(seen.applied()), safety);
			}
			else {
				back(this.set.undoable(seen.applied()), safety);
			}
			this.store.succeeded(this.set);
		}
		catch (TableHeldException ex) {
			this.store.waits(this.set, String.valueOf(ex.getMessage()));
		}
		catch (RuntimeException ex) {
			StatementFailure failure = StatementFailure.of(ex);
			logger.warn("Plan '%s': a script could not be run: %s".formatted(this.set.planId(), failure.publicError()));
			this.store.failed(this.set, failure.error(), failure.kind() == StatementFailure.Kind.TRANSIENT);
		}
	}

	private void forward(List<PlanScript> scripts, SafetySettings safety) {
		for (PlanScript script : scripts) {
			this.store.begin(this.set, script.name());
			if (this.set.derived()) {
				this.store.keep(this.set, script);
			}
			lookOut(script.sql());
			this.database.dropInvalidIndexes(this.set, script.sql(), safety);
			try {
				this.tool.run(this.set, script, this.database.connections(this.set, script.sql(), safety));
			}
			catch (RuntimeException ex) {
				dropInvalidIndexes(script, safety, ex);
				throw ex;
			}
			ran(script, script.name());
		}
	}

	/**
	 * As long as somebody has a table who had it at the first look, to queue behind him
	 * would be in vain, and would make others queue too. When all of those have gone, the
	 * script is tried, whoever has come since.
	 */
	private void lookOut(SqlScript script) {
		Held before = this.held;
		long since = (before != null) ? before.since() : System.nanoTime();
		String holder = holder(script, since);
		if (holder == null) {
			this.held = null;
			return;
		}
		if (before == null) {
			logger.info("Plan '%s': script %s waits, since %s".formatted(this.set.planId(), script.name(), holder));
		}
		this.held = new Held(script, holder, since);
		throw new TableHeldException(holder);
	}

	/**
	 * As long as it waits for the same one there is nothing to claim, to read or to
	 * write, all of which the application's own transactions would feel.
	 */
	private boolean isHeld() {
		Held before = this.held;
		return before != null && before.holder().equals(holder(before.script(), before.since()));
	}

	private @Nullable String holder(SqlScript script, long since) {
		return this.database.holder(script, Duration.ofNanos(System.nanoTime() - since)).orElse(null);
	}

	private void ran(PlanScript script, String name) {
		this.store.ran(this.set, name);
		logger.info("Plan '%s': script %s has been run".formatted(this.set.planId(), name));
		Set<String> applied = new HashSet<>(applied());
		if (!applied.remove(script.version())) {
			applied.add(script.version());
		}
		this.history = new History(applied, List.of());
	}

	/**
	 * The next run tries again, and the first failure is the one to tell.
	 */
	private void dropInvalidIndexes(PlanScript script, SafetySettings safety, RuntimeException failure) {
		try {
			this.database.dropInvalidIndexes(this.set, script.sql(), safety);
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

	private void back(List<PlanScript> scripts, SafetySettings safety) {
		for (PlanScript script : scripts) {
			if (script.undo() != null) {
				this.store.begin(this.set, script.undo().name());
				lookOut(script.undo());
				this.database.undo(this.set, script.undo(), this.tool.forget(this.set, script), safety);
				ran(script, script.undo().name());
			}
		}
	}

	/**
	 * The versions that are known to have been run.
	 */
	Set<String> applied() {
		History seen = this.history;
		return (seen != null) ? seen.applied() : Set.of();
	}

	/**
	 * A script that waits.
	 *
	 * @param script the script
	 * @param holder who has its table
	 * @param since when it was first looked who has, in nanoseconds of
	 * {@link System#nanoTime()}
	 */
	private record Held(SqlScript script, String holder, long since) {

	}

	/**
	 * Somebody has a table that a script needs.
	 */
	private static final class TableHeldException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		TableHeldException(String holder) {
			super(holder);
		}

	}

}
