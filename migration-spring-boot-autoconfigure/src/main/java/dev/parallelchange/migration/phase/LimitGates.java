package dev.parallelchange.migration.phase;

import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;

/**
 * The gates that no work can open: there is no way back from a contracted plan, and
 * nothing goes beyond what the configuration says.
 */
final class LimitGates {

	private LimitGates() {
	}

	/**
	 * The gates that are closed for a destination, however far away it is.
	 */
	static List<Gate> closed(Agreement agreement, MigrationPhase destination) {
		List<Gate> gates = new ArrayList<>();
		MigrationPhase phase = agreement.stored().phase();
		if (phase.isAtLeast(MigrationPhase.CONTRACT) && !destination.isAtLeast(phase)) {
			gates.add(Gate.of("way-back", false, phase, MigrationPhase.CUTOVER,
					"the mirror has stopped in CONTRACT, so that the source lacks what was written since; "
							+ "a way back would be a new plan in the opposite direction"));
		}
		Wish pinned = agreement.pinned();
		if (pinned != null && destination.compareTo(pinned.phase()) > 0 && destination.compareTo(phase) > 0) {
			gates.add(Gate.of("configured-phase", false, pinned.phase() + " by " + pinned.by(), destination,
					"set migration.plans.%s.phase to %s, or remove it, on every instance"
						.formatted(agreement.stored().state().planId(), destination)));
		}
		return gates;
	}

	/**
	 * The hold can be lifted, so it does not refuse what lies further ahead.
	 */
	static List<Gate> hold(Agreement agreement, MigrationPhase destination) {
		MigrationPhase hold = agreement.stored().state().hold();
		if (hold == null || destination.compareTo(hold) <= 0
				|| destination.compareTo(agreement.stored().phase()) <= 0) {
			return List.of();
		}
		return List.of(Gate.of("hold", false, hold + " by " + agreement.stored().state().holdBy(), destination,
				"lift the hold: " + Gate.request(agreement.stored().state().planId(), "\"hold\": \"none\"")));
	}

}
