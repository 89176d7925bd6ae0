package dev.parallelchange.migration.routing;

import org.jspecify.annotations.Nullable;

/**
 * The key, or the keys, of the rows that one call reads or writes.
 */
interface KeyOfCall {

	/** The key of a call of which nothing is known. */
	KeyOfCall NONE = () -> null;

	/**
	 * Return the key as far as it is known before the call.
	 * @return a key or a collection of keys; {@code null} if it is not known yet
	 */
	@Nullable Object before();

	/**
	 * Return the key as it is known after the call.
	 * @param result the result of the call
	 * @return a key or a collection of keys; {@code null} if the call has not changed it
	 */
	default @Nullable Object after(@Nullable Object result) {
		return null;
	}

}
