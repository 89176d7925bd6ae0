package dev.parallelchange.migration.autoconfigure.themes.data;

import dev.parallelchange.migration.TargetSide;
import dev.parallelchange.migration.autoconfigure.themes.Themes;
import org.jspecify.annotations.Nullable;

import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.repository.Repository;

/**
 * The target by Spring Data JDBC.
 */
@TargetSide
public interface TargetDataThemes extends Repository<ThemeRow, Long>, Themes {

	@Override
	@Query("select theme from user_settings where user_id = :id")
	@Nullable String findTheme(long id);

	@Override
	@Modifying
	@Query("insert into user_settings (user_id, theme) values (:id, :theme)")
	void insertTheme(long id, String theme);

	@Override
	@Modifying
	@Query("update user_settings set theme = :theme where user_id = :id")
	void changeTheme(long id, String theme);

}
