package dev.parallelchange.migration.test.example.data;

import java.time.LocalDate;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/**
 * A visit of a pet.
 *
 * @param id the key
 * @param pet the pet's name
 * @param visitDate the day
 */
@Table("visits")
public record Visit(@Id Long id, String pet, LocalDate visitDate) {
}
