package dev.parallelchange.migration.autoconfigure.themes.data;

import dev.parallelchange.migration.SourceSide;
import dev.parallelchange.migration.autoconfigure.themes.Themes;
import org.jspecify.annotations.Nullable;

import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.repository.Repository;

/**
 * The source by Spring Data JDBC.
 */
@SourceSide
public interface SourceDataThemes extends Repository<ThemeRow, Long>, Themes {

	@Override
	@Query("select theme from users where id = :id")
	@Nullable String findTheme(long id);

	@Override
	@Modifying
	@Query("insert into users (id, theme) values (:id, :theme)")
	void insertTheme(long id, String theme);

	@Override
	@Modifying
	@Query("update users set theme = :theme where id = :id")
	void changeTheme(long id, String theme);

}
