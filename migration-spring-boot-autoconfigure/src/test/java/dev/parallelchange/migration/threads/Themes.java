package dev.parallelchange.migration.threads;

import java.util.Optional;

import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.MigratedWrite;
import dev.parallelchange.migration.MigrationKey;

/**
 * A migrated repository with a key expression and a method with a body.
 */
@MigratedRepository("user-settings")
public interface Themes {

	Optional<Theme> findTheme(@MigrationKey long userId);

	@MigratedWrite(key = "#theme.userId")
	void save(Theme theme);

	default String nameFor(long userId) {
		return findTheme(userId).map(Theme::name).orElse("none");
	}

}
