package dev.parallelchange.migration.threads;

import java.util.Optional;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Themes in a table.
 *
 * @param client the client
 * @param table the table
 */
record JdbcThemes(JdbcClient client, String table) implements Themes {

	@Override
	public Optional<Theme> findTheme(long userId) {
		return this.client.sql("select id as user_id, theme as name from %s where id = ?".formatted(this.table))
			.param(userId)
			.query(Theme.class)
			.optional();
	}

	@Override
	public void save(Theme theme) {
		this.client.sql("update %s set theme = ? where id = ?".formatted(this.table))
			.params(theme.name(), theme.userId())
			.update();
	}

}
