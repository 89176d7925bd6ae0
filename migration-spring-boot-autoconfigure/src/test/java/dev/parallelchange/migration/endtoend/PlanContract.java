package dev.parallelchange.migration.endtoend;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.test.PostgresVersion;
import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A plan goes from {@code OFF} to {@code COMPLETED}, and once back on the way, while
 * writers use whichever side they may; one subclass for each server.
 */
abstract class PlanContract {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final PostgresVersion version;

	PlanContract(PostgresVersion version) {
		this.version = version;
	}

	static Stream<Scenario> scenarios() {
		return Stream.of(Scenario.movedTable(), Scenario.split(), Scenario.column(),
				Scenario.quotedNamesAndCompositeKey());
	}

	@ParameterizedTest
	@MethodSource("scenarios")
	void aPlanLosesNothingOnItsWay(Scenario scenario) {
		try (TestDatabase database = TestDatabase.create(this.version)) {
			database.execute(scenario.tables().toArray(String[]::new));
			try (ConfigurableApplicationContext application = start(database, scenario)) {
				MigrationRunner runner = application.getBean(MigrationRunner.class);
				Walk walk = new Walk(runner, scenario.planId());
				Traffic traffic = new Traffic(database.jdbcClient(), scenario, walk::side, walk.boundary());
				try (traffic) {
					walk.to(MigrationPhase.DUAL_READ);
					walk.to(MigrationPhase.DUAL_WRITE);
					walk.to(MigrationPhase.CUTOVER);
					walk.to(MigrationPhase.DUAL_READ);
					walk.to(MigrationPhase.CUTOVER);
					long before = traffic.writes();
					Awaitility.await().atMost(PATIENCE).until(() -> traffic.writes() > before + 300);
					runner.change(scenario.planId(),
							ChangeRequest.approve(MigrationPhase.CONTRACT, "test", "all is well"));
					walk.to(MigrationPhase.COMPLETED);
					traffic.stopAndCheck(MigrationSide.TARGET);
				}
			}
		}
	}

	private static ConfigurableApplicationContext start(TestDatabase database, Scenario scenario) {
		List<String> properties = new ArrayList<>();
		properties.add("spring.datasource.url=" + database.jdbcUrl());
		properties.add("spring.jpa.hibernate.ddl-auto=none");
		properties.add("spring.flyway.enabled=false");
		properties.add("migration.instance.poll=100ms");
		properties.add("migration.defaults.safety.reverse-window=0s");
		scenario.properties()
			.forEach((name, value) -> properties.add("migration.plans.%s.%s=%s".formatted(scenario.planId(), name, value)));
		SpringApplication application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties(properties.toArray(String[]::new))
			.build();
		return application.run();
	}

	/**
	 * Moves a plan, and tells the writers which side they may use.
	 */
	private static final class Walk {

		private final MigrationRunner runner;

		private final String planId;

		private final ReadWriteLock boundary = new ReentrantReadWriteLock();

		private volatile MigrationPhase lowest = MigrationPhase.OFF;

		private volatile MigrationPhase highest = MigrationPhase.OFF;

		Walk(MigrationRunner runner, String planId) {
			this.runner = runner;
			this.planId = planId;
		}

		Lock boundary() {
			return this.boundary.readLock();
		}

		/**
		 * Triggers carry over both sides while the plan stays between two mirrored phases.
		 */
		MigrationSide side() {
			if (!this.lowest.isAtLeast(MigrationPhase.DUAL_READ)) {
				return MigrationSide.SOURCE;
			}
			if (this.highest.isAtLeast(MigrationPhase.CONTRACT)) {
				return MigrationSide.TARGET;
			}
			return ThreadLocalRandom.current().nextBoolean() ? MigrationSide.SOURCE : MigrationSide.TARGET;
		}

		void to(MigrationPhase phase) {
			MigrationPhase from = this.runner.status(this.planId).phase();
			narrow((from.compareTo(phase) < 0) ? from : phase, (from.compareTo(phase) < 0) ? phase : from);
			this.runner.change(this.planId, ChangeRequest.phase(phase, "test", "walk"));
			Awaitility.await()
				.atMost(PATIENCE)
				.pollInterval(Duration.ofMillis(100))
				.untilAsserted(() -> assertThat(this.runner.status(this.planId)).extracting(MigrationStatus::phase)
					.isEqualTo(phase));
			narrow(phase, phase);
		}

		/**
		 * No writer is between its choice of a side and the end of its write meanwhile.
		 */
		private void narrow(MigrationPhase lowest, MigrationPhase highest) {
			this.boundary.writeLock().lock();
			try {
				this.lowest = lowest;
				this.highest = highest;
			}
			finally {
				this.boundary.writeLock().unlock();
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
