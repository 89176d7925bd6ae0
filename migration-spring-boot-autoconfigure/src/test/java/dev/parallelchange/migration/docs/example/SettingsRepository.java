package dev.parallelchange.migration.docs.example;

import java.util.Optional;

import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.MigratedWrite;
import dev.parallelchange.migration.MigrationKey;

@MigratedRepository("user-settings")
public interface SettingsRepository {

	Optional<Settings> findByUserId(@MigrationKey long userId);

	@MigratedWrite(key = "#settings.userId")
	void save(Settings settings);

	void deleteByUserId(@MigrationKey long userId);

}
