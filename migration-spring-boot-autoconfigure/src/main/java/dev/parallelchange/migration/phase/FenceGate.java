package dev.parallelchange.migration.phase;

import java.time.Duration;
import java.util.Optional;

import dev.parallelchange.migration.Gate;

/**
 * Shows how far the fence before a change of the leading side is; it holds nothing up by
 * itself.
 */
final class FenceGate {

	private FenceGate() {
	}

	static Optional<Gate> of(Step step) {
		if (!step.needsFence()) {
			return Optional.empty();
		}
		StoredPlan stored = step.agreement().stored();
		Duration limit = step.plan().plan().safety().maxWritePause();
		String trouble = stored.fenceTrouble();
		String value = (stored.fence() != null) ? "announced"
				: (trouble != null) ? "given up: " + trouble : "not needed yet";
		return Optional.of(Gate.waiting("fence", stored.fence() != null || trouble == null, value,
				"all writers ended and nothing pending within %d ms".formatted(limit.toMillis()),
				"It is tried again by itself. An instance that does not answer is waited for until its lease ends; "
						+ "otherwise keep transactions that write the plan short, or raise migration.plans.%s.safety.max-write-pause"
							.formatted(step.plan().id())));
	}

}
