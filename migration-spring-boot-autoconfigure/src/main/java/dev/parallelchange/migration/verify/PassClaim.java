package dev.parallelchange.migration.verify;

import java.util.Collection;

import dev.parallelchange.migration.RowKey;

/**
 * The right to compare the next chunk of a pass, which lasts as long as its transaction.
 */
public interface PassClaim {

	/**
	 * Return the pass as it stands.
	 * @return the pass
	 */
	Pass pass();

	/**
	 * Find the next chunk.
	 * @param rows the most rows of each side that it may have
	 * @return the keys after the pass's cursor
	 */
	KeyRange next(int rows);

	/**
	 * Compare all rows of a range in one snapshot.
	 * @param range the range
	 * @return what it shows
	 */
	Comparison compare(KeyRange range);

	/**
	 * Compare the rows of given keys in one fresh snapshot.
	 * @param keys the keys
	 * @return what it shows
	 */
	Comparison compare(Collection<RowKey> keys);

	/**
	 * Compare a range whose values cannot be computed; a row of both sides counts as
	 * different.
	 * @param range the range
	 * @return what it shows
	 */
	Comparison compareKeys(KeyRange range);

	/**
	 * Record what was found, and move on; after the last range the pass is finished.
	 * @param range the range that has been compared
	 * @param findings what was found
	 * @return the pass as it stands now
	 */
	Pass advance(KeyRange range, Findings findings);

}
