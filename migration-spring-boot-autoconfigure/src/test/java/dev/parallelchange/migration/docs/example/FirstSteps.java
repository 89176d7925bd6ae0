package dev.parallelchange.migration.docs.example;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.docs.Documentation;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationSchema;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.test.TestDatabase;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

/**
 * The tables and plans of the page about the first steps, in a database whose application
 * has the rights that the page about security names, and no others.
 */
final class FirstSteps implements AutoCloseable {

	/** The statements that give the rights. */
	static final List<String> RIGHTS = Documentation.page("docs/security.md")
		.blocks("sql")
		.stream()
		.flatMap(String::lines)
		.filter((line) -> !line.startsWith("--"))
		.toList();

	private static final String PREFIX = "migration_state.migration_";

	private final Documentation page = Documentation.page("docs/start-here.md");

	private final TestDatabase database = TestDatabase.create();

	private final String role = "app_of_" + this.database.dataSource().getPoolName();

	private final List<ConfigurableApplicationContext> instances = new ArrayList<>();

	/**
	 * Create the tables, and the role.
	 * @param without the right that it does not get
	 */
	FirstSteps(String without) {
		this.page.blocks("sql").forEach(this.database::execute);
		this.database.execute("create schema migration_state", "revoke usage, create on schema public from public",
				"create role " + this.role + " login");
		new MigrationSchema(new MigrationDatabase(this.database.dataSource(), new MigrationTables(PREFIX)),
				Documentation.source("src/main/resources/dev/parallelchange/migration/jdbc/schema-postgresql.sql"))
			.create();
		RIGHTS.stream()
			.filter((right) -> !right.equals(without))
			.forEach((right) -> this.database.execute(right.replaceFirst(" app;$", " " + this.role)));
	}

	TestDatabase database() {
		return this.database;
	}

	/**
	 * Insert some visits and users.
	 */
	void insert() {
		this.database.execute("""
				insert into visits (visit_date, note)
				select date '2026-01-01' + n, 'old' from generate_series(1, 2000) as n""", """
				insert into users (email, profile)
				select n || '@example.org', case when n % 3 > 0 then jsonb_build_object('theme', 'dark', 'n', n) end
				from generate_series(1, 3000) as n""");
	}

	/**
	 * Start an instance, which is closed with this object.
	 */
	ConfigurableApplicationContext start(String... properties) {
		ConfigurableApplicationContext instance = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.properties("spring.datasource.url=" + this.database.jdbcUrl() + "&options=-c%20role=" + this.role,
					"spring.flyway.enabled=false", "spring.jpa.hibernate.ddl-auto=none", "spring.main.banner-mode=off",
					"migration.initialize-schema=never", "migration.table-prefix=" + PREFIX,
					"migration.instance.poll=100ms", "migration.defaults.safety.reverse-window=0s",
					"migration.defaults.contract.soak=0s", "migration.defaults.verification.compare-share=100",
					"migration.defaults.verification.min-compared-reads=20")
			.initializers((context) -> this.page.blocks("yaml")
				.forEach((block) -> load(block).forEach(context.getEnvironment().getPropertySources()::addLast)))
			.run(List.of(properties).stream().map((property) -> "--" + property).toArray(String[]::new));
		this.instances.add(instance);
		return instance;
	}

	private static List<PropertySource<?>> load(String yaml) {
		try {
			return new YamlPropertySourceLoader().load("block " + yaml.hashCode(),
					new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.instances.forEach(ConfigurableApplicationContext::close);
		this.database.execute("drop owned by " + this.role + " cascade", "drop role " + this.role);
		this.database.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ ProfileSettingsRepository.class, TableSettingsRepository.class })
	static class Application {

	}

}
