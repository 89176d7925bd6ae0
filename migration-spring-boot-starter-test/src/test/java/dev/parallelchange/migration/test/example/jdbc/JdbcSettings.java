package dev.parallelchange.migration.test.example.jdbc;

import java.util.List;
import java.util.Optional;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Settings by {@link JdbcClient}.
 */
class JdbcSettings implements SettingsRepository {

	private final JdbcClient client;

	private final String select;

	private final String save;

	JdbcSettings(JdbcClient client, String select, String save) {
		this.client = client;
		this.select = select;
		this.save = save;
	}

	@Override
	public Optional<Settings> findByUserId(long userId) {
		return this.client.sql("select * from (%s) as settings where user_id = :id".formatted(this.select))
			.param("id", userId)
			.query(Settings.class)
			.optional();
	}

	@Override
	public List<Settings> findAll() {
		return this.client.sql(this.select).query(Settings.class).list();
	}

	@Override
	public void save(Settings settings) {
		this.client.sql(this.save).paramSource(settings).update();
	}

}
