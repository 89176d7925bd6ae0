package dev.parallelchange.migration.autoconfigure.themes;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Either side by {@code JdbcClient}.
 */
public class JdbcThemes implements Themes {

	private final JdbcClient client;

	private final String table;

	private final String key;

	public JdbcThemes(JdbcClient client, String table, String key) {
		this.client = client;
		this.table = table;
		this.key = key;
	}

	@Override
	public @Nullable String findTheme(long id) {
		return this.client.sql("select theme from %s where %s = ?".formatted(this.table, this.key))
			.param(id)
			.query(String.class)
			.optional()
			.orElse(null);
	}

	@Override
	public void insertTheme(long id, String theme) {
		this.client.sql("insert into %s (%s, theme) values (?, ?)".formatted(this.table, this.key))
			.param(id)
			.param(theme)
			.update();
	}

	@Override
	public void changeTheme(long id, String theme) {
		this.client.sql("update %s set theme = ? where %s = ?".formatted(this.table, this.key))
			.param(theme)
			.param(id)
			.update();
	}

}
