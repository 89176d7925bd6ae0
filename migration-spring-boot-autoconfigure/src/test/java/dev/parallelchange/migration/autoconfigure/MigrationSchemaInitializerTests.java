package dev.parallelchange.migration.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import javax.sql.DataSource;

import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.test.TestDatabase;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MigrationSchemaInitializer}.
 */
class MigrationSchemaInitializerTests {

	private final TestDatabase database = TestDatabase.create();

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void tablesAreCreatedOnce() {
		assertThat(initializer("migration_", DatabaseInitializationMode.ALWAYS).initializeDatabase()).isTrue();
		assertThat(initializer("migration_", DatabaseInitializationMode.ALWAYS).initializeDatabase()).isTrue();
		assertThat(tables("public")).contains("migration_plan", "migration_heartbeat");
	}

	@Test
	void prefixMayNameASchema() {
		this.database.execute("create schema ops");
		assertThat(initializer("ops.m_", DatabaseInitializationMode.ALWAYS).initializeDatabase()).isTrue();
		assertThat(tables("ops")).contains("m_plan", "m_heartbeat");
		assertThat(tables("public")).isEmpty();
	}

	@Test
	void missingTablesAreNamedWhenTheyMustNotBeCreated() {
		MigrationSchemaInitializer initializer = initializer("ops.m_", DatabaseInitializationMode.NEVER);
		assertThatExceptionOfType(MissingSchemaException.class).isThrownBy(initializer::initializeDatabase)
			.withMessageContaining("ops.m_plan")
			.withMessageContaining("'migration.initialize-schema' is 'never'")
			.satisfies((ex) -> assertThat(new MissingSchemaFailureAnalyzer().analyze(ex).getAction())
				.contains("schema-postgresql.sql' with 'ops.m_' for %PREFIX% and 'm_' for %INDEX_PREFIX%"));
	}

	@Test
	void aRoleThatMayNotCreateTablesIsToldWhatToRun() {
		String role = "guest_" + System.nanoTime();
		this.database.execute("revoke create on schema public from public", "create role " + role + " login");
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(this.database.jdbcUrl());
		dataSource.setUser(role);
		MigrationSchemaInitializer initializer = initializer(dataSource, "migration_",
				DatabaseInitializationMode.ALWAYS);
		assertThatExceptionOfType(MissingSchemaException.class).isThrownBy(initializer::initializeDatabase)
			.withMessageContaining("migration_plan")
			.withMessageContaining("they cannot be created: permission denied for schema public")
			.satisfies((ex) -> assertThat(new MissingSchemaFailureAnalyzer().analyze(ex).getAction())
				.contains("schema-postgresql.sql", "let the application's role create tables"));
		this.database.execute("drop role " + role);
	}

	@Test
	void aSchemaThatDoesNotExistIsNamed() {
		MigrationSchemaInitializer initializer = initializer("ops.m_", DatabaseInitializationMode.ALWAYS);
		assertThatExceptionOfType(MissingSchemaException.class).isThrownBy(initializer::initializeDatabase)
			.withMessageContaining("schema \"ops\" does not exist");
	}

	@Test
	void tablesCreatedByHandAreEnough() {
		initializer("migration_", DatabaseInitializationMode.ALWAYS).initializeDatabase();
		assertThat(initializer("migration_", DatabaseInitializationMode.NEVER).initializeDatabase()).isTrue();
	}

	@Test
	void aRoleThatMayNotUseTheTablesIsToldWhatItNeeds() {
		this.database.execute("create schema ops");
		initializer("ops.m_", DatabaseInitializationMode.ALWAYS).initializeDatabase();
		String role = "clerk_" + System.nanoTime();
		this.database.execute("create role " + role + " login");
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(this.database.jdbcUrl());
		dataSource.setUser(role);
		MigrationSchemaInitializer initializer = initializer(dataSource, "ops.m_", DatabaseInitializationMode.NEVER);
		assertThatExceptionOfType(MissingSchemaException.class).isThrownBy(initializer::initializeDatabase)
			.withMessageContaining("may not be used: permission denied for schema ops")
			.satisfies((ex) -> assertThat(new MissingSchemaFailureAnalyzer().analyze(ex).getAction()).contains("usage",
					"select, insert, update, delete"));
		this.database.execute("grant usage on schema ops to " + role,
				"grant select on all tables in schema ops to " + role);
		assertThatExceptionOfType(MissingSchemaException.class).isThrownBy(initializer::initializeDatabase)
			.withMessageContaining("may not be used: permission denied for ops.m_plan, ops.m_instance");
		this.database.execute("drop owned by " + role, "drop role " + role);
	}

