package dev.parallelchange.migration.phase;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.Gate;

/**
 * Remembers since when this instance has found gates closed. Gates of the step that is
 * asked for are looked at in each poll, those of others when somebody asks.
 */
final class GateClock {

	private final Map<String, Watch> watches = new ConcurrentHashMap<>();

	/**
	 * Return the gates of a step, closed ones with their time.
	 */
	List<Gate> timed(Step step, List<Gate> gates) {
		Watch watch = this.watches.compute(step.plan().id(),
				(id, known) -> (known != null && known.epoch() == step.epoch()) ? known
						: new Watch(step.epoch(), new ConcurrentHashMap<>()));
		return gates.stream().map((gate) -> timed(watch.closed(), step.to() + " " + gate.name(), gate)).toList();
	}

	private static Gate timed(Map<String, Instant> closed, String name, Gate gate) {
		if (gate.open()) {
			closed.remove(name);
			return gate;
		}
		return gate.closedSince(closed.computeIfAbsent(name, (first) -> Instant.now().truncatedTo(ChronoUnit.MILLIS)));
	}

	/**
	 * What has been seen of a plan in one stay in a phase.
	 *
	 * @param epoch the number of the stay
	 * @param closed since when gates have been closed
	 */
	private record Watch(long epoch, Map<String, Instant> closed) {

	}

}
