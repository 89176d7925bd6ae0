package dev.parallelchange.migration;

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
 */
public record Gate(String name, boolean open, String value, String limit, String remedy, boolean waiting) {

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

	@Override
	public String toString() {
		String state = this.name + (this.open ? " is open: " : " is closed: ") + this.value + " (needed: " + this.limit
				+ ")";
		return this.remedy.isEmpty() ? state : state + "; " + this.remedy;
	}

}
