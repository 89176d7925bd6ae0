package dev.parallelchange.sample.service;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Settings in the JSON that users have had for years, written by many clients.
 */
public class ProfileSettingsRepository implements SettingsRepository {

	private static final String SELECT = """
			select id as user_id,
				case when lower(profile ->> 'theme') in ('light', 'dark', 'system')
					then lower(profile ->> 'theme') else 'light' end as theme,
				coalesce(lower(profile ->> 'notifications') in ('true', 'yes', 'on', '1'), true) as notifications,
				coalesce(nullif(lower(replace(btrim(profile ->> 'locale'), '_', '-')), ''), 'en') as locale,
				coalesce(nullif(profile ->> 'timeZone', ''), 'UTC') as time_zone,
				case when profile ->> 'itemsPerPage' ~ '^[0-9]{1,6}$'
					then cast(profile ->> 'itemsPerPage' as integer) else 20 end as items_per_page,
				coalesce(profile ->> 'signature', '') as signature
			from users
			where profile is not null and id in (:ids)""";

	// What other clients keep in the profile stays in it.
	private static final String SAVE = """
			update users set profile = case when jsonb_typeof(profile) = 'object' then profile else '{}' end
				|| jsonb_build_object('theme', :theme::text, 'notifications', :notifications::boolean,
					'locale', :locale::text, 'timeZone', :timeZone::text, 'itemsPerPage', :itemsPerPage::integer,
					'signature', :signature::text)
			where id = :userId""";

	private static final String UPDATE_THEME = """
			update users set profile = case when jsonb_typeof(profile) = 'object' then profile else '{}' end
				|| jsonb_build_object('theme', :theme::text)
			where id = :userId and profile is not null""";

	private static final String DELETE = """
			update users set profile = null where id = :userId and profile is not null""";

	private final JdbcClient client;

	public ProfileSettingsRepository(JdbcClient client) {
		this.client = client;
	}

	@Override
	public Optional<Settings> findByUserId(long userId) {
		return findByUserIdIn(List.of(userId)).stream().findFirst();
	}

	/**
	 * Find the settings of several users.
	 * @param userIds the users' ids
	 * @return the settings of those who have any
	 */
	public List<Settings> findByUserIdIn(Collection<Long> userIds) {
		return this.client.sql(SELECT).param("ids", userIds).query(Settings.class).list();
	}

	@Override
	public void save(Settings settings) {
		this.client.sql(SAVE).paramSource(settings).update();
	}

	@Override
	public int updateTheme(long userId, String theme) {
		return this.client.sql(UPDATE_THEME).param("userId", userId).param("theme", theme).update();
	}

	@Override
	public int deleteByUserId(long userId) {
		return this.client.sql(DELETE).param("userId", userId).update();
	}

}
