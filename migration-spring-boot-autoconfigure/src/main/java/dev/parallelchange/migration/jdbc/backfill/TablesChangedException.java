package dev.parallelchange.migration.jdbc.backfill;

/**
 * Rolls a chunk back that has been copied between tables which are not those of the plan
 * any more.
 */
final class TablesChangedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

}
