package dev.parallelchange.sample.world;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.Assert;

/**
 * Data as messy as production has it, the same for the same seed.
 */
public final class SampleData {

	private static final int FEWEST = 100;

	private static final String USERS = """
			insert into users (email, name, profile, created_at)
			select 'user' || i || '@example.com',
				('["Ana", "Björn", "Chloé", "王伟", "Олена", "José 🌻", "O''Neill"]'::jsonb ->> (h % 7)::int) || ' ' || i,
				case
					when h % 100 < 8 then null
					when h % 100 = 8 then 'null'
					when h % 100 = 9 then '[]'
					when h % 100 = 10 then '"dark"'
					when h % 100 < 13 then '{}'
					when h % 2 = 0 then jsonb_strip_nulls(profile)
					else profile
				end,
				timestamptz '2019-01-01' + i * interval '1 minute'
			from (
				select i, h, jsonb_build_object(
					'theme', '["light", "dark", "dark", "system", "DARK", "solarized", "", null, 7]'::jsonb
						-> (h / 100 % 9)::int,
					'notifications', '[true, false, true, "yes", "no", "true", "on", 1, 0, "", null, "maybe 🤷"]'::jsonb
						-> (h / 1000 % 12)::int,
					'locale', '["en", "de", "de_DE", "PT-br", "FR", " es ", "🇩🇪", "zh_Hant_TW", "", null]'::jsonb
						-> (h / 20000 % 10)::int,
					'timeZone', '["UTC", "Europe/Berlin", "America/New_York", "Mars/Olympus", "", null]'::jsonb
						-> (h / 300000 % 6)::int,
					'itemsPerPage', '[20, 50, "50", "lots", 100, 12.5, -5, "1e3", true, null]'::jsonb
						-> (h / 2000000 % 10)::int,
					'signature', '["", "Best regards", "Sent from my phone 📱", "Grüße\\n🎉", "a \\"quoted\\" text", null]'::jsonb
						-> (h / 30000000 % 6)::int,
					'avatar', '[{"kind": "emoji", "value": "🦊"}, {"kind": "none"}, "https://example.com/a.png"]'::jsonb
						-> (h / 200000000 % 3)::int
				) as profile
				from (
					select i, hashint8extended(i, :seed) & 9007199254740991 as h from generate_series(1, :users) as i
				) as hashed
			) as generated
			order by i""";

	// Values that the constraints of user_settings refuse.
	private static final String VIOLATIONS = """
			update users
			set profile = case when jsonb_typeof(profile) = 'object' then profile else '{}' end || case id % 3
				when 0 then jsonb_build_object('locale', repeat('x', 300))
				when 1 then jsonb_build_object('itemsPerPage', 5000)
				else jsonb_build_object('signature', repeat('🎉', 201)) end
			where id in (select (k * 2 - 1) * :users / (2 * :violations) from generate_series(1::bigint, :violations) as k)""";

	private static final String ORDERS = """
			insert into orders (user_id, amount, status, placed_at)
			select id, (hashint8extended(id, :seed + 1) & 65535) / 100.0,
				('["NEW", "PAID", "SHIPPED", "DELIVERED", "DELIVERED", "CANCELLED", "on hold 📦"]'::jsonb
					->> (hashint8extended(id, :seed + 2) & 65535)::int % 7),
				created_at + interval '1 day'
			from users where id % :without <> 0
			order by id""";

	private static final String EXISTS = "select exists (select from users)";

	private final DriverManagerDataSource dataSource;

	private final int users;

	private final long seed;

	/**
	 * Create the data's description.
	 * @param database where it goes
	 * @param users the number of users
	 * @param seed what makes it the same again
	 */
	public SampleData(SampleDatabase database, int users, long seed) {
		Assert.isTrue(users >= FEWEST, () -> "'sample.users' must be at least %d, not %d".formatted(FEWEST, users));
		this.dataSource = database.dataSource();
		this.users = users;
		this.seed = seed;
	}

	/**
	 * Users whose id is a multiple of this have no orders, so that they can be deleted
	 * without one.
	 */
	public static final int WITHOUT_ORDERS = 10;

	/**
	 * Return how many users have settings that the target refuses.
	 * @return a few dozen, fewer where there are few users
	 */
	public int violations() {
		return Math.max(12, this.users / 10_000);
	}

	/**
	 * Create tables and rows, unless there are users.
	 * @return whether rows have been created
	 */
	public boolean generate() {
		return generate(() -> {
		});
	}

	/**
	 * Create tables and rows, unless there are users.
	 * @param before what to do before rows are created
	 * @return whether rows have been created
	 */
	public boolean generate(Runnable before) {
		new ResourceDatabasePopulator(new ClassPathResource("schema.sql")).execute(this.dataSource);
		JdbcClient client = JdbcClient.create(this.dataSource);
		if (client.sql(EXISTS).query(Boolean.class).single()) {
			return false;
		}
		before.run();
		new TransactionTemplate(new JdbcTransactionManager(this.dataSource))
			.executeWithoutResult((status) -> insert(client));
		client.sql("vacuum analyze users, orders").update();
		return true;
	}

	private void insert(JdbcClient client) {
		client.sql(USERS).param("users", (long) this.users).param("seed", this.seed).update();
		client.sql(VIOLATIONS).param("users", (long) this.users).param("violations", (long) violations()).update();
		client.sql(ORDERS).param("seed", this.seed).param("without", WITHOUT_ORDERS).update();
	}

}
