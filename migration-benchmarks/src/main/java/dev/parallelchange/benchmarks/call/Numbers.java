package dev.parallelchange.benchmarks.call;

import dev.parallelchange.benchmarks.world.Application;
import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.MigrationKey;

/**
 * A repository whose sides do next to nothing, so that what is around them can be seen.
 */
@MigratedRepository(Application.PLAN)
public interface Numbers {

	/**
	 * Find a number.
	 * @param id its key
	 * @return the number
	 */
	long find(@MigrationKey long id);

	/**
	 * Save a number.
	 * @param id its key
	 * @param number the number
	 */
	void save(@MigrationKey long id, long number);

}
