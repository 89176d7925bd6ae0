package dev.parallelchange.migration.endtoend;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.stream.Stream;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.ContractStatus;
import dev.parallelchange.migration.Leftover;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.SourceState;
import dev.parallelchange.migration.test.PostgresVersion;
import dev.parallelchange.migration.startup.DatabaseApplication;
import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

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
			Walk walk = new Walk(scenario.planId());
			try (Traffic traffic = new Traffic(database.jdbcClient(), scenario, walk::side, walk.boundary());
					Releases releases = new Releases(database, scenario)) {
				MigrationRunner first = releases.deploy(MigrationSide.SOURCE);
				walk.request(first, MigrationPhase.DUAL_READ);
				walk.request(first, MigrationPhase.DUAL_WRITE);
				walk.request(first, MigrationPhase.DUAL_READ);
				MigrationRunner second = releases.deploy(MigrationSide.TARGET);
				walk.become(second, MigrationPhase.CUTOVER, () -> releases.retire(first));
				walk.become(second, MigrationPhase.DUAL_READ, () -> releases.deploy(MigrationSide.SOURCE));
				walk.become(second, MigrationPhase.CUTOVER, releases::retireAllOnSource);
				long before = traffic.writes();
				Awaitility.await().atMost(PATIENCE).until(() -> traffic.writes() > before + 300);
				assertThat(second.status(scenario.planId()).drift().differences()).as("the library's own changes")
					.isEmpty();
				second.change(scenario.planId(), ChangeRequest.approve(MigrationPhase.CONTRACT, "test", "all is well"));
				walk.request(second, MigrationPhase.CONTRACT);
				walk.awaitSource(second, SourceState.HIDDEN);
				walk.change(second, ChangeRequest.source(SourceState.SHOWN, "test", "somebody misses it"));
				walk.awaitSource(second, SourceState.SHOWN);
				walk.change(second, ChangeRequest.source(SourceState.HIDDEN, "test", "nobody does"));
				walk.awaitSource(second, SourceState.HIDDEN);
				walk.change(second, ChangeRequest.approve(MigrationPhase.COMPLETED, "test", "nobody missed it"));
				walk.request(second, MigrationPhase.COMPLETED);
				walk.awaitSource(second, SourceState.DROPPED);
				assertThat(second.status(scenario.planId()).leftovers()).extracting(Leftover::kind)
					.containsExactly(Leftover.Kind.PROPERTY, Leftover.Kind.ROWS);
				traffic.stopAndCheck(MigrationSide.TARGET);
			}
		}
	}

	/**
	 * The application's instances, each of a release that uses one side.
	 */
	private static final class Releases implements AutoCloseable {

		private final TestDatabase database;

		private final Scenario scenario;

		private final Map<ConfigurableApplicationContext, MigrationSide> instances = new LinkedHashMap<>();

		Releases(TestDatabase database, Scenario scenario) {
			this.database = database;
			this.scenario = scenario;
		}

		MigrationRunner deploy(MigrationSide side) {
			List<String> properties = new ArrayList<>(List.of("spring.datasource.url=" + this.database.jdbcUrl(),
					"spring.jpa.hibernate.ddl-auto=none", "spring.main.banner-mode=off", "spring.flyway.enabled=false",
					"migration.instance.poll=100ms", "migration.defaults.safety.reverse-window=0s",
					"migration.defaults.contract.soak=0s", "migration.defaults.contract.quiet=0s"));
			String plan = "migration.plans." + this.scenario.planId() + ".";
			properties.add(plan + "uses=" + side);
			this.scenario.properties().forEach((name, value) -> properties.add(plan + name + "=" + value));
			ConfigurableApplicationContext instance = new SpringApplicationBuilder(DatabaseApplication.class)
				.web(WebApplicationType.NONE)
				.properties(properties.toArray(String[]::new))
				.run();
			this.instances.put(instance, side);
			return instance.getBean(MigrationRunner.class);
		}

		void retire(MigrationRunner runner) {
			retire((instance) -> instance.getBean(MigrationRunner.class) == runner);
		}

		void retireAllOnSource() {
			retire((instance) -> this.instances.get(instance) == MigrationSide.SOURCE);
		}

		private void retire(Predicate<ConfigurableApplicationContext> which) {
			List<ConfigurableApplicationContext> retired = this.instances.keySet().stream().filter(which).toList();
			retired.forEach(ConfigurableApplicationContext::close);
			retired.forEach(this.instances::remove);
		}

		@Override
		public void close() {
			retire((instance) -> true);
		}

	}

	/**
	 * Moves a plan, and tells the writers which side they may use.
	 */
	private static final class Walk {

		private final String planId;

		private final ReadWriteLock boundary = new ReentrantReadWriteLock();

		private volatile MigrationPhase lowest = MigrationPhase.OFF;

		private volatile MigrationPhase highest = MigrationPhase.OFF;

		Walk(String planId) {
			this.planId = planId;
		}

		Lock boundary() {
			return this.boundary.readLock();
		}

		/**
		 * Triggers carry over both sides while the plan stays between two mirrored
		 * phases.
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

		void request(MigrationRunner runner, MigrationPhase phase) {
			become(runner, phase, () -> runner.change(this.planId, ChangeRequest.phase(phase, "test", "walk")));
		}

		void change(MigrationRunner runner, ChangeRequest request) {
			runner.change(this.planId, request);
		}

		void awaitSource(MigrationRunner runner, SourceState state) {
			Awaitility.await().atMost(PATIENCE).until(() -> {
				ContractStatus contract = runner.status(this.planId).contract();
				return contract != null && contract.source() == state;
			});
		}

		void become(MigrationRunner runner, MigrationPhase phase, Runnable cause) {
			MigrationPhase from = runner.status(this.planId).phase();
			narrow((from.compareTo(phase) < 0) ? from : phase, (from.compareTo(phase) < 0) ? phase : from);
			cause.run();
			Awaitility.await()
				.atMost(PATIENCE)
				.pollInterval(Duration.ofMillis(100))
				.untilAsserted(() -> assertThat(runner.status(this.planId)).extracting(MigrationStatus::phase)
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

}
