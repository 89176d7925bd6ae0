package dev.parallelchange.migration.routing;

import org.jspecify.annotations.Nullable;

/**
 * Sends the operations of one plan to a side.
 */
interface Router {

	/**
	 * Read from one side.
	 * @param read what is known about the read
	 * @param key the key of the row; {@link KeyOfCall#NONE} if the read has none
	 * @param call the read
	 * @return the answer
	 * @throws Throwable whatever the side throws
	 */
	@Nullable Object read(ReadTraits read, KeyOfCall key, SideCall call) throws Throwable;

	/**
	 * Write to the leading side.
	 * @param description names the write in messages
	 * @param key the keys of the rows; {@link KeyOfCall#NONE} if others mirror
	 * @param call the write
	 * @return its result
	 * @throws Throwable whatever the side throws
	 */
	@Nullable Object write(String description, KeyOfCall key, SideCall call) throws Throwable;

}
