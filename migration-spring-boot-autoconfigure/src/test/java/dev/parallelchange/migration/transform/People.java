package dev.parallelchange.migration.transform;

import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.MigrationKey;
import org.jspecify.annotations.Nullable;

/**
 * Names, of which no change may be lost.
 */
@MigratedRepository("p")
interface People {

	@Nullable String findLast(@MigrationKey long id);

	void insert(@MigrationKey long id, String first, String last);

	void updateLast(@MigrationKey long id, String last);

	void delete(@MigrationKey long id);

}
