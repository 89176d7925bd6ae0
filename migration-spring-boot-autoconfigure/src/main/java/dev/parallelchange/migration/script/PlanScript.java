package dev.parallelchange.migration.script;

import dev.parallelchange.migration.script.sql.SqlScript;
import org.jspecify.annotations.Nullable;

/**
 * One of a plan's own scripts.
 *
 * @param version its version, such as {@code 1.2}
 * @param description what its name says besides
 * @param sql its text
 * @param undo the script that undoes it; {@code null} if there is none
 */
public record PlanScript(String version, String description, SqlScript sql, @Nullable SqlScript undo) {

	/**
	 * Return the name of the script's file.
	 * @return the name, such as {@code V1__visited_on.sql}
	 */
	public String name() {
		return this.sql.name();
	}

}
