package dev.parallelchange.migration.transform;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MigrationTransformer;
import dev.parallelchange.migration.PhaseUncertainException;
import dev.parallelchange.migration.SourceSide;
import dev.parallelchange.migration.TargetSide;
import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A plan with a transformer within one database, while writers use its repository: a
 * restart in the middle, to {@code CUTOVER}, back, and to {@code CUTOVER} again.
 */
class TransformedPlanTests {

	private static final Duration PATIENCE = Duration.ofSeconds(120);

	private static final int ROWS = 600;

	private static final int WRITERS = 3;

	private final TestDatabase database = TestDatabase.create();

	private final Map<Long, Optional<String>> acknowledged = new ConcurrentHashMap<>();

	private final AtomicLong writes = new AtomicLong();

	private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

	private volatile boolean stopped;

	TransformedPlanTests() {
		this.database.execute("create table person (id bigint primary key, first text, last text)",
				"create table human (id bigint primary key, full_name text)",
				"insert into person select i, 'F' || i, '0' from generate_series(1, %d) i".formatted(ROWS));
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void aPlanThroughATransformerLosesNothingOnItsWay() throws InterruptedException {
		try (ConfigurableApplicationContext instance = start("1")) {
			MigrationRunner runner = instance.getBean(MigrationRunner.class);
			assertThat(runner.status("p").plan().mapping()).containsEntry("full_name",
					"transformer 1(source.\"first\", source.\"last\")");
			request(runner, MigrationPhase.DUAL_WRITE);
			instance.getBean(People.class).updateLast(1, "9");
			Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(fullName(1)).isEqualTo("F1/9"));
			this.acknowledged.put(1L, Optional.of("9"));
		}
		try (ConfigurableApplicationContext instance = start("1")) {
			MigrationRunner runner = instance.getBean(MigrationRunner.class);
			List<Thread> threads = startWriters(instance.getBean(People.class));
			request(runner, MigrationPhase.DUAL_READ);
			for (MigrationPhase phase : List.of(MigrationPhase.CUTOVER, MigrationPhase.DUAL_READ,
					MigrationPhase.CUTOVER)) {
				awaitWrites();
				request(runner, phase);
			}
			awaitWrites();
			this.stopped = true;
			for (Thread thread : threads) {
				thread.join();
			}
			assertThat(this.failure.get()).isNull();
			Awaitility.await()
				.atMost(PATIENCE)
				.untilAsserted(() -> assertThat(runner.status("p").mirror().pendingToSource()).isZero());
		}
		assertNothingLost();
	}

	@Test
	void theSourceOfAPlanWithATransformerIsGivenUp() {
		try (ConfigurableApplicationContext instance = start("1", "contract.source=drop", "contract.soak=0s",
				"contract.quiet=0s", "safety.reverse-window=0s")) {
			MigrationRunner runner = instance.getBean(MigrationRunner.class);
			request(runner, MigrationPhase.CUTOVER);
			runner.change("p", ChangeRequest.approve(MigrationPhase.CONTRACT, "test", "all is well"));
			request(runner, MigrationPhase.CONTRACT);
			instance.getBean(People.class).updateLast(1, "9");
			runner.change("p", ChangeRequest.approve(MigrationPhase.COMPLETED, "test", "nobody missed it"));
			request(runner, MigrationPhase.COMPLETED);
		}
		try (ConfigurableApplicationContext instance = start("1", "contract.source=drop")) {
			assertThat(instance.getBean(MigrationRunner.class).status("p").plan().mapping()).containsKey("full_name");
			assertThat(instance.getBean(People.class).findLast(1)).isEqualTo("9");
		}
	}

	@Test
	void anotherVersionStopsAPlanThatIsUnderWay() {
		try (ConfigurableApplicationContext instance = start("1")) {
			request(instance.getBean(MigrationRunner.class), MigrationPhase.DUAL_WRITE);
		}
		try (ConfigurableApplicationContext instance = start("2")) {
			MigrationRunner runner = instance.getBean(MigrationRunner.class);
			runner.change("p", ChangeRequest.phase(MigrationPhase.DUAL_READ, "test", "walk"));
			Awaitility.await()
				.atMost(PATIENCE)
				.untilAsserted(() -> assertThat(String.valueOf(runner.status("p").definition()))
					.contains("transformer 1(", "transformer 2("));
			assertThat(runner.status("p").phase()).isLessThan(MigrationPhase.DUAL_READ);
		}
		assertThat(fullName(1)).as("nothing is copied by another definition").isNull();
	}

	@Test
	void aRowThatCannotBeTransformedDoesNoHarmToItsWriter() {
		try (ConfigurableApplicationContext instance = start("1")) {
			MigrationRunner runner = instance.getBean(MigrationRunner.class);
			request(runner, MigrationPhase.DUAL_WRITE);
			instance.getBean(People.class).insert(10_000, "a/b", "x");
			Awaitility.await()
				.atMost(PATIENCE)
				.untilAsserted(() -> assertThat(runner.status("p").mirror().lastError())
					.contains("the transformer of plan 'p' failed"));
			assertThat(instance.getBean(People.class).findLast(10_000)).isEqualTo("x");
		}
	}

