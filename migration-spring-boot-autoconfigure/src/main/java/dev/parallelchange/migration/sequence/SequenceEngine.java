package dev.parallelchange.migration.sequence;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.SequenceStatus;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the sequences of both sides apart while rows are mirrored, so that writers of
 * both sides never make the same key.
 */
public final class SequenceEngine implements MigrationEngine {

	private static final Duration REST = Duration.ofSeconds(30);

	private final SequenceStore store;

	private final SequenceGates gates;

	/**
	 * The moments, on this JVM's steady clock, until which plans without two sequences
	 * are left alone.
	 */
	private final Map<String, Long> restsUntil = new ConcurrentHashMap<>();

	/**
	 * Create the engine.
	 * @param store reads and sets sequences
	 */
	public SequenceEngine(SequenceStore store) {
		this.store = store;
		this.gates = new SequenceGates(store);
	}

	@Override
	public void tick(DerivedPlan plan, PlanState state) {
		if (!state.phase().isMirrored() || isResting(plan)) {
			return;
		}
		List<SequencePair> pairs = this.store.read(plan, state.phase());
		if (pairs.stream().noneMatch(SequencePair::isSeparate)) {
			this.restsUntil.put(plan.id(), System.nanoTime() + REST.toNanos());
			return;
		}
		SequenceNeed need = SequenceNeed.in(state.phase());
		if (pairs.stream().anyMatch((pair) -> pair.isMovable() && !pair.holds(need))) {
			this.store.move(plan, state.phase(), need);
		}
	}

	private boolean isResting(DerivedPlan plan) {
		Long until = this.restsUntil.get(plan.id());
		return until != null && System.nanoTime() - until < 0;
	}

	@Override
	public List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		return this.gates.gates(plan, from, to);
	}

	@Override
	public void report(DerivedPlan plan, MigrationStatus.Builder status) {
		MigrationPhase phase = status.state().phase();
		if (phase.isMirrored()) {
			status.sequences(this.store.read(plan, phase).stream().map(SequenceEngine::status).toList());
		}
	}

	private static SequenceStatus status(SequencePair pair) {
		boolean comparable = pair.isMovable();
		return new SequenceStatus(pair.column(), name(pair.source()), last(pair.source()), name(pair.target()),
				last(pair.target()), comparable ? pair.apart() : null, comparable ? pair.needed() : null);
	}

	private static @Nullable String name(@Nullable KeySequence sequence) {
		return (sequence != null) ? sequence.name() : null;
	}

	private static @Nullable Long last(@Nullable KeySequence sequence) {
		return (sequence != null && sequence.permitted()) ? sequence.last() : null;
	}

}
