package dev.parallelchange.migration.test.example.jdbc;

import javax.sql.DataSource;

import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.SourceSide;
import dev.parallelchange.migration.TargetSide;
import dev.parallelchange.migration.test.example.Databases;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * An application whose settings move from a JSON column into a table.
 */
@SpringBootApplication(proxyBeanMethods = false,
		exclude = { HibernateJpaAutoConfiguration.class, DataJpaRepositoriesAutoConfiguration.class })
public class SettingsApplication {

	@Bean
	DataSource dataSource() {
		return Databases.create("settings",
				"create table users (id bigint primary key, profile jsonb not null, email text)",
				"""
						insert into users select i, jsonb_build_object('theme', case when i % 2 = 0 then 'dark' else 'light' end)
						from generate_series(1, 20) as i""",
				"""
						create table user_settings (user_id bigint primary key references users on delete cascade,
							theme text not null check (theme <> 'pink'))""");
	}

	@Bean
	MigrationPlan userSettings() {
		return MigrationPlan.of("user-settings")
			.source("users")
			.target("user_settings")
			.filter("source.profile ->> 'theme' is not null")
			.map("theme", "source.profile ->> 'theme'")
			.reverse("profile",
					"case when target.user_id is null then source.profile - 'theme'"
							+ " else source.profile || jsonb_build_object('theme', target.theme) end")
			.build();
	}

	@Bean
	@SourceSide
	SettingsRepository profileSettings(JdbcClient client) {
		return new JdbcSettings(client, "select id as user_id, profile ->> 'theme' as theme from users",
				"update users set profile = profile || jsonb_build_object('theme', :theme::text) where id = :userId");
	}

	@Bean
	@TargetSide
	SettingsRepository tableSettings(JdbcClient client) {
		return new JdbcSettings(client, "select user_id, theme from user_settings", """
				insert into user_settings (user_id, theme) values (:userId, :theme)
				on conflict (user_id) do update set theme = excluded.theme""");
	}

}
