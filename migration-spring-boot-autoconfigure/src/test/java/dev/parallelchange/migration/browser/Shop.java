package dev.parallelchange.migration.browser;

import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.Reconciliation;
import dev.parallelchange.migration.SourceSide;
import dev.parallelchange.migration.TargetSide;
import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.web.SecurityFilterChain;

/**
 * An application with a plan in each state that the page has words for, behind a context
 * path, another base path of the endpoints, and Spring Security's protection against
 * forged requests.
 */
final class Shop implements AutoCloseable {

	static final String PATH = "/shop/ops/migrations";

	/** Would run if a text became markup. */
	static final String PLANTED = "<img src=x onerror=\"window.planted=1\"><script>window.planted=1</script>";

	private static final String[] TABLES = { "create table users (id bigint primary key, theme text)",
			"insert into users select i, case i % 3 when 0 then 'light' else 'dark' end from generate_series(1, 500) i",
			"create table user_settings (user_id bigint primary key, theme text)",
			"create table subscribers (id text primary key, newsletter text)",
			"insert into subscribers select 'reader-' || i, 'yes' from generate_series(1, 4000) i",
			"insert into subscribers values ('reader-4711', 'perhaps'), ('reader-4712', 'ask me')",
			"create table subscriptions (subscriber_id text primary key, newsletter boolean)",
			"create table pets (id bigint primary key, age text)",
			"insert into pets select i, '7' from generate_series(1, 200) i",
			"insert into pets values (4711, '%s')".formatted(PLANTED),
			"create table pet_ages (pet_id bigint primary key, age integer)",
			"create table orders (id bigint primary key, state text, total numeric)",
			"insert into orders select i, 'PAID', i % 977 from generate_series(1, 400000) i",
			"create table order_archive (id bigint primary key, state text, total numeric)",
			"create table visits (id bigint primary key, visit_date date, visited_on date)",
			"insert into visits (id, visit_date) select i, date '2026-01-01' + i % 300 from generate_series(1, 5000) i",
			"create table owners (id bigint primary key, phone text)",
			"insert into owners select i, '555-' || i from generate_series(1, 300) i",
			"create table owner_contact (owner_id bigint primary key, phone text)",
			"create table events (id bigint primary key, created_at timestamptz)",
			"insert into events select i, now() - make_interval(days => i) from generate_series(1, 2000) i",
			"create table event_notes (event_id bigint references events, note text)",
			"create index on event_notes (event_id)",
			"insert into event_notes values (2000, 'asked for by the auditors')",
			"create table invoices (id bigint primary key, number text, invoice_number text)", "analyze" };

	private static final String[] PROPERTIES = { "server.port=0", "server.servlet.context-path=/shop",
			"management.endpoints.web.base-path=/ops", "management.endpoints.web.exposure.include=migrations",
			"spring.autoconfigure.exclude=org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,"
					+ "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
			"spring.data.jpa.repositories.enabled=false", "server.forward-headers-strategy=framework",
			"migration.instance.poll=200ms", "migration.defaults.safety.reverse-window=0s",
			"migration.defaults.contract.quiet=0s", "migration.defaults.verification.compare-share=100",
			"migration.plans.user-settings.source=users", "migration.plans.user-settings.target.table=user_settings",
			"migration.plans.user-settings.target.key=user_id", "migration.plans.newsletter.source=subscribers",
			"migration.plans.newsletter.target.table=subscriptions",
			"migration.plans.newsletter.target.key=subscriber_id",
			"migration.plans.newsletter.mapping.newsletter=source.newsletter::boolean",
			"migration.plans.newsletter.reverse.newsletter=target.newsletter::text",
			"migration.plans.pet-age.source=pets", "migration.plans.pet-age.target.table=pet_ages",
			"migration.plans.pet-age.target.key=pet_id", "migration.plans.pet-age.mapping.age=source.age::integer",
			"migration.plans.pet-age.reverse.age=target.age::text", "migration.plans.order-archive.source=orders",
			"migration.plans.order-archive.target=order_archive",
			"migration.plans.order-archive.backfill.rate-limit=1500", "migration.plans.visit-date.table=visits",
			"migration.plans.visit-date.rename.visit_date=visited_on",
			"migration.plans.visit-date.backfill.rate-limit=500", "migration.plans.owner-contact.source=owners",
			"migration.plans.owner-contact.target.table=owner_contact",
			"migration.plans.owner-contact.target.key=owner_id", "migration.plans.owner-contact.switch=repository",
			"migration.plans.owner-contact.contract.source=keep", "migration.plans.invoice-number.table=invoices",
			"migration.plans.invoice-number.rename.number=invoice_number",
			"migration.plans.invoice-number.safety.dry-run=true", "migration.plans.old-events.table=events",
			"migration.plans.old-events.purge=created_at < now() - interval '1 year'",
			"migration.plans.old-events.backfill.batch-size=100", "migration.plans.old-events.backfill.rate-limit=500",
			"migration.plans.newsletter.safety.require-approval=DUAL_READ" };

