package dev.parallelchange.migration.jdbc.trigger;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a plan's functions were made from, kept in their comments. While instances with
 * two versions of the library run side by side, the newer generator's triggers stay:
 * otherwise each would replace the other's.
 *
 * @param generator the number of the generator, which grows when its text changes
 * @param triggers the number of triggers that it makes for the plan
 * @param definition the fingerprint of the plan's definition
 * @param text a hash over all statements
 */
record TriggerVersion(int generator, long triggers, String definition, String text) {

	private static final Pattern COMMENT = Pattern
		.compile("generator (\\d+), (\\d+) triggers, definition (\\w+), text (\\w+)");

	static Optional<TriggerVersion> parse(String comment) {
		Matcher matcher = COMMENT.matcher(comment);
		return matcher.matches() ? Optional.of(new TriggerVersion(Integer.parseInt(matcher.group(1)),
				Long.parseLong(matcher.group(2)), matcher.group(3), matcher.group(4))) : Optional.empty();
	}

	/**
	 * Return whether what is installed serves whoever would make this version.
	 */
	boolean isServedBy(TriggerVersion installed, long enabled) {
		return installed.triggers == enabled && installed.definition.equals(this.definition)
				&& (installed.generator > this.generator
						|| (installed.generator == this.generator && installed.text.equals(this.text)));
	}

	@Override
	public String toString() {
		return "generator %d, %d triggers, definition %s, text %s".formatted(this.generator, this.triggers,
				this.definition, this.text);
	}

}
