package dev.parallelchange.migration.test.example.jdbc;

import java.util.List;
import java.util.Optional;

import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.MigratedWrite;
import dev.parallelchange.migration.MigrationKey;

@MigratedRepository("user-settings")
public interface SettingsRepository {

	Optional<Settings> findByUserId(@MigrationKey long userId);

	List<Settings> findAll();

	@MigratedWrite(key = "#settings.userId")
	void save(Settings settings);

}
