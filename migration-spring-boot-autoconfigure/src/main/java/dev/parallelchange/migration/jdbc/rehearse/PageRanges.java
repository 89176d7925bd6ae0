package dev.parallelchange.migration.jdbc.rehearse;

import java.util.List;
import java.util.function.Consumer;

import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.jdbc.MigrationDatabase;

import org.springframework.dao.DataAccessException;

/**
 * Goes through a table by ranges of its pages, so that what has been read until the time
 * is over is kept. The pages of partitions are gone through side by side.
 */
final class PageRanges {

	private static final String PAGES = """
			select coalesce(pg_relation_size(part), 0) / cast(current_setting('block_size') as bigint)
			from (select cast(to_regclass(:table) as oid) as part
				union select cast(relid as oid) from pg_partition_tree(to_regclass(:table))) as parts""";

	private static final String RANGE = "source.ctid >= '(%d,0)'";

	private static final String END = " and source.ctid < '(%d,0)'";

	/** A range grows until it takes about as long. */
	private static final long LONG_ENOUGH = 500_000_000;

	private static final long FIRST = 128;

	private final MigrationDatabase database;

	private final RehearsalTime time;

	private final List<Long> pages;

	/**
	 * Look at the table; what it gets later is not in the snapshot.
	 */
	PageRanges(MigrationDatabase database, String table, RehearsalTime time) {
		this.database = database;
		this.time = time;
		this.pages = database.sql(PAGES).param("table", table).query(Long.class).list();
	}

	/**
	 * Run a statement for each range, until the time for reading is over.
	 * @param statement takes the condition over {@code source} that a row is in the range
	 * @return the share of the pages that have been gone through, 1 for all
	 */
	double each(Consumer<String> statement) {
		long until = this.time.readUntil();
		long length = FIRST;
		long from = 0;
		while (!isAll(from)) {
			long began = System.nanoTime();
			if (from > 0 && began >= until || !run(statement, from, from + length, until)) {
				break;
			}
			from += length;
			length = (System.nanoTime() - began < LONG_ENOUGH) ? 2 * length : length;
		}
		this.time.bound(this.database);
		return isAll(from) ? 1 : share(from);
	}

	/**
	 * Without the first range there is nothing to report.
	 */
	private boolean run(Consumer<String> statement, long from, long to, long until) {
		this.time.bound(this.database, until);
		try {
			this.database.nested(() -> statement.accept(condition(from, to)));
			return true;
		}
		catch (DataAccessException ex) {
			if (from == 0 || StatementFailure.of(ex).kind() != StatementFailure.Kind.TIMEOUT) {
				throw ex;
			}
			return false;
		}
	}

	private String condition(long from, long to) {
		if (isAll(to)) {
			return (from == 0) ? "true" : RANGE.formatted(from);
		}
		return RANGE.formatted(from) + END.formatted(to);
	}

	private boolean isAll(long to) {
		return to > 0 && this.pages.stream().allMatch((size) -> size <= to);
	}

	private double share(long to) {
		return this.pages.stream().mapToLong((size) -> Math.min(size, to)).sum()
				/ (double) this.pages.stream().mapToLong(Long::longValue).sum();
	}

}
