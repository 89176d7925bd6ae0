package dev.parallelchange.migration;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Reads and writes a plan's data in code that is not behind a {@link MigratedRepository},
 * by the same rules.
 */
public interface MigrationTemplate {

	/**
	 * Read from one side.
	 * @param <T> the type of the answer
	 * @param planId the plan's id
	 * @param key the key of the row that is read, to which the share of reads sticks;
	 * {@code null} if there is none
	 * @param source reads from the source; may be called on another thread to compare
	 * @param target reads from the target; may be called on another thread to compare
	 * @return the answer
	 */
	<T extends @Nullable Object> T read(String planId, @Nullable Object key, Supplier<? extends T> source,
			Supplier<? extends T> target);

	/**
	 * Write to the leading side, in the caller's transaction or a new one.
	 * @param <T> the type of the result
	 * @param planId the plan's id
	 * @param keys the key of the row that is written, or a collection of keys; a key of
	 * several columns is a list, an array or a record
	 * @param source writes to the source
	 * @param target writes to the target
	 * @return the result
	 */
	<T extends @Nullable Object> T write(String planId, Object keys, Supplier<? extends T> source,
			Supplier<? extends T> target);

	/**
	 * Write to the leading side, in the caller's transaction or a new one.
	 * @param planId the plan's id
	 * @param keys the key of the row that is written, or a collection of keys; a key of
	 * several columns is a list, an array or a record
	 * @param source writes to the source
	 * @param target writes to the target
	 */
	default void write(String planId, Object keys, Runnable source, Runnable target) {
		this.<@Nullable Object>write(planId, keys, () -> {
			source.run();
			return null;
		}, () -> {
			target.run();
			return null;
		});
	}

}
