package dev.parallelchange.sample.world;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.parallelchange.sample.service.ProfileSettingsRepository;
import dev.parallelchange.sample.service.Settings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Data and mapping of {@code user-settings} without the library: the expressions of
 * {@code application.yml} are run as they stand there.
 */
class SampleDataTests {

	private static final int USERS = 5_000;

	private static SampleDatabase database;

	private static SampleData data;

	private final Map<String, String> mapping = new LinkedHashMap<>();

	private final JdbcClient client = database.client();

	private String reverse;

	@BeforeAll
	static void startDatabase() {
		database = SampleDatabase.start(null);
	}

	@AfterAll
	static void closeDatabase() {
		database.close();
	}

	@BeforeEach
	void generate() throws IOException {
		this.client.sql("drop table if exists user_settings, orders, users").update();
		data = new SampleData(database, USERS, 42);
		assertThat(data.generate()).isTrue();
		MutablePropertySources sources = new MutablePropertySources();
		for (PropertySource<?> source : new YamlPropertySourceLoader().load("application.yml",
				new ClassPathResource("application.yml"))) {
			sources.addLast(source);
		}
		Binder binder = new Binder(ConfigurationPropertySources.from(sources));
		String plan = "migration.plans.user-settings.";
		this.mapping.putAll(binder.bind(plan + "mapping", Bindable.mapOf(String.class, String.class)).get());
		this.reverse = binder.bind(plan + "reverse.profile", String.class).get();
	}

	@Test
	void namesTheColumnsOfTheTable() {
		assertThat(this.mapping).containsOnlyKeys("theme", "notifications", "locale", "time_zone", "items_per_page",
				"signature");
	}

	@Test
	void isTheSameForTheSameSeed() {
		String first = hash();
		this.client.sql("drop table user_settings, orders, users").update();
		data.generate();
		assertThat(hash()).isEqualTo(first);
	}

	@Test
	void isMessy() {
		assertThat(count("users where profile is null")).isBetween(USERS / 20L, USERS / 5L);
		assertThat(count("users where jsonb_typeof(profile) <> 'object'")).isPositive();
		assertThat(count("users where not profile ?? 'theme' and jsonb_typeof(profile) = 'object'")).isPositive();
		assertThat(count("users where profile -> 'notifications' = '\"yes\"'")).isPositive();
		assertThat(count("users where profile -> 'notifications' = '1'")).isPositive();
		assertThat(count("users where profile ->> 'theme' = 'solarized'")).isPositive();
		assertThat(count("users where profile ->> 'signature' like '%🎉%'")).isPositive();
	}

	@Test
	void violatesConstraintsOfTheTableInAFewDozenRowsOnly() {
		copy("and (%s) is not true".formatted(violates()));
		long copied = count("user_settings");
		assertThat(count("users where profile is not null") - copied).isEqualTo(data.violations()).isEqualTo(12);
		for (int kind = 0; kind < 3; kind++) {
			assertThat(count(
					"users as source where profile is not null and id %% 3 = %d and (%s)".formatted(kind, violates())))
				.isPositive();
		}
	}

	@Test
	void isMappedByTheServiceAndByThePlanInTheSameWay() {
		copy("and (%s) is not true".formatted(violates()));
		var fromProfile = new ProfileSettingsRepository(this.client)
			.findByUserIdIn(this.client.sql("select user_id from user_settings order by 1 ").query(Long.class).list());
		var fromTable = this.client.sql("select * from user_settings").query(Settings.class).list();
		assertThat(fromProfile).hasSizeGreaterThan(USERS / 2).containsExactlyInAnyOrderElementsOf(fromTable);
	}

	@Test
	void isTheSameAfterAWayBack() {
		copy("and (%s) is not true".formatted(violates()));
		this.client
			.sql("update users as source set profile = %s from user_settings as target where user_id = id"
				.formatted(this.reverse))
			.update();
		String different = """
				users as source join user_settings as target on user_id = id
				where (theme, notifications, locale, time_zone, items_per_page, signature)
					is distinct from (%s)""".formatted(values());
		assertThat(count(different)).isZero();
		assertThat(count("users where profile -> 'avatar' is not null")).isPositive();
	}

	@Test
	void losesTheProfileOnTheWayBackWhereTheTargetHasNoRow() {
		this.client
			.sql("update users as source set profile = " + this.reverse
					+ " from users as u left join user_settings as target on user_id = u.id where u.id = source.id")
			.update();
		assertThat(count("users where profile is not null")).isZero();
	}

	@Test
	void leavesUsersWithoutOrdersToBeDeleted() {
		assertThat(count("orders")).isEqualTo(USERS - USERS / SampleData.WITHOUT_ORDERS);
		assertThat(count("orders where user_id %% %d = 0".formatted(SampleData.WITHOUT_ORDERS))).isZero();
	}

	@Test
	void isCreatedOnce() {
		assertThat(data.generate()).isFalse();
	}

	@Test
	void refusesTooFewUsers() {
		assertThatIllegalArgumentException().isThrownBy(() -> new SampleData(database, 99, 42))
			.withMessageContaining("at least 100, not 99");
	}

	private void copy(String condition) {
		this.client.sql(
				"insert into user_settings (user_id, %s) select id, %s from users as source where profile is not null %s"
					.formatted(String.join(", ", this.mapping.keySet()), String.join(", ", this.mapping.values()),
							condition))
			.update();
	}

	private String violates() {
		return "length(source.profile ->> 'locale') > 35 or source.profile ->> 'itemsPerPage' = '5000'"
				+ " or length(source.profile ->> 'signature') > 200";
	}

	private String values() {
		return Stream.of("theme", "notifications", "locale", "time_zone", "items_per_page", "signature")
			.map(this.mapping::get)
			.collect(Collectors.joining(", "));
	}

	private long count(String from) {
		return this.client.sql("select count(*) from " + from).query(Long.class).single();
	}

	private String hash() {
		return this.client.sql(
				"select md5(string_agg(u::text, '' order by id)) || (select md5(string_agg(o::text, '' order by id)) from orders as o) from users as u")
			.query(String.class)
			.single();
	}

}
