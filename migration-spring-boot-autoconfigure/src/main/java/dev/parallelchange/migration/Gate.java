package dev.parallelchange.migration;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A condition, with its number, that must hold before a phase may be entered.
 *
 * @param name the gate's name in kebab case, such as {@code parity}
 * @param open whether the condition holds
 * @param value what was measured
 * @param limit what is needed
 * @param remedy what opens the gate: the command, property or statement to paste; empty
 * if it is open
 * @param waiting whether the gate is closed only until work that is under way has ended,
 * so that a request for the phase is kept instead of refused
 * @param since since when the instance that answers has found it closed; {@code null} if
 * it is open, or was not looked at before
 */
public record Gate(String name, boolean open, String value, String limit, String remedy, boolean waiting,
		@Nullable Instant since) {

	/**
	 * Create a gate that is looked at for the first time.
	 * @param name the gate's name
	 * @param open whether the condition holds
	 * @param value what was measured
	 * @param limit what is needed
	 * @param remedy what opens the gate
	 * @param waiting whether it opens by itself
	 */
	public Gate(String name, boolean open, String value, String limit, String remedy, boolean waiting) {
		this(name, open, value, limit, remedy, waiting, null);
	}

	/**
	 * Create a gate that somebody has to open.
	 * @param name the gate's name
	 * @param open whether the condition holds
	 * @param value what was measured
	 * @param limit what is needed
	 * @param remedy what opens the gate
	 * @return the gate, without remedy if it is open
	 */
	public static Gate of(String name, boolean open, Object value, Object limit, String remedy) {
		return new Gate(name, open, String.valueOf(value), String.valueOf(limit), open ? "" : remedy, false);
	}

	/**
	 * Create a gate that opens by itself when work that is under way has ended.
	 * @param name the gate's name
	 * @param open whether the condition holds
	 * @param value what was measured
	 * @param limit what is needed
	 * @param remedy what is waited for, and what to do if it takes too long
	 * @return the gate, without remedy if it is open
	 */
	public static Gate waiting(String name, boolean open, Object value, Object limit, String remedy) {
		return new Gate(name, open, String.valueOf(value), String.valueOf(limit), open ? "" : remedy, !open);
	}

	/**
	 * Word a request to the endpoint, to paste.
	 * @param planId the plan's id
	 * @param wish what to ask for, such as {@code "hold": "none"}
	 * @return the request with a place for a reason
	 */
	public static String request(String planId, String wish) {
		return "POST /actuator/migrations/%s {%s, \"reason\": \"…\"}".formatted(planId, wish);
	}

	/**
	 * Say since when the gate has been closed.
	 * @param since when it was first found closed
	 * @return the gate with that time
	 */
	public Gate closedSince(Instant since) {
		return new Gate(this.name, this.open, this.value, this.limit, this.remedy, this.waiting, since);
	}

	@Override
	public String toString() {
		String state = this.name + (this.open ? " is open: " : " is closed: ") + this.value + " (needed: " + this.limit
				+ ")";
		return this.remedy.isEmpty() ? state : state + "; " + this.remedy;
	}

}
