package dev.parallelchange.migration.routing;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PhaseUncertainException;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.RowKey;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Sends the reads and writes of one plan to the side that its state and flags call for.
 */
final class PlanRouter implements Router {

	private final MigrationPlan plan;

	private final RoutingRules rules;

	private final RoutingParts parts;

	private final PlanStates states;

	private final Map<MigrationSide, PlanTransactions> transactions = new EnumMap<>(MigrationSide.class);

	private final ReadShare readShare;

	private final PendingKnowledge knowledge;

	private final ReadComparer comparer;

	private final WriteAdmission admission;

	private final WorkInFlight inFlight = new WorkInFlight();

	private final ReadFigures figures = new ReadFigures();

	PlanRouter(MigrationPlan plan, RoutingParts parts, PendingKnowledge knowledge, ReadComparer comparer) {
		this.plan = plan;
		this.rules = RoutingRules.of(plan);
		this.parts = parts;
		this.states = parts.states();
		for (MigrationSide side : MigrationSide.values()) {
			this.transactions.put(side, new PlanTransactions(() -> parts.transactions().of(plan, side)));
		}
		this.readShare = new ReadShare(plan, parts.flags());
		this.knowledge = knowledge;
		this.comparer = comparer;
		this.admission = new WriteAdmission(plan.id(), this.states, this.inFlight);
	}

	@Override
	public @Nullable Object write(String description, KeyOfCall key, SideCall call) throws Throwable {
		this.admission.awaitCurrent();
		if (!isWriting()) {
			this.admission.awaitOpen();
		}
		Decision decision = decide();
		try {
			if (this.rules.records(decision.state())) {
				MigrationSide side = this.rules.leadingSide(decision.state());
				return transactions(side).join((joined) -> writeAndRecord(side, joined, description, key, call));
			}
			decision.written();
			return writeAlone(decision, key, call);
		}
		finally {
			decision.endCall();
		}
	}

	/**
	 * A JVM that is stopped here for long enough wakes up in a phase that needs a mirror.
	 */
	private @Nullable Object writeAlone(Decision decision, KeyOfCall key, SideCall call) throws Throwable {
		MigrationSide side = this.rules.leadingSide(decision.state());
		if (!this.rules.isMirroredByProxies() || decision.state().phase().isAtLeast(MigrationPhase.CONTRACT)) {
			return call.on(side);
		}
		if (decision.isBound() && TransactionSynchronizationManager.isActualTransactionActive()) {
			decision.beforeCommit(() -> this.admission.checkHeld(decision));
			return call.on(side);
		}
		Object result = call.on(side);
		if (!this.admission.isHeld(decision)) {
			recordLate(side, key.before(), key.after(result));
		}
		return result;
	}

	private void recordLate(MigrationSide side, @Nullable Object before, @Nullable Object after) {
		DerivedPlan derived = this.parts.derivedPlans().get(this.plan);
		for (Object key : new Object[] { before, after }) {
			if (key != null) {
				this.parts.writtenKeys().recordLate(derived, side, KeyValues.rowKeys(derived, key));
			}
		}
	}

	/**
	 * Keys are recorded before the call too, since the caller may catch an exception of
	 * the side and commit what had been written by then.
	 */
	private @Nullable Object writeAndRecord(MigrationSide begunOn, boolean joined, String description, KeyOfCall key,
			SideCall call) throws Throwable {
		Decision decision = decide();
		try {
			this.admission.enter(decision);
			MigrationSide side = this.rules.leadingSide(decision.state());
			if (side != begunOn && this.plan.isAcrossDatabases()) {
				throw new PhaseUncertainException(this.plan.id(),
						"Plan '%s' has moved to %s while a transaction began on the other side; try again"
							.formatted(this.plan.id(), decision.state().phase()));
			}
			boolean first = !decision.hasWritten();
			decision.written();
			if (!this.rules.records(decision.state())) {
				return call.on(side);
			}
			DerivedPlan derived = this.parts.derivedPlans().get(this.plan);
			if (joined && first && side == MigrationSide.SOURCE && this.plan.isAcrossDatabases()) {
				this.parts.writtenKeys().joined(derived, decision.state().epoch());
			}
			Object before = key.before();
			if (before != null) {
				record(derived, decision, side, before);
			}
			Object result = call.on(side);
			Object after = key.after(result);
			if (before == null && after == null) {
				throw new IllegalStateException(("Plan '%s': the key of %s is null, so what it has written cannot be "
						+ "mirrored. Let the key expression name the key of the row")
					.formatted(this.plan.id(), description));
			}
			if (after != null && !after.equals(before)) {
				record(derived, decision, side, after);
			}
			return result;
		}
		finally {
			decision.endCall();
		}
	}

	private PlanTransactions transactions(MigrationSide side) {
		return Objects.requireNonNull(this.transactions.get(side));
	}

	private void record(DerivedPlan derived, Decision decision, MigrationSide side, Object key) {
		List<RowKey> keys = KeyValues.rowKeys(derived, key);
		if (keys.isEmpty()) {
			return;
		}
		Boolean decided = decision.deferred();
		boolean deferred = (decided != null) ? decided
				: decision.deferred(this.plan.rowsTravel() || decision.state().writesDeferred()
						|| this.readShare.areWritesOff() || !decision.state().accepts(derived));
		if (deferred) {
			this.knowledge.expect(this.plan.id(), side.other());
		}
		this.parts.writtenKeys().record(derived, decision.state().epoch(), side, deferred, keys);
	}

