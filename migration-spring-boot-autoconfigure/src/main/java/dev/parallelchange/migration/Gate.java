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
 */
public record Gate(String name, boolean open, String value, String limit, String remedy) {

	/**
	 * Create a gate.
	 * @param name the gate's name
	 * @param open whether the condition holds
	 * @param value what was measured
	 * @param limit what is needed
	 * @param remedy what opens the gate
	 * @return the gate, without remedy if it is open
	 */
	public static Gate of(String name, boolean open, Object value, Object limit, String remedy) {
		return new Gate(name, open, String.valueOf(value), String.valueOf(limit), open ? "" : remedy);
	}

	@Override
	public String toString() {
		String state = this.name + (this.open ? " is open: " : " is closed: ") + this.value + " (needed: " + this.limit
				+ ")";
		return this.remedy.isEmpty() ? state : state + "; " + this.remedy;
	}

}
