package dev.parallelchange.migration.autoconfigure;

import java.time.Duration;

import javax.sql.DataSource;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.SourceState;
import dev.parallelchange.migration.metrics.ObservationListener;
import dev.parallelchange.migration.test.LogLines;
import dev.parallelchange.migration.test.TestDatabase;
import dev.parallelchange.migration.webhook.Receiver;
import dev.parallelchange.migration.webhook.Webhook;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.boot.actuate.audit.listener.AuditListener;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What others are told: the webhook, Actuator's audit, observations.
 */
class WatchingTests {

	private static TestDatabase database;

	private final Receiver receiver = new Receiver();

	private final LogLines lines = new LogLines();

	private final InMemoryAuditEventRepository audit = new InMemoryAuditEventRepository();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceTransactionManagerAutoConfiguration.class,
				JdbcTemplateAutoConfiguration.class, JdbcClientAutoConfiguration.class,
				MigrationAutoConfiguration.class, MigrationRoutingAutoConfiguration.class,
				MigrationMetricsAutoConfiguration.class, MigrationWebhookAutoConfiguration.class,
				MigrationAuditAutoConfiguration.class, MigrationObservationAutoConfiguration.class))
		.withBean(DataSource.class, database::dataSource, (definition) -> definition.setDestroyMethodName(""))
		.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
		.withPropertyValues("migration.plans.visit-date.table=visits",
				"migration.plans.visit-date.rename.visit_date=visited_on", "migration.instance.poll=50ms");

	@BeforeAll
	static void createTables() {
		database = TestDatabase.create();
		database.execute("create table visits (id bigint primary key, visit_date date, visited_on date)");
	}

	@AfterAll
	static void drop() {
		database.close();
	}

	@AfterEach
	void close() {
		this.receiver.close();
		this.lines.close();
	}

	private ApplicationContextRunner withWebhook() {
		return this.runner.withPropertyValues("migration.webhook.url=" + this.receiver.url());
	}

	@Test
	void aRequestAndItsTransitionAreAuditedAndTheTransitionIsSentOnce() {
		withWebhook().withBean(AuditListener.class, () -> new AuditListener(this.audit)).run((context) -> {
			MigrationRunner plans = context.getBean(MigrationRunner.class);
			plans.change("visit-date", ChangeRequest.phase(MigrationPhase.EXPAND, "alice", "a better name"));
			awaitAudit(2);
			assertThat(this.audit.find("alice", null, null)).extracting(AuditEvent::getType)
				.containsExactlyInAnyOrder("MIGRATION_REQUEST", "MIGRATION_TRANSITION");
			assertThat(this.audit.find("alice", null, "MIGRATION_REQUEST").get(0).getData())
				.containsEntry("plan", "visit-date")
				.containsEntry("phase", "EXPAND")
				.containsEntry("reason", "a better name");
			assertThat(this.audit.find("alice", null, "MIGRATION_TRANSITION").get(0).getData())
				.containsEntry("from", "OFF")
				.containsEntry("to", "EXPAND");
			await().untilAsserted(() -> assertThat(sent(context)).isOne());
			assertThat(this.receiver.events()).containsExactly("PHASE_CHANGED");
		});
		assertThat(this.lines.of("")).isNotEmpty()
			.allSatisfy((line) -> assertThat(line).doesNotContain(Receiver.SECRET));
	}

	@Test
	void aRefusedRequestIsAudited() {
		this.runner.withBean(AuditListener.class, () -> new AuditListener(this.audit)).run((context) -> {
			MigrationRunner plans = context.getBean(MigrationRunner.class);
			assertThatIllegalArgumentException().isThrownBy(
					() -> plans.change("visit-date", ChangeRequest.source(SourceState.HIDDEN, "mallory", "out of it")));
			assertThat(this.audit.find("mallory", null, null)).singleElement().satisfies((event) -> {
				assertThat(event.getType()).isEqualTo("MIGRATION_REQUEST_REFUSED");
				assertThat(event.getData()).containsEntry("source", "hidden").containsKey("refusal");
			});
		});
	}

	@Test
	void whatAllInstancesNoticeIsSentByTheOneThatHasLivedLongest() {
		withWebhook().withPropertyValues("migration.webhook.pause-delay=0s").run((first) -> {
			joined(1);
			withWebhook().withPropertyValues("migration.webhook.pause-delay=0s").run((second) -> {
				joined(2);
				MigrationEvent paused = new MigrationEvent.BackfillPaused("visit-date", "at noon");
				second.getBean(MigrationListeners.class).onEvent(paused);
				first.getBean(MigrationListeners.class).onEvent(paused);
				await().untilAsserted(() -> assertThat(sent(first)).isOne());
				assertThat(this.receiver.events()).containsExactly("BACKFILL_PAUSED");
			});
		});
		assertThat(this.receiver.events()).containsExactly("BACKFILL_PAUSED");
	}

	@Test
	void withoutAnAddressThereIsNoWebhook() {
		this.runner.withPropertyValues("migration.webhook.url=")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(Webhook.class));
	}

	@Test
	void anAddressWithoutAnythingThatCouldCallItIsRefused() {
		withWebhook().withClassLoader(new FilteredClassLoader("org.springframework.web"))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidWebhookException.class)
				.hasMessageContaining("'migration.webhook.url' is set, but"));
	}

	@Test
	void anAddressThatIsNoneIsRefusedWithoutNamingIt() {
		this.runner.withPropertyValues("migration.webhook.url=hooks/" + Receiver.SECRET).run((context) -> {
			assertThat(context).getFailure().rootCause().isInstanceOf(InvalidWebhookException.class);
			assertThat(context.getStartupFailure()).hasStackTraceContaining("begins with http:// or https://");
			assertThat(context.getStartupFailure().toString()).doesNotContain(Receiver.SECRET);
		});
	}

	@Test
	void aPlanThatIsNoneIsRefused() {
		withWebhook().withPropertyValues("migration.webhook.plans=visit-date,visits")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessage("'migration.webhook.plans' names 'visits', which is no plan"));
	}

	@Test
	void observationsNeedARegistry() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(ObservationListener.class));
		this.runner.withBean(ObservationRegistry.class, ObservationRegistry::create)
			.run((context) -> assertThat(context).hasSingleBean(ObservationListener.class));
	}

	private void joined(int instances) {
		await().until(() -> database.jdbcClient()
			.sql("select count(*) from migration_instance where lease_until > clock_timestamp()")
			.query(Integer.class)
			.single() == instances);
	}

	private void awaitAudit(int count) {
		await().until(() -> this.audit.find("alice", null, null).size() >= count);
	}

	private static double sent(ApplicationContext context) {
		return context.getBean(MeterRegistry.class)
			.find("migration.webhook")
			.tag("result", "sent")
			.counters()
			.stream()
			.mapToDouble((counter) -> counter.count())
			.sum();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
	}

}
