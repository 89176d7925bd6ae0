package dev.parallelchange.migration.docs.example;

import dev.parallelchange.migration.MigrationTemplate;

import org.springframework.jdbc.core.simple.JdbcClient;

class ThemeReport {

	private static final String FROM_PROFILES = "select count(*) from users where profile ->> 'theme' = :theme";

	private static final String FROM_TABLE = "select count(*) from user_settings where theme = :theme";

	private final MigrationTemplate migration;

	private final JdbcClient client;

	ThemeReport(MigrationTemplate migration, JdbcClient client) {
		this.migration = migration;
		this.client = client;
	}

	long count(String theme) {
		return this.migration.read("user-settings", null, () -> count(FROM_PROFILES, theme),
				() -> count(FROM_TABLE, theme));
	}

	void setTheme(long userId, String theme) {
		this.migration.write("user-settings", userId, () -> update("""
				update users set profile = profile || jsonb_build_object('theme', :theme::text)
				where id = :userId and profile is not null""", userId, theme),
				() -> update("update user_settings set theme = :theme where user_id = :userId", userId, theme));
	}

	private long count(String sql, String theme) {
		return this.client.sql(sql).param("theme", theme).query(Long.class).single();
	}

	private void update(String sql, long userId, String theme) {
		this.client.sql(sql).param("userId", userId).param("theme", theme).update();
	}

}
