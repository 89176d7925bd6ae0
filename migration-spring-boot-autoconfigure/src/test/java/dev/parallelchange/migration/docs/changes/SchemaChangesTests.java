package dev.parallelchange.migration.docs.changes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MigrationStatus.NextStep;
import dev.parallelchange.migration.docs.Documentation;
import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The plans of the page about schema changes copy rows, mirror those that come meanwhile,
 * and may be read.
 */
class SchemaChangesTests {

	private static final int ROWS = 40;

	private static final Map<String, String> INSERTS = inserts();

	private final Documentation page = Documentation.page("docs/schema-changes.md");

	@Test
	void allPlansOfThePageBecomeReadable() {
		try (TestDatabase database = TestDatabase.create()) {
			this.page.blocks("sql").forEach(database::execute);
			database.execute("insert into countries values (0, 'Chile'), (1, 'Ghana')");
			INSERTS.values().forEach((insert) -> database.execute(insert.formatted(1, ROWS)));
			try (ConfigurableApplicationContext application = start(database)) {
				MigrationRunner runner = application.getBean(MigrationRunner.class);
				List<String> plans = runner.list().stream().map(MigrationStatus::id).toList();
				assertThat(plans).containsExactlyInAnyOrderElementsOf(INSERTS.keySet());
				plans.forEach((plan) -> runner.change(plan,
						ChangeRequest.phase(MigrationPhase.BACKFILL, "test", "as the page says")));
				plans.forEach((plan) -> await(
						() -> assertThat(runner.status(plan).phase()).as(plan).isEqualTo(MigrationPhase.BACKFILL)));
				runner.change("subscriber-search",
						ChangeRequest.approve(MigrationPhase.CUTOVER, "test", "the address itself stays"));
				INSERTS.values().forEach((insert) -> database.execute(insert.formatted(ROWS + 1, 2 * ROWS)));
				plans.forEach((plan) -> await(
						() -> assertThat(isOpen(runner.status(plan).next())).as(runner.status(plan).toString())
							.isTrue()));
			}
			assertThat(database.jdbcClient()
				.sql("""
						select (select count(*) from visits where visited_on = visit_date)
							+ (select count(*) from content.notes) + (select count(*) from readings_by_hash)
							+ (select count(*) from people where last_name = 'Ödön von H' || id)""")
				.query(Long.class)
				.single()).isEqualTo(4 * 2 * ROWS);
		}
	}

	private static boolean isOpen(NextStep next) {
		return next.phase() == MigrationPhase.DUAL_READ && next.open();
	}

	private static void await(Runnable assertion) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(assertion::run);
	}

	private ConfigurableApplicationContext start(TestDatabase database) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.initializers((context) -> this.page.blocks("yaml")
				.forEach((block) -> load(block).forEach(context.getEnvironment().getPropertySources()::addLast)))
			.run("--spring.datasource.url=" + database.jdbcUrl(), "--spring.flyway.enabled=false",
					"--spring.jpa.hibernate.ddl-auto=none", "--spring.main.banner-mode=off",
					"--migration.instance.poll=100ms");
	}

	private static List<org.springframework.core.env.PropertySource<?>> load(String yaml) {
		try {
			return new YamlPropertySourceLoader().load("page",
					new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Map<String, String> inserts() {
		Map<String, String> values = new LinkedHashMap<>();
		values.put("visit-date", "visits (id, visit_date) select n, date '2026-01-01' + n");
		values.put("clients", "clients select n, 'client ' || n");
		values.put("invoice-cents", "invoices (id, total) select n, n / 7.0");
		values.put("device-value", "devices (id, value) select n, nullif(n, 3)");
		values.put("events", "events select n, 'event'");
		values.put("meeting-zone", "meetings (id, held_at) select n, timestamp '2026-05-01' + n * interval '1 day'");
		values.put("ticket-state", "tickets (id, status) select n, case when n %% 2 = 0 then 'o' else 'c' end");
		values.put("person-name", "people (id, name) select n, 'Edmund Ödön von H' || n");
		values.put("place", "places (id, latitude, longitude) select n, n / 3.0, -n");
		values.put("subscriber-search", "subscribers (id, email) select n, 'Reader' || n || '@Example.org'");
		values.put("profile-locale",
				"profiles (id, settings) select n, case when n %% 3 = 0 then '{\"a\": 1}' else '{\"locale\": \"de\", \"a\": 2}' end::jsonb");
		values.put("address-document",
				"addresses (id, street, city) select n, 'Street ' || n, nullif('Ulm', 'U' || n)");
		values.put("account-details", "accounts select n, n || '@example.org', '+49 ' || n, null");
		values.put("notes", "notes select n, 'note'");
		values.put("readings", "readings select n, n * 1.5");
		values.put("city-country", "cities (id, country) select n, case when n %% 2 = 0 then 'Chile' else 'Ghana' end");
		values.replaceAll((plan, insert) -> "insert into " + insert + " from generate_series(%d, %d) as n");
		return values;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
