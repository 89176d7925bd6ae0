package dev.parallelchange.migration.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.parallelchange.migration.Admission;
import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.startup.DatabaseApplication;
import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An instance accepts traffic only when the plans that its release needs are ready.
 */
@ExtendWith(OutputCaptureExtension.class)
class AdmissionReadinessTests {

	private final TestDatabase database = TestDatabase.create();

	private final History history = new History();

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void aReleaseThatUsesTheTargetWaitsUntilItIsReady(CapturedOutput output) {
		tables();
		try (ConfigurableApplicationContext source = start("source")) {
			MigrationRunner runner = source.getBean(MigrationRunner.class);
			runner.change("visit-date", hold(MigrationPhase.BACKFILL));
			try (ConfigurableApplicationContext target = start("target")) {
				assertThat(readiness(target)).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
				assertThat(this.history.states).containsExactly(ReadinessState.ACCEPTING_TRAFFIC,
						ReadinessState.ACCEPTING_TRAFFIC, ReadinessState.REFUSING_TRAFFIC);
				runner.change("visit-date", hold(MigrationPhase.COMPLETED));
				awaitReadiness(target, ReadinessState.ACCEPTING_TRAFFIC);
				assertThat(runner.status("visit-date").phase()).isEqualTo(MigrationPhase.DUAL_READ);
				assertThat(this.history.states).hasSize(4);
			}
			assertThat(readiness(source)).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
		}
		assertThat(StringUtils.countOccurrencesOf(output.toString(), "This instance does not accept traffic yet: plan"))
			.isOne();
		assertThat(output).contains("this release needs it ready; older instances keep serving");
	}

	@Test
	void anInstanceThatIsNotAdmittedAcceptsNoTrafficForAnyMoment() {
		try (ConfigurableApplicationContext context = bare(new FakeAdmission())) {
			assertThat(context.getBean(Onlooker.class).seen).containsExactly(ReadinessState.REFUSING_TRAFFIC,
					ReadinessState.REFUSING_TRAFFIC);
			AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
			assertThat(context.getBean(Onlooker.class).seen).containsOnly(ReadinessState.REFUSING_TRAFFIC);
		}
	}

	@Test
	void aRefusalOfSomebodyElseIsNotTakenBack() {
		FakeAdmission admission = new FakeAdmission();
		try (ConfigurableApplicationContext context = bare(admission)) {
			assertThat(readiness(context)).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
			AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
			admission.obstacles = List.of();
			Awaitility.await()
				.atMost(Duration.ofSeconds(10))
				.until(() -> Thread.getAllStackTraces()
					.keySet()
					.stream()
					.noneMatch((thread) -> thread.getName().equals("migration-readiness")));
			assertThat(readiness(context)).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
			AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
			assertThat(readiness(context)).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
		}
	}

	@Test
	void somebodyElseCannotAcceptForAnInstanceThatIsNotAdmitted() {
		FakeAdmission admission = new FakeAdmission();
		try (ConfigurableApplicationContext context = bare(admission)) {
			AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
			assertThat(readiness(context)).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
			admission.obstacles = List.of();
			awaitReadiness(context, ReadinessState.ACCEPTING_TRAFFIC);
		}
	}

	@Test
	void anAdmittedInstanceStaysAdmitted() {
		FakeAdmission admission = new FakeAdmission();
		admission.obstacles = List.of();
		try (ConfigurableApplicationContext context = bare(admission)) {
			assertThat(readiness(context)).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
			admission.obstacles = List.of("plan x went back");
			AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
			assertThat(readiness(context)).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
		}
	}

	@Test
	void anInstanceThatEndsBeforeItIsAdmittedLeavesNoThread() {
		try (ConfigurableApplicationContext context = bare(new FakeAdmission())) {
			assertThat(readiness(context)).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
		}
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.getName().equals("migration-readiness")));
	}

	private static ChangeRequest hold(MigrationPhase phase) {
		return new ChangeRequest(null, phase, null, null, null, null, "test", null, false, false);
	}

	private void tables() {
		this.database.execute("create table visits (id bigint primary key, visit_date date, visited_on date)",
				"insert into visits (id, visit_date) select i, current_date - i from generate_series(1, 500) i");
	}

	private ConfigurableApplicationContext start(String uses, String... arguments) {
		return new SpringApplicationBuilder(DatabaseApplication.class).web(WebApplicationType.NONE)
			.listeners(this.history)
			.properties("spring.datasource.url=" + this.database.jdbcUrl(), "spring.flyway.enabled=false",
					"spring.jpa.hibernate.ddl-auto=none", "migration.instance.poll=100ms",
					"migration.plans.visit-date.table=visits",
					"migration.plans.visit-date.rename.visit_date=visited_on",
					"migration.plans.visit-date.uses=" + uses)
			.run(arguments);
	}

	private static ConfigurableApplicationContext bare(Admission admission) {
		return new SpringApplicationBuilder(Bare.class).web(WebApplicationType.NONE)
			.initializers((context) -> context.getBeanFactory().registerSingleton("admission", admission))
			.run();
	}

	private static ReadinessState readiness(ConfigurableApplicationContext context) {
		return context.getBean(ApplicationAvailability.class).getReadinessState();
	}

	private static void awaitReadiness(ConfigurableApplicationContext context, ReadinessState state) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> readiness(context) == state);
	}

	static class FakeAdmission implements Admission {

		volatile List<String> obstacles = List.of("plan x is in BACKFILL");

		@Override
		public List<String> obstacles() {
			return this.obstacles;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Bare {

		@Bean
		AdmittedAvailability availability(ObjectProvider<AdmissionReadiness> readiness) {
			return new AdmittedAvailability(readiness);
		}

		/**
		 * It is told before the one that refuses.
		 */
		@Bean
		Onlooker onlooker(ApplicationAvailability availability) {
			return new Onlooker(availability);
		}

		@Bean
		AdmissionReadiness readiness(ConfigurableApplicationContext context, Admission admission, Onlooker onlooker) {
			return new AdmissionReadiness(context, admission, Duration.ofMillis(20));
		}

	}

	/** Looks at the state, as a probe might, with each of its changes. */
	static class Onlooker implements ApplicationListener<AvailabilityChangeEvent<?>> {

		final List<ReadinessState> seen = new CopyOnWriteArrayList<>();

		private final ApplicationAvailability availability;

		Onlooker(ApplicationAvailability availability) {
			this.availability = availability;
		}

		@Override
		public void onApplicationEvent(AvailabilityChangeEvent<?> event) {
			if (event.getState() instanceof ReadinessState) {
				this.seen.add(this.availability.getReadinessState());
			}
		}

	}

	static class History implements ApplicationListener<AvailabilityChangeEvent<?>> {

		final List<Object> states = new CopyOnWriteArrayList<>();

		@Override
		public void onApplicationEvent(AvailabilityChangeEvent<?> event) {
			if (event.getState() instanceof ReadinessState) {
				this.states.add(event.getState());
			}
		}

	}

}
