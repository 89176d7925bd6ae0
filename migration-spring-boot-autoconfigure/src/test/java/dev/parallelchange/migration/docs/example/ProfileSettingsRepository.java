package dev.parallelchange.migration.docs.example;

import java.util.Optional;

import dev.parallelchange.migration.SourceSide;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
@SourceSide
class ProfileSettingsRepository implements SettingsRepository {

	private final JdbcClient client;

	ProfileSettingsRepository(JdbcClient client) {
		this.client = client;
	}

	@Override
	public Optional<Settings> findByUserId(long userId) {
		return this.client.sql("""
				select id as user_id, coalesce(profile ->> 'theme', 'light') as theme
				from users where profile is not null and id = :id""")
			.param("id", userId)
			.query(Settings.class)
			.optional();
	}

	@Override
	public void save(Settings settings) {
		this.client.sql("""
				update users set profile = coalesce(profile, '{}') || jsonb_build_object('theme', :theme::text)
				where id = :userId""").paramSource(settings).update();
	}

	@Override
	public void deleteByUserId(long userId) {
		this.client.sql("update users set profile = null where id = :id").param("id", userId).update();
	}

}
