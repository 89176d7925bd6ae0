package dev.parallelchange.migration.model;

import java.util.EnumSet;
import java.util.Set;

/**
 * The rules of the protocol that are modelled, each with what goes wrong without it, and
 * where. What they say is in {@code docs/model.md}.
 */
enum Rule {

	COPIER_NEVER_OVERWRITES(Scene.TRIGGERS, Violation.UNDONE_MIRROR),

	COPIER_IS_MARKED(Scene.TRIGGERS, Violation.RESURRECTED_ROW),

	VERIFIER_ONE_SNAPSHOT(Scene.PENDING, Violation.FALSE_VERDICT),

	VERIFIER_WAITS_FOR_OLDER(Scene.TRIGGERS, Violation.STALE_READ),

	REPAIRER_LOCKS_FIRST(Scene.TRIGGERS, Violation.STALE_READ),

	REPAIRER_IS_MARKED(Scene.TRIGGERS, Violation.LOST_WRITE),

	APPLIER_LOCKS_ORIGIN(Scene.PENDING, Violation.STALE_READ),

	APPLIER_REMOVES_WHAT_IT_SAW(Scene.PENDING, Violation.STALE_READ),

	APPLIER_LOOKS_AGAIN(Scene.PENDING, Violation.STALE_READ),

	MIRROR_DERIVES(Scene.PENDING, Violation.STALE_READ),

	MIRROR_LOCKS_FIRST(Scene.PENDING, Violation.STALE_READ),

	READS_ASK_FOR_PENDING_KEYS(Scene.PENDING, Violation.STALE_READ),

	PHASE_COMPARE_AND_SET(Scene.COPY, Violation.STALE_READ),

	PHASE_ACKNOWLEDGED(Scene.COPY, Violation.THREE_PHASES),

	WRITERS_HOLD_A_LEASE(Scene.COPY, Violation.THREE_PHASES),

	LEASES_END(Scene.FLIP, Violation.NO_WAY_ON),

	FENCE(Scene.FLIP, Violation.REFUSED_WRITE),

	PENDING_DRAINED_AT_THE_FLIP(Scene.FLIP, Violation.LOST_WRITE),

	EPOCH_CHECK(Scene.FLIP, Violation.LOST_WRITE),

	EPOCH_LOCK(Scene.FLIP, Violation.LOST_WRITE),

	EPOCH_CHECK_WITHOUT_MIRROR(Scene.COPY, Violation.STALE_READ),

	TRIGGERS_BOTH_WAYS(Scene.TRIGGERS, Violation.LOST_WRITE),

	TRIGGERS_RAISE_DEADLOCKS(Scene.TRIGGERS, Violation.LOST_WRITE),

	ONE_SIDE_WHILE_PENDING(Scene.TRIGGERS, Violation.LOST_WRITE);

	private final Scene scene;

	private final Violation violation;

	Rule(Scene scene, Violation violation) {
		this.scene = scene;
		this.violation = violation;
	}

	Scene scene() {
		return this.scene;
	}

	Violation violation() {
		return this.violation;
	}

	Set<Rule> others() {
		return EnumSet.complementOf(EnumSet.of(this));
	}

}
