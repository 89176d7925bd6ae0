package dev.parallelchange.migration;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a statement of a script did on an empty copy of its tables.
 *
 * @param line the line in which the statement begins, from 1
 * @param locks the locks that it took and that no statement before had taken, such as
 * {@code AccessExclusiveLock on visits}
 * @param rewritten the tables that it wrote anew
 * @param note why it was not observed; {@code null} if it was
 */
public record ScriptObservation(int line, List<String> locks, List<String> rewritten, @Nullable String note) {

	public ScriptObservation {
		locks = List.copyOf(locks);
		rewritten = List.copyOf(rewritten);
	}

}
