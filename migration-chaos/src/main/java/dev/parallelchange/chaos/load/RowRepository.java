package dev.parallelchange.chaos.load;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

import dev.parallelchange.migration.MigratedWrite;
import dev.parallelchange.migration.MigrationKey;
import org.jspecify.annotations.Nullable;

/**
 * Rows on one side of a plan; each write enters what it has changed into the journal.
 */
public interface RowRepository {

	/**
	 * Find a row.
	 * @param id its key
	 * @return the row, if there is one
	 */
	Optional<Row> findById(@MigrationKey long id);

	/**
	 * Find rows.
	 * @param ids their keys
	 * @return those that there are
	 */
	List<Row> findByIdIn(@MigrationKey Collection<Long> ids);

	/**
	 * Find a row and lock it.
	 * @param id its key
	 * @return the row, if there is one
	 */
	@MigratedWrite
	Optional<Row> lockById(@MigrationKey long id);

	/**
	 * Insert a row, which fails if there is one.
	 * @param id its key
	 * @param stamp what is written
	 * @return what was changed
	 */
	List<Change> insert(@MigrationKey long id, Stamp stamp);

	/**
	 * Insert a row or increment the one that is there.
	 * @param id its key
	 * @param stamp what is written
	 * @return what was changed
	 */
	List<Change> saveOrIncrement(@MigrationKey long id, Stamp stamp);

	/**
	 * Increment rows in one statement.
	 * @param ids their keys
	 * @param stamp what is written
	 * @return what was changed
	 */
	List<Change> updateAll(@MigrationKey Collection<Long> ids, Stamp stamp);

	/**
	 * Increment rows in a batch of statements.
	 * @param ids their keys
	 * @param stamp what is written
	 * @return what was changed
	 */
	List<Change> updateInBatch(@MigrationKey Collection<Long> ids, Stamp stamp);

	/**
	 * Write a row that was computed from what had been read.
	 * @param id its key
	 * @param read the row as it was read
	 * @param expected the version that the row must still have; {@code null} if the
	 * transaction's isolation is relied on
	 * @param stamp what is written
	 * @return what was changed
	 */
	List<Change> updateFrom(@MigrationKey long id, Row read, @Nullable String expected, Stamp stamp);

	/**
	 * Delete a row.
	 * @param id its key
	 * @param stamp names the write
	 * @return what was changed
	 */
	List<Change> deleteById(@MigrationKey long id, Stamp stamp);

	/**
	 * Give a row another key, which fails if that is taken.
	 * @param from its key
	 * @param to its next key
	 * @param stamp what is written
	 * @return what was changed
	 */
	@MigratedWrite(key = "{#from, #to}")
	List<Change> updateKey(long from, long to, Stamp stamp);

}
