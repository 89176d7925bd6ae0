package dev.parallelchange.sample.service;

import java.util.Optional;

import dev.parallelchange.migration.TargetSide;

import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.repository.Repository;

/**
 * Settings in a table of their own, with Spring Data.
 */
@TargetSide
public interface TableSettingsRepository extends Repository<Settings, Long>, SettingsRepository {

	@Override
	Optional<Settings> findByUserId(long userId);

	@Override
	@Modifying
	@Query("""
			insert into user_settings (user_id, theme, notifications, locale, time_zone, items_per_page, signature)
			values (:#{#settings.userId()}, :#{#settings.theme()}, :#{#settings.notifications()},
				:#{#settings.locale()}, :#{#settings.timeZone()}, :#{#settings.itemsPerPage()},
				:#{#settings.signature()})
			on conflict (user_id) do update set theme = excluded.theme, notifications = excluded.notifications,
				locale = excluded.locale, time_zone = excluded.time_zone, items_per_page = excluded.items_per_page,
				signature = excluded.signature""")
	void save(Settings settings);

	@Override
	@Modifying
	@Query("update user_settings set theme = :theme where user_id = :userId")
	int updateTheme(long userId, String theme);

	@Override
	@Modifying
	@Query("delete from user_settings where user_id = :userId")
	int deleteByUserId(long userId);

}
