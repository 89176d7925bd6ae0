package dev.parallelchange.chaos.audit;

/**
 * Something that must not be.
 *
 * @param plan the plan that it is about; empty for none
 * @param key the key that it is about; 0 for none
 * @param text what it is
 */
public record Violation(String plan, long key, String text) {

	static Violation of(String text) {
		return new Violation("", 0, text);
	}

	@Override
	public String toString() {
		return this.plan.isEmpty() ? this.text : "%s of %s: %s".formatted(this.key, this.plan, this.text);
	}

}
