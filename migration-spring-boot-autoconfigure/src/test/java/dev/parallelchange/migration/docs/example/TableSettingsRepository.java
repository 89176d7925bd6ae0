package dev.parallelchange.migration.docs.example;

import java.util.Optional;

import dev.parallelchange.migration.TargetSide;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
@TargetSide
class TableSettingsRepository implements SettingsRepository {

	private final JdbcClient client;

	TableSettingsRepository(JdbcClient client) {
		this.client = client;
	}

	@Override
	public Optional<Settings> findByUserId(long userId) {
		return this.client.sql("select user_id, theme from user_settings where user_id = :id")
			.param("id", userId)
			.query(Settings.class)
			.optional();
	}

	@Override
	public void save(Settings settings) {
		this.client.sql("""
				insert into user_settings (user_id, theme) values (:userId, :theme)
				on conflict (user_id) do update set theme = excluded.theme""").paramSource(settings).update();
	}

	@Override
	public void deleteByUserId(long userId) {
		this.client.sql("delete from user_settings where user_id = :id").param("id", userId).update();
	}

}
