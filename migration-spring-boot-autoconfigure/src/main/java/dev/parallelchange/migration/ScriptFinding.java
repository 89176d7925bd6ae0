package dev.parallelchange.migration;

import org.jspecify.annotations.Nullable;

/**
 * What is dangerous about a statement of a script.
 *
 * @param rule the rule that it breaks, such as {@code index-not-concurrent}
 * @param script the name of the script's file
 * @param line the line in which the statement begins, from 1
 * @param statement the statement's beginning
 * @param reason why it is dangerous
 * @param rewrite what to write instead, ready to paste
 * @param allowed the reason for which the script allows it; {@code null} if it does not
 */
public record ScriptFinding(String rule, String script, int line, String statement, String reason, String rewrite,
		@Nullable String allowed) {

	/**
	 * Return whether the script says why the statement may run all the same.
	 * @return {@code true} if there is a reason
	 */
	public boolean mayRun() {
		return this.allowed != null;
	}

	@Override
	public String toString() {
		return "%s line %d, %s: %s (%s)".formatted(this.script, this.line, this.rule, this.reason, this.statement);
	}

}
