package dev.parallelchange.migration.test.example.data;

import java.time.LocalDate;
import java.util.Optional;

import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.MigrationKey;

@MigratedRepository("visits")
public interface Visits {

	Optional<Visit> findVisit(@MigrationKey long id);

	void insertVisit(@MigrationKey long id, String pet, LocalDate day);

	void updatePet(@MigrationKey long id, String pet);

}
