package dev.parallelchange.migration;

import org.jspecify.annotations.Nullable;

/**
 * Where a plan's own scripts are.
 *
 * @param expand the folder of those that create the target; {@code null} for
 * {@code classpath:db/migrations/<plan>/expand}, if there is one
 * @param contract the folder of those that clean up in {@link MigrationPhase#CONTRACT};
 * {@code null} for {@code classpath:db/migrations/<plan>/contract}, if there is one
 * @param observe whether they are run on empty copies of their tables first, to see what
 * they lock
 * @param derive whether the expand scripts of a plan without files are derived from it
 */
public record ScriptSettings(@Nullable String expand, @Nullable String contract, boolean observe, boolean derive) {

	/** The settings that apply where nothing else is said. */
	public static final ScriptSettings DEFAULTS = new ScriptSettings(null, null, false, false);

	public ScriptSettings(@Nullable String expand, @Nullable String contract) {
		this(expand, contract, false, false);
	}

}
