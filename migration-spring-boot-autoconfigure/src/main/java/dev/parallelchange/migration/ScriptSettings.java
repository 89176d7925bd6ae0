package dev.parallelchange.migration;

import org.jspecify.annotations.Nullable;

/**
 * Where a plan's own scripts are.
 *
 * @param expand the folder of those that create the target; {@code null} for
 * {@code classpath:db/migrations/<plan>/expand}, if there is one
 * @param contract the folder of those that clean up in {@link MigrationPhase#CONTRACT};
 * {@code null} for {@code classpath:db/migrations/<plan>/contract}, if there is one
 */
public record ScriptSettings(@Nullable String expand, @Nullable String contract) {

	/** The settings that apply where nothing else is said. */
	public static final ScriptSettings DEFAULTS = new ScriptSettings(null, null);

}