	@Override
	public @Nullable Object read(ReadTraits read, KeyOfCall key, SideCall call) throws Throwable {
		Decision decision = decide();
		try {
			PlanState state = decision.state();
			MigrationSide leading = this.rules.leadingSide(state);
			if (!this.rules.isChoiceOpen(state)) {
				return state.phase().isMirrored() ? timed(leading, call) : call.on(leading);
			}
			MigrationSide side = readSide(decision, read, key);
			Object answer = timed(side, call);
			if (state.phase() == MigrationPhase.DUAL_READ && side == MigrationSide.TARGET && read.isNothing(answer)) {
				answer = fallBack(read, answer, call);
			}
			if (read.compared() && !decision.hasWritten()
					&& (this.plan.rowsTravel() || !this.knowledge.mayBePending(this.plan.id(), leading.other()))) {
				this.comparer.sample(this.plan, state, transactions(MigrationSide.SOURCE), read, call);
			}
			return answer;
		}
		finally {
			decision.endCall();
		}
	}

	private MigrationSide readSide(Decision decision, ReadTraits read, KeyOfCall key) {
		MigrationSide leading = this.rules.leadingSide(decision.state());
		if (decision.hasWritten() || this.rules.isTargetClosed(decision.state()) || reliesOnConflicts()) {
			return leading;
		}
		Object value = read.keyed() ? key.before() : null;
		MigrationSide side = decision.readSide();
		if (side == null) {
			side = decision.readSide(this.readShare.side(decision.state(), KeyValues.stickiness(value)));
		}
		return (side != leading && isPending(decision.state(), side, value)) ? leading : side;
	}

	/**
	 * A transaction with one snapshot expects to fail when it writes what another one has
	 * changed since; a row of the other side that waits for its mirror does not tell.
	 */
	private boolean reliesOnConflicts() {
		Integer isolation = TransactionSynchronizationManager.getCurrentTransactionIsolationLevel();
		return this.rules.isMirroredByProxies() && isolation != null
				&& isolation >= TransactionDefinition.ISOLATION_REPEATABLE_READ
				&& !TransactionSynchronizationManager.isCurrentTransactionReadOnly();
	}

	/**
	 * Where rows travel each write is pending for a moment, and only the database knows
	 * of those of other instances.
	 */
	private boolean isPending(PlanState state, MigrationSide side, @Nullable Object key) {
		boolean travelling = this.plan.rowsTravel();
		if (!travelling && !state.writesDeferred() && !this.knowledge.mayBePending(this.plan.id(), side)) {
			return false;
		}
		if (!travelling && key == null) {
			return true;
		}
		try {
			if (key == null) {
				return this.parts.pending().isAnyPending(this.plan, side);
			}
			DerivedPlan derived = this.parts.derivedPlans().get(this.plan);
			List<RowKey> keys = KeyValues.rowKeys(derived, key);
			return !keys.isEmpty() && this.parts.pending().isPending(derived, side, keys);
		}
		catch (DataAccessException ex) {
			return true;
		}
	}

	private @Nullable Object fallBack(ReadTraits read, @Nullable Object nothing, SideCall call) throws Throwable {
		Object answer = timed(MigrationSide.SOURCE, call);
		if (read.isNothing(answer)) {
			return nothing;
		}
		this.figures.fellBack();
		this.parts.listener().readFellBack(this.plan.id());
		return answer;
	}

	private @Nullable Object timed(MigrationSide side, SideCall call) throws Throwable {
		long start = System.nanoTime();
		Object answer = answer(side, call);
		long nanos = System.nanoTime() - start;
		this.figures.read(side, nanos);
		this.parts.listener().readRouted(this.plan.id(), side, java.time.Duration.ofNanos(nanos));
		return answer;
	}

	private @Nullable Object answer(MigrationSide side, SideCall call) throws Throwable {
		try {
			return call.on(side);
		}
		catch (Throwable ex) {
			this.figures.failed(side, ex);
			throw ex;
		}
	}

	/**
	 * Decide for the thread's transaction, or for this call where there is none. Work is
	 * counted under an epoch before that epoch is seen to be the current one, so that it
	 * cannot slip past {@link #hasDrained}.
	 */
	private Decision decide() {
		boolean transactional = TransactionSynchronizationManager.isSynchronizationActive();
		if (transactional) {
			Decision bound = Decision.find(this);
			if (bound != null) {
				return bound;
			}
		}
		Decision decision = begin();
		if (transactional) {
			decision.bind();
		}
		return decision;
	}

	private boolean isWriting() {
		Decision bound = TransactionSynchronizationManager.isSynchronizationActive() ? Decision.find(this) : null;
		return bound != null && bound.isWriter();
	}

	private Decision begin() {
		PlanState state = this.admission.known();
		while (true) {
			WorkInFlight.Epoch epoch = this.inFlight.enter(state.epoch(), this.rules.leadingSide(state));
			PlanState again = this.states.current(this.plan.id());
			if (again.epoch() == state.epoch()) {
				return new Decision(this, again, epoch);
			}
			epoch.exit();
			state = again;
		}
	}

	RoutingRules rules() {
		return this.rules;
	}

	MigrationPlan plan() {
		return this.plan;
	}

	ReadFigures figures() {
		return this.figures;
	}

	boolean hasDrained(long epoch) {
		return this.inFlight.hasDrained(epoch);
	}

	boolean hasWriters() {
		return this.inFlight.hasWriters();
	}

	/**
	 * Return whether writers have ended so that another generation of them begins.
	 */
	boolean advance() {
		return this.inFlight.advance();
	}

}
