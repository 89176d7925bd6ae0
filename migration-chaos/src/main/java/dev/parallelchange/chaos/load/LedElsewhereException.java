package dev.parallelchange.chaos.load;

import org.springframework.dao.TransientDataAccessException;

/**
 * Thrown by a write that would not be part of its caller's transaction, since the plan's
 * leading side is in the other database by now.
 */
@SuppressWarnings("serial")
final class LedElsewhereException extends TransientDataAccessException {

	LedElsewhereException(RowTable table) {
		super("The caller's transaction was not begun in the database of " + table.table());
	}

}
