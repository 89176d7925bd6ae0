package dev.parallelchange.sample.service;

import java.util.Optional;

import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.MigratedWrite;
import dev.parallelchange.migration.MigrationKey;

/**
 * The settings of users, wherever they are while the plan {@code user-settings} moves
 * them.
 */
@MigratedRepository("user-settings")
public interface SettingsRepository {

	/**
	 * Find a user's settings.
	 * @param userId the user's id
	 * @return the settings, if the user has any
	 */
	Optional<Settings> findByUserId(@MigrationKey long userId);

	/**
	 * Save a user's settings.
	 * @param settings the settings
	 */
	@MigratedWrite(key = "#settings.userId")
	void save(Settings settings);

	/**
	 * Change one setting and leave the others as they are.
	 * @param userId the user's id
	 * @param theme the theme
	 * @return the number of users with settings that were changed
	 */
	int updateTheme(@MigrationKey long userId, String theme);

	/**
	 * Delete a user's settings.
	 * @param userId the user's id
	 * @return the number of users whose settings were deleted
	 */
	int deleteByUserId(@MigrationKey long userId);

}
