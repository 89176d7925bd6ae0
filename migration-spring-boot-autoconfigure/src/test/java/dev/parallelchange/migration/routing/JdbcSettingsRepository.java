package dev.parallelchange.migration.routing;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Both sides of the tests' repository, by table.
 */
class JdbcSettingsRepository implements SettingsRepository {

	private final JdbcClient client;

	private final String table;

	private final String key;

	JdbcSettingsRepository(JdbcClient client, String table, String key) {
		this.client = client;
		this.table = table;
		this.key = key;
	}

	static JdbcSettingsRepository source(JdbcClient client) {
		return new JdbcSettingsRepository(client, "users", "id");
	}

	static JdbcSettingsRepository target(JdbcClient client) {
		return new JdbcSettingsRepository(client, "user_settings", "user_id");
	}

	private JdbcClient.StatementSpec sql(String sql) {
		return this.client.sql(sql.replace("TABLE", this.table).replace("KEY", this.key));
	}

	@Override
	public Optional<Settings> findById(long id) {
		return sql("select KEY as id, theme from TABLE where KEY = :id").param("id", id)
			.query(Settings.class)
			.optional();
	}

	@Override
	public List<Settings> findAllById(Collection<Long> ids) {
		return sql("select KEY as id, theme from TABLE where KEY in (:ids)").param("ids", ids)
			.query(Settings.class)
			.list();
	}

	@Override
	public List<Settings> findAll() {
		return sql("select KEY as id, theme from TABLE").query(Settings.class).list();
	}

	@Override
	public long countThemes() {
		return sql("select count(theme) from TABLE").query(Long.class).single();
	}

	@Override
	public boolean existsById(long id) {
		return findById(id).isPresent();
	}

	@Override
	public void save(Settings settings) {
		sql("insert into TABLE (KEY, theme) values (:id, :theme) on conflict (KEY) do update set theme = excluded.theme")
			.param("id", settings.id())
			.param("theme", settings.theme())
			.update();
	}

	@Override
	public void saveAll(Collection<Settings> settings) {
		settings.forEach(this::save);
	}

	@Override
	public Settings insertNew(String theme) {
		Settings settings = new Settings(77L, theme);
		save(settings);
		return settings;
	}

	@Override
	public void deleteById(long id) {
		sql("delete from TABLE where KEY = :id").param("id", id).update();
	}

	@Override
	public void moveKey(long from, long to) {
		sql("update TABLE set KEY = :to where KEY = :from").param("from", from).param("to", to).update();
	}

	@Override
	public void saveAndFail(long id, Exception failure) throws Exception {
		save(new Settings(id, "failed"));
		throw failure;
	}

}
