package dev.parallelchange.chaos.audit;

import java.time.Instant;

/**
 * A read that did not answer its process's last write.
 *
 * @param at when it was logged
 * @param reader who read
 * @param plan the plan
 * @param key the row's key
 * @param expected the version of the last write
 * @param found the version that was read, or that there was no row
 */
record LoggedRead(Instant at, String reader, String plan, long key, String expected, String found) {

	static LoggedRead of(Instant at, String reader, String text) {
		String[] words = text.split(" ");
		String[] change = words[0].split(":", 3);
		return new LoggedRead(at, reader, change[0], Long.parseLong(change[1]), change[2], words[1]);
	}

}