	private final TestDatabase database = TestDatabase.create();

	private final ConfigurableApplicationContext context;

	private @Nullable ConfigurableApplicationContext readOnly;

	Shop() {
		this.database.execute(TABLES);
		this.context = start("unrestricted", "always");
		bringPlansIntoTheirStates();
	}

	private ConfigurableApplicationContext start(String access, String showValues) {
		return new SpringApplicationBuilder(Application.class)
			.properties(
					Stream
						.concat(Stream.of(PROPERTIES),
								Stream.of("spring.datasource.url=" + this.database.jdbcUrl(),
										"management.endpoint.migrations.access=" + access,
										"management.endpoint.migrations.show-values=" + showValues))
						.toArray(String[]::new))
			.run();
	}

	private void bringPlansIntoTheirStates() {
		ask("order-archive", MigrationPhase.BACKFILL, "grace", "orders get an archive");
		runner().change("visit-date", ChangeRequest.backfill(false, "ada", "not before the fair ends"));
		ask("visit-date", MigrationPhase.BACKFILL, "ada", "visits get a date of their own");
		ask("newsletter", MigrationPhase.BACKFILL, "ada", "the newsletter becomes a table");
		ask("pet-age", MigrationPhase.BACKFILL, "ada", "ages are numbers");
		ask("user-settings", MigrationPhase.DUAL_READ, "grace", "settings leave users");
		ask("owner-contact", MigrationPhase.CUTOVER, "grace", "contacts leave owners");
		await("newsletter", (status) -> status.backfill() != null && status.backfill().quarantined() == 2);
		await("pet-age", (status) -> status.backfill() != null && status.backfill().quarantined() == 1);
		runner().change("pet-age", ChangeRequest.reconcile(Reconciliation.VERIFY, "ada", PLANTED));
		await("visit-date", (status) -> status.backfill() != null);
		await("user-settings", (status) -> status.phase() == MigrationPhase.DUAL_READ);
		await("owner-contact", (status) -> status.phase() == MigrationPhase.CUTOVER);
		await("order-archive", (status) -> status.backfill() != null && status.backfill().rowsPerSecond() > 0);
		this.database.execute("create index user_settings_theme on user_settings (theme)");
		Profiles profiles = this.context.getBean(Profiles.class);
		for (long id = 1; id <= 40; id++) {
			profiles.findTheme(id);
		}
	}

	private void ask(String plan, MigrationPhase phase, String actor, String reason) {
		runner().change(plan, ChangeRequest.phase(phase, actor, reason));
	}

	MigrationRunner runner() {
		return this.context.getBean(MigrationRunner.class);
	}

	void await(String plan, java.util.function.Predicate<MigrationStatus> condition) {
		Awaitility.await(plan).atMost(Duration.ofSeconds(60)).until(() -> runner().status(plan), condition::test);
	}

	void execute(String... statements) {
		this.database.execute(statements);
	}

	String address() {
		return address(this.context);
	}

	/**
	 * The address of an instance of which the endpoint takes no changes and hides rows.
	 */
	String readOnlyAddress() {
		if (this.readOnly == null) {
			this.readOnly = start("read-only", "never");
		}
		return address(this.readOnly);
	}

	void stopReadOnly() {
		if (this.readOnly != null) {
			this.readOnly.close();
			this.readOnly = null;
		}
	}

	private static String address(ConfigurableApplicationContext context) {
		return "http://localhost:" + context.getEnvironment().getProperty("local.server.port") + PATH;
	}

	@Override
	public void close() {
		stopReadOnly();
		this.context.close();
		this.database.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableWebSecurity
	static class Application {

		/** As docs/security.md says; frames are allowed for the test that needs one. */
		@Bean
		SecurityFilterChain securityFilterChain(HttpSecurity http) {
			return http.csrf((csrf) -> csrf.spa())
				.headers((headers) -> headers.frameOptions((frames) -> frames.disable()))
				.build();
		}

		@Bean
		@SourceSide
		Profiles sourceProfiles(JdbcClient client) {
			return new JdbcProfiles(client, "users", "id");
		}

		/** Answers the seventh of each ten users differently. */
		@Bean
		@TargetSide
		Profiles targetProfiles(JdbcClient client) {
			return new JdbcProfiles(client, "user_settings", "user_id") {

				@Override
				public @Nullable String findTheme(long id) {
					String theme = super.findTheme(id);
					return (theme != null && id % 10 == 7) ? theme.toUpperCase(Locale.ROOT) : theme;
				}

			};
		}

	}

	static class JdbcProfiles implements Profiles {

		private final JdbcClient client;

		private final String table;

		private final String key;

		JdbcProfiles(JdbcClient client, String table, String key) {
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

	}

}
