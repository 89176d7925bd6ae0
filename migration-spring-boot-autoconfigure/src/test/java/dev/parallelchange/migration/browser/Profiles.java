package dev.parallelchange.migration.browser;

import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.MigrationKey;
import org.jspecify.annotations.Nullable;

/**
 * A repository with two sides, so that there are reads to compare.
 */
@MigratedRepository("user-settings")
public interface Profiles {

	@Nullable String findTheme(@MigrationKey long id);

	void insertTheme(@MigrationKey long id, String theme);

}
