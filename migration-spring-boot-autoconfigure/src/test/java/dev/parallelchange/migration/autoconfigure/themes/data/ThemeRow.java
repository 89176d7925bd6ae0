package dev.parallelchange.migration.autoconfigure.themes.data;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/**
 * A row of the source.
 *
 * @param id the key
 * @param theme the value
 */
@Table("users")
public record ThemeRow(@Id Long id, String theme) {
}
