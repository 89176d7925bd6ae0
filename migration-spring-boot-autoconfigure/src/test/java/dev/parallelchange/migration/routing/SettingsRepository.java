package dev.parallelchange.migration.routing;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

import dev.parallelchange.migration.MigratedRead;
import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.MigratedWrite;
import dev.parallelchange.migration.MigrationKey;

/**
 * The repository of the tests.
 */
@MigratedRepository(TestPlan.ID)
public interface SettingsRepository {

	Optional<Settings> findById(@MigrationKey long id);

	@MigratedRead(key = "#ids")
	List<Settings> findAllById(Collection<Long> ids);

	List<Settings> findAll();

	@MigratedRead(compare = false)
	long countThemes();

	boolean existsById(@MigrationKey long id);

	@MigratedWrite(key = "#settings.id")
	void save(Settings settings);

	@MigratedWrite(key = "#p0.![id]")
	void saveAll(Collection<Settings> settings);

	@MigratedWrite(key = "#result.id")
	Settings insertNew(String theme);

	void deleteById(@MigrationKey long id);

	@MigratedWrite(key = "{#from, #to}")
	void moveKey(long from, long to);

	@MigratedWrite(key = "#id")
	void saveAndFail(long id, Exception failure) throws Exception;

	default Settings require(long id) {
		return findById(id).orElseThrow();
	}

	static Settings defaults(long id) {
		return new Settings(id, "light");
	}

}
