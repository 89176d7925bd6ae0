package dev.parallelchange.migration.autoconfigure.themes;

import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.MigratedWrite;
import dev.parallelchange.migration.MigrationKey;
import org.jspecify.annotations.Nullable;

/**
 * A repository of which every kind of side exists.
 */
@MigratedRepository("user-settings")
public interface Themes {

	@Nullable String findTheme(@MigrationKey long id);

	void insertTheme(@MigrationKey long id, String theme);

	@MigratedWrite
	void changeTheme(@MigrationKey long id, String theme);

}
