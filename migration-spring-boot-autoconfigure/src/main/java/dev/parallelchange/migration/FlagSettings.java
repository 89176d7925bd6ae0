package dev.parallelchange.migration;

import org.jspecify.annotations.Nullable;

/**
 * The names of a plan's flags.
 *
 * @param write the name of the write flag; {@code null} for {@code migration.<id>.write}
 * @param read the name of the read flag; {@code null} for {@code migration.<id>.read}
 * @param backfill the name of the backfill flag; {@code null} for
 * {@code migration.<id>.backfill}
 */
public record FlagSettings(@Nullable String write, @Nullable String read, @Nullable String backfill) {

	/** The settings that apply where nothing else is said. */
	public static final FlagSettings DEFAULTS = new FlagSettings(null, null, null);

	/**
	 * Return the name of a flag.
	 * @param planId the plan's id
	 * @param flag the flag
	 * @return the configured name or the default one
	 */
	public String name(String planId, MigrationFlag flag) {
		String name = switch (flag) {
			case WRITE -> this.write;
			case READ -> this.read;
			case BACKFILL -> this.backfill;
		};
		return (name != null) ? name : "migration." + planId + "." + flag.name().toLowerCase(java.util.Locale.ROOT);
	}

}
