package dev.parallelchange.migration;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Thrown when a phase is asked for that a closed gate does not allow.
 */
public class GateClosedException extends MigrationException {

	private static final long serialVersionUID = 1L;

	private final MigrationPhase phase;

	private final transient List<Gate> gates;

	public GateClosedException(String planId, MigrationPhase phase, List<Gate> gates) {
		super(planId, "Plan '%s' cannot enter %s: %s".formatted(planId, phase,
				gates.stream().map(Gate::toString).collect(Collectors.joining("; "))));
		this.phase = phase;
		this.gates = List.copyOf(gates);
	}

	/**
	 * Return the phase that was asked for.
	 * @return the phase
	 */
	public MigrationPhase getPhase() {
		return this.phase;
	}

	/**
	 * Return the closed gates.
	 * @return the gates, each with what opens it
	 */
	public List<Gate> getGates() {
		return this.gates;
	}

}
