package dev.parallelchange.migration;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A transformer with a way back: without one, a plan is one-way unless SQL restores what
 * the transformer reads.
 */
public interface ReversibleMigrationTransformer extends MigrationTransformer {

	/**
	 * Transform a row of the target back, so that {@link #toTarget} of the result yields
	 * the row again.
	 * @param target the values of {@link #targetColumns()} by name, which cannot be
	 * modified, in the types that {@link #toTarget} tells of
	 * @return the values of {@link #sourceColumns()} by name, each of them but for the
	 * source's key and generated columns
	 */
	Map<String, @Nullable Object> toSource(Map<String, @Nullable Object> target);

}