	private @Nullable String fullName(long id) {
		return this.database.jdbcClient()
			.sql("select max(full_name) from human where id = ?")
			.param(id)
			.query((row, number) -> Optional.ofNullable(row.getString(1)))
			.single()
			.orElse(null);
	}

	private void assertNothingLost() {
		assertThat(rows("select string_agg(id || '=' || full_name, ',' order by id) from human"))
			.isEqualTo(rows("select string_agg(id || '=' || first || '/' || last, ',' order by id) from person"));
		this.acknowledged.forEach((id, last) -> assertThat(Optional.ofNullable(fullName(id))).as("row %d", id)
			.isEqualTo(last.map((name) -> "F" + id + "/" + name)));
		assertThat(rows("select count(*)::text from migration_pending")).isEqualTo("0");
	}

	private String rows(String query) {
		return this.database.jdbcClient().sql(query).query(String.class).single();
	}

	private ConfigurableApplicationContext start(String version) {
		return start(version, "contract.source=keep");
	}

	private ConfigurableApplicationContext start(String version, String... settings) {
		String[] plan = Stream.of(settings).map((setting) -> "migration.plans.p." + setting).toArray(String[]::new);
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("test.url=" + this.database.jdbcUrl(), "test.version=" + version,
					"spring.jpa.hibernate.ddl-auto=none", "spring.main.banner-mode=off", "spring.flyway.enabled=false",
					"migration.instance.poll=100ms", "migration.plans.p.source=person",
					"migration.plans.p.target=human", "migration.plans.p.verification.min-parity=98",
					"migration.plans.p.rollout.read=50", "migration.plans.p.verification.min-compared-reads=0",
					"migration.plans.p.verification.compare-share=100")
			.properties(plan)
			.run();
	}

	private void request(MigrationRunner runner, MigrationPhase phase) {
		Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).ignoreExceptions().until(() -> {
			runner.change("p", ChangeRequest.phase(phase, "test", "walk"));
			return true;
		});
		Awaitility.await()
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(100))
			.untilAsserted(() -> assertThat(runner.status("p")).extracting(MigrationStatus::phase)
				.as(() -> String.valueOf(runner.status("p").next()))
				.isEqualTo(phase));
	}

	private void awaitWrites() {
		long before = this.writes.get();
		Awaitility.await().atMost(PATIENCE).until(() -> this.failure.get() != null || this.writes.get() > before + 100);
	}

	private List<Thread> startWriters(People people) {
		List<Thread> threads = new ArrayList<>();
		for (int writer = 0; writer < WRITERS; writer++) {
			int number = writer;
			Thread thread = new Thread(() -> run(people, number), "writer-" + number);
			thread.start();
			threads.add(thread);
		}
		return threads;
	}

	/**
	 * Each writer has rows of its own, and half of its writes go to few of them.
	 */
	private void run(People people, int writer) {
		Random random = new Random(writer);
		try {
			while (!this.stopped) {
				int rows = random.nextBoolean() ? 3 : 2 * ROWS / WRITERS;
				write(people, (long) random.nextInt(rows) * WRITERS + writer + 1, random);
			}
		}
		catch (RuntimeException | AssertionError ex) {
			this.failure.compareAndSet(null, ex);
		}
	}

	private void write(People people, long id, Random random) {
		Optional<String> before = this.acknowledged.getOrDefault(id,
				(id <= ROWS) ? Optional.of("0") : Optional.empty());
		String last = Integer.toString(random.nextInt(1_000_000));
		try {
			if (random.nextInt(4) == 0) {
				assertThat(Optional.ofNullable(people.findLast(id))).as("what is read of row %d", id).isEqualTo(before);
			}
			if (before.isEmpty()) {
				people.insert(id, "F" + id, last);
				this.acknowledged.put(id, Optional.of(last));
			}
			else if (random.nextInt(10) == 0) {
				people.delete(id);
				this.acknowledged.put(id, Optional.empty());
			}
			else {
				people.updateLast(id, last);
				this.acknowledged.put(id, Optional.of(last));
			}
			this.writes.incrementAndGet();
		}
		catch (PhaseUncertainException ex) {
			// The application tries again.
		}
	}

	/** An application with a transformer. */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		DataSource dataSource(Environment environment) {
			HikariDataSource pool = new HikariDataSource();
			pool.setJdbcUrl(environment.getRequiredProperty("test.url"));
			pool.setMaximumPoolSize(15);
			return pool;
		}

		@Bean
		MigrationTransformer fullNames(@Value("${test.version}") String version) {
			return new FullNames() {

				@Override
				public String version() {
					return version;
				}

			};
		}

		@Bean
		@SourceSide
		People separatePeople(DataSource dataSource) {
			return new JdbcPeople(dataSource, false);
		}

		@Bean
		@TargetSide
		People joinedPeople(DataSource dataSource) {
			return new JdbcPeople(dataSource, true);
		}

	}

}
