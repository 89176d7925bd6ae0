package dev.parallelchange.migration.schedule;

import dev.parallelchange.migration.MigratedWrite;
import dev.parallelchange.migration.MigrationKey;

/**
 * A repository whose writes read what they change, so that a lost update shows.
 */
public interface Accounts {

	Long findAmount(@MigrationKey long id);

	@MigratedWrite
	void add(@MigrationKey long id, long amount);

}
