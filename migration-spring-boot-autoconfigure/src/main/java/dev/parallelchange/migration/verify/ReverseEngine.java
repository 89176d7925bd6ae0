package dev.parallelchange.migration.verify;

import java.time.Duration;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEngine;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.ReverseStatus;
import dev.parallelchange.migration.SwitchKind;

/**
 * Keeps the gate that a plan has a way back before anybody writes the target, or that
 * somebody has given it up.
 */
public final class ReverseEngine implements MigrationEngine {

	private static final Duration MAX_AGE = Duration.ofMinutes(1);

	private static final String LIMIT = "0 rows that would not come back";

	private final ReverseStore store;

	/**
	 * Create the engine.
	 * @param store tries the reverse on real rows
	 */
	public ReverseEngine(ReverseStore store) {
		this.store = store;
	}

	@Override
	public List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		if (from == MigrationPhase.CUTOVER && to == MigrationPhase.DUAL_READ) {
			return List.of(back(plan));
		}
		boolean forward = to.isAtLeast(from);
		if (forward && to == MigrationPhase.DUAL_READ && plan.switchKind() == SwitchKind.RELEASE) {
			return List.of(forward(plan));
		}
		return (forward && to == MigrationPhase.CUTOVER && plan.isReversible()) ? List.of(forward(plan)) : List.of();
	}

	private Gate forward(DerivedPlan plan) {
		boolean givenUp = this.store.isGivenUp(plan);
		String correct = "Correct migration.plans.%s.reverse".formatted(plan.id());
		String giveUp = "; or give up the way back: "
				+ Gate.request(plan.id(), "\"approve\": \"%s\"".formatted(MigrationPhase.CUTOVER));
		if (!plan.isReversible()) {
			return Gate.of("reverse", givenUp, given(givenUp, String.valueOf(plan.oneWayReason())), LIMIT,
					correct + giveUp);
		}
		ReverseStatus result = this.store.current(plan, MAX_AGE);
		return Gate.of("reverse", result.provesTheWayBack() || givenUp, result
			.provesTheWayBack() ? value(result) : given(givenUp, value(result)), LIMIT, correct
					+ " so that the mapping of the row that it yields is the target's row again; the keys are under "
					+ "'reverse.samples' of GET /actuator/migrations/" + plan.id() + giveUp);
	}

	/**
	 * What the rows of a reversible plan look like now is for other gates: it need not be
	 * tried once more at night, unless it had failed on the way in.
	 */
	private Gate back(DerivedPlan plan) {
		String force = "Going back loses what has been written on the target: "
				+ Gate.request(plan.id(), "\"phase\": \"%s\", \"force\": true".formatted(MigrationPhase.DUAL_READ));
		if (!plan.isReversible()) {
			return Gate.of("reverse", false, "one way: " + plan.oneWayReason(), "a way back", force);
		}
		boolean failed = this.store.latest(plan).filter((result) -> !result.provesTheWayBack()).isPresent();
		if (!failed) {
			return Gate.of("reverse", true, "proven on the way in", "a way back", "");
		}
		ReverseStatus now = this.store.current(plan, MAX_AGE);
		return Gate.of("reverse", now.provesTheWayBack(), value(now), "a way back", force);
	}

	private static String given(boolean givenUp, String value) {
		return givenUp ? value + "; approved: there is no way back" : value;
	}

	private static String value(ReverseStatus result) {
		if (result.error() != null) {
			return "a row cannot be derived: " + result.error();
		}
		return "%d of %d rows would not come back%s".formatted(result.failed(), result.tried(),
				result.all() ? "" : " (a sample)");
	}

	@Override
	public void report(DerivedPlan plan, MigrationStatus.Builder status) {
		this.store.latest(plan).ifPresent(status::reverse);
	}

}
