package dev.parallelchange.migration.transform;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationTransformer;
import dev.parallelchange.migration.SourceSide;
import dev.parallelchange.migration.TargetSide;
import dev.parallelchange.migration.test.CheckedWriters;
import dev.parallelchange.migration.test.PlanWalk;
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

	/** Of no writer. */
	private static final int FIRST_WRITTEN = 1_000_000;

	private final TestDatabase database = TestDatabase.create();

	TransformedPlanTests() {
		this.database.execute("create table person (id bigint primary key, first text, last text)",
				"create table human (id bigint primary key, full_name text)",
				"insert into person select i, 'F' || i, '0' from generate_series(1, %d) i".formatted(ROWS),
				"insert into person values (%d, 'new', '0')".formatted(FIRST_WRITTEN));
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void aPlanThroughATransformerLosesNothingOnItsWay() {
		try (ConfigurableApplicationContext instance = start("1")) {
			assertThat(walk(instance).status().plan().mapping()).containsEntry("full_name",
					"transformer 1(source.\"first\", source.\"last\")");
			walk(instance).to(MigrationPhase.DUAL_WRITE);
			instance.getBean(People.class).updateLast(FIRST_WRITTEN, "9");
			Awaitility.await()
				.atMost(PATIENCE)
				.untilAsserted(() -> assertThat(fullName(FIRST_WRITTEN)).isEqualTo("new/9"));
		}
		try (ConfigurableApplicationContext instance = start("1")) {
			PlanWalk walk = walk(instance);
			CheckedWriters<String> writers = new CheckedWriters<>(new Names(instance.getBean(People.class)), "0", ROWS);
			walk.to(MigrationPhase.DUAL_READ);
			for (MigrationPhase phase : List.of(MigrationPhase.CUTOVER, MigrationPhase.DUAL_READ,
					MigrationPhase.CUTOVER)) {
				writers.awaitWrites();
				walk.to(phase);
			}
			writers.awaitWrites();
			writers.stop();
			walk.awaitNothingPendingToSource();
			assertNothingLost(writers);
		}
	}

	@Test
	void theSourceOfAPlanWithATransformerIsGivenUp() {
		try (ConfigurableApplicationContext instance = start("1", "contract.source=drop", "contract.soak=0s",
				"contract.quiet=0s", "safety.reverse-window=0s")) {
			PlanWalk walk = walk(instance);
			walk.to(MigrationPhase.CUTOVER);
			walk.approve(MigrationPhase.CONTRACT);
			walk.to(MigrationPhase.CONTRACT);
			instance.getBean(People.class).updateLast(1, "9");
			walk.approve(MigrationPhase.COMPLETED);
			walk.to(MigrationPhase.COMPLETED);
		}
		try (ConfigurableApplicationContext instance = start("1", "contract.source=drop")) {
			assertThat(walk(instance).status().plan().mapping()).containsKey("full_name");
			assertThat(instance.getBean(People.class).findLast(1)).isEqualTo("9");
		}
	}

	@Test
	void anotherVersionStopsAPlanThatIsUnderWay() {
		try (ConfigurableApplicationContext instance = start("1")) {
			walk(instance).to(MigrationPhase.DUAL_WRITE);
		}
		try (ConfigurableApplicationContext instance = start("2")) {
			PlanWalk walk = walk(instance);
			instance.getBean(MigrationRunner.class)
				.change("p", ChangeRequest.phase(MigrationPhase.DUAL_READ, "test", "walk"));
			Awaitility.await()
				.atMost(PATIENCE)
				.untilAsserted(() -> assertThat(String.valueOf(walk.status().definition())).contains("transformer 1(",
						"transformer 2("));
			assertThat(walk.status().phase()).isLessThan(MigrationPhase.DUAL_READ);
		}
		assertThat(fullName(1)).as("nothing is copied by another definition").isNull();
	}

	@Test
	void aRowThatCannotBeTransformedDoesNoHarmToItsWriter() {
		try (ConfigurableApplicationContext instance = start("1")) {
			PlanWalk walk = walk(instance);
			walk.to(MigrationPhase.DUAL_WRITE);
			instance.getBean(People.class).insert(10_000, "a/b", "x");
			Awaitility.await()
				.atMost(PATIENCE)
				.untilAsserted(() -> assertThat(walk.status().mirror().lastError())
					.contains("the transformer of plan 'p' failed"));
			assertThat(instance.getBean(People.class).findLast(10_000)).isEqualTo("x");
		}
	}

	private static PlanWalk walk(ConfigurableApplicationContext instance) {
		return new PlanWalk(instance, "p");
	}

	private @Nullable String fullName(long id) {
		return this.database.jdbcClient()
			.sql("select max(full_name) from human where id = ?")
			.param(id)
			.query((row, number) -> Optional.ofNullable(row.getString(1)))
			.single()
			.orElse(null);
	}

	private void assertNothingLost(CheckedWriters<String> writers) {
		assertThat(rows("select string_agg(id || '=' || full_name, ',' order by id) from human"))
			.isEqualTo(rows("select string_agg(id || '=' || first || '/' || last, ',' order by id) from person"));
		writers.forEachAcknowledged((id, last) -> assertThat(Optional.ofNullable(fullName(id))).as("row %d", id)
			.isEqualTo(last.map((name) -> "F" + id + "/" + name)));
		assertThat(fullName(FIRST_WRITTEN)).as("what the instance before has written").isEqualTo("new/9");
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

	/**
	 * The last names are written.
	 */
	private record Names(People people) implements CheckedWriters.Rows<String> {

		@Override
		public @Nullable String find(long id) {
			return this.people.findLast(id);
		}

		@Override
		public String insert(long id, Random random) {
			String last = Integer.toString(random.nextInt(1_000_000));
			this.people.insert(id, "F" + id, last);
			return last;
		}

		@Override
		public String update(long id, String before, Random random) {
			String last = Integer.toString(random.nextInt(1_000_000));
			this.people.updateLast(id, last);
			return last;
		}

		@Override
		public void delete(long id) {
			this.people.delete(id);
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