	@Test
	void tablesOfAnEarlierVersionGetTheirNewColumns() {
		initializer("migration_", DatabaseInitializationMode.ALWAYS).initializeDatabase();
		this.database.execute("insert into migration_plan (id) values ('visits')",
				"insert into migration_pending (plan_id, side, key) values ('visits', 'TARGET', '[1]')",
				"alter table migration_plan drop column hold_by, drop column writes_deferred",
				"alter table migration_pending drop column created_snapshot");
		MigrationSchemaInitializer forbidden = initializer("migration_", DatabaseInitializationMode.NEVER);
		assertThatExceptionOfType(MissingSchemaException.class).isThrownBy(forbidden::initializeDatabase)
			.withMessageContaining("are of an earlier version of the starter")
			.satisfies((ex) -> assertThat(new MissingSchemaFailureAnalyzer().analyze(ex).getAction())
				.contains("alter table migration_plan add column hold_by varchar(200)", "add column writes_deferred"));
		assertThat(initializer("migration_", DatabaseInitializationMode.ALWAYS).initializeDatabase()).isTrue();
		assertThat(this.database.jdbcClient()
			.sql("select writes_deferred from migration_plan where hold_by is null")
			.query(Boolean.class)
			.single()).isFalse();
		assertThat(initializer("migration_", DatabaseInitializationMode.NEVER).initializeDatabase()).isTrue();
	}

	@Test
	void instancesThatStartTogetherDoNotCollide() throws Exception {
		int instances = 8;
		ExecutorService executor = Executors.newFixedThreadPool(instances);
		try {
			for (int round = 0; round < 5; round++) {
				MigrationSchemaInitializer initializer = initializer("m" + round + "_",
						DatabaseInitializationMode.ALWAYS);
				CountDownLatch start = new CountDownLatch(1);
				List<Future<Boolean>> results = new ArrayList<>();
				for (int i = 0; i < instances; i++) {
					results.add(executor.submit(() -> {
						start.await();
						return initializer.initializeDatabase();
					}));
				}
				start.countDown();
				for (Future<Boolean> result : results) {
					assertThat(result.get()).isTrue();
				}
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void databaseThatDoesNotAnswerDoesNotKeepTheApplicationFromStarting() {
		PGSimpleDataSource nowhere = new PGSimpleDataSource();
		nowhere.setUrl("jdbc:postgresql://127.0.0.1:1/nothing");
		assertThat(initializer(nowhere, "migration_", DatabaseInitializationMode.ALWAYS).initializeDatabase())
			.isFalse();
	}

	@Test
	void unsupportedDatabaseIsLeftAlone() {
		JdbcDataSource h2 = new JdbcDataSource();
		h2.setUrl("jdbc:h2:mem:unsupported");
		assertThat(initializer(h2, "migration_", DatabaseInitializationMode.ALWAYS).initializeDatabase()).isFalse();
	}

	@Test
	void tablesAreCreatedAfterFlywayHasRun() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class))
			.withUserConfiguration(Initialization.class)
			.withPropertyValues("spring.datasource.url=" + this.database.jdbcUrl(), "spring.flyway.locations=")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBeanFactory().getDependenciesForBean("migrationSchemaInitializer"))
					.contains("flywayInitializer");
				assertThat(tables("public")).contains("migration_plan");
			});
	}

	private List<String> tables(String schema) {
		return this.database.jdbcClient()
			.sql("select tablename from pg_tables where schemaname = :schema")
			.param("schema", schema)
			.query(String.class)
			.list();
	}

	private MigrationSchemaInitializer initializer(String prefix, DatabaseInitializationMode mode) {
		return initializer(this.database.dataSource(), prefix, mode);
	}

	private static MigrationSchemaInitializer initializer(DataSource dataSource, String prefix,
			DatabaseInitializationMode mode) {
		MigrationSchemaInitializer initializer = new MigrationSchemaInitializer(
				new MigrationDatabase(dataSource, new MigrationTables(prefix)), mode);
		initializer.setResourceLoader(new org.springframework.core.io.DefaultResourceLoader());
		return initializer;
	}

	@Configuration(proxyBeanMethods = false)
	static class Initialization {

		@Bean
		MigrationSchemaInitializer migrationSchemaInitializer(DataSource dataSource) {
			return new MigrationSchemaInitializer(new MigrationDatabase(dataSource, new MigrationTables("migration_")),
					DatabaseInitializationMode.ALWAYS);
		}

	}

}
