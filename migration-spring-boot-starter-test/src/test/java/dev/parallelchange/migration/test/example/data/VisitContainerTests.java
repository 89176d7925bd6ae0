package dev.parallelchange.migration.test.example.data;

import java.util.Objects;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.test.AutoConfigureMigration;
import dev.parallelchange.migration.test.MigrationTest;
import dev.parallelchange.migration.test.MigrationTester;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.data.jdbc.test.autoconfigure.DataJdbcTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

@DataJdbcTest
@AutoConfigureMigration
@MigrationTest(plans = "visits", phase = MigrationPhase.DUAL_READ)
@Transactional(propagation = Propagation.NOT_SUPPORTED)
@Testcontainers(disabledWithoutDocker = true)
class VisitContainerTests {

	@Autowired
	private Visits visits;

	@Autowired
	private MigrationTester migration;

	@Test
	void whatIsWrittenIsReadOnTheTarget() {
		this.visits.updatePet(5, "Rex");
		assertThat(this.visits.findVisit(5)).get().extracting(Visit::pet).isEqualTo("Rex");
		this.migration.plan().assertParity();
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Database {

		@Bean
		@ServiceConnection
		PostgreSQLContainer database() {
			return new PostgreSQLContainer(POSTGRES).withInitScript("visits.sql");
		}

	}

	private static final DockerImageName POSTGRES = DockerImageName
		.parse(Objects.requireNonNullElse(System.getenv("MIGRATION_TEST_POSTGRES_IMAGE"), "postgres:15"))
		.asCompatibleSubstituteFor("postgres");

	/**
	 * The application of this package has a database already.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		MigrationPlan visits() {
			return MigrationPlan.of("visits")
				.source("visits")
				.target("appointments")
				.rename("visit_date", "visited_on")
				.build();
		}

	}

}
