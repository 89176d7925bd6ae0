package dev.parallelchange.migration.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.Map;

import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.CopyWindows;
import dev.parallelchange.migration.FinishSettings;
import dev.parallelchange.migration.FlagSettings;
import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.LoadLimits;
import dev.parallelchange.migration.RollbackSettings;
import dev.parallelchange.migration.RolloutSettings;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.SessionLimit;
import dev.parallelchange.migration.SwitchKind;
import dev.parallelchange.migration.TableReference;
import dev.parallelchange.migration.TimeWindow;
import dev.parallelchange.migration.VerificationSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MigrationProperties} and {@link PlanDeclarations}.
 */
class MigrationPropertiesTests {

	private static final String USER_SETTINGS = """
			migration:
			  plans:
			    user-settings: { source: users, target: user_settings, phase: BACKFILL }
			""";

	@Test
	void everyPropertyHasADefault() {
		MigrationProperties properties = bind("other: value", Map.of());
		assertThat(properties.enabled()).isTrue();
		assertThat(properties.initializeSchema()).hasToString("ALWAYS");
		assertThat(properties.tablePrefix()).isEqualTo("migration_");
		assertThat(properties.instance().lease()).isEqualTo(Duration.ofSeconds(30));
		assertThat(properties.instance().poll()).isEqualTo(Duration.ofSeconds(1));
		assertThat(properties.replicas()).isEmpty();
		assertThat(properties.plans()).isEmpty();
	}

	@Test
	void shortFormIsEqualToABean() {
		assertThat(plan("""
				migration:
				  plans:
				    owner-contact: { source: owners, target: contact }
				""")).isEqualTo(MigrationPlan.of("owner-contact").source("owners").target("contact").build());
	}

	@Test
	void columnPlanIsEqualToABean() {
		assertThat(plan("""
				migration:
				  plans:
				    visit-date: { table: visits, rename: { visit_date: visited_on } }
				"""))
			.isEqualTo(MigrationPlan.of("visit-date").table("visits").rename("visit_date", "visited_on").build());
	}

	@Test
	void everySettingIsEqualToThatOfABean() {
		MigrationPlan bean = MigrationPlan.of("user-settings")
			.source(new TableReference("shop.users", List.of("tenant", "id"), null, "users_seq"))
			.target(new TableReference("user_settings", List.of("tenant", "user_id"), null))
			.rename("lang", "locale")
			.map("theme", "coalesce(source.profile ->> 'theme', 'light')")
			.filter("source.profile is not null")
			.reverse("profile", "jsonb_build_object('theme', target.theme)")
			.dependsOn("themes", "locales")
			.shape(PlanShape.SPLIT)
			.mirror(MirrorKind.PROXIES)
			.switchKind(SwitchKind.REPOSITORY)
			.phase(MigrationPhase.DUAL_WRITE)
			.uses(MigrationSide.TARGET)
			.flags(new FlagSettings("w", "r", "b"))
			.rollout(new RolloutSettings(false, new java.math.BigDecimal("12.5"), false))
			.backfill(new BackfillSettings(10, 20, Duration.ofMillis(30), 4, 50, Duration.ofSeconds(6), 7,
					Duration.ofMillis(8), 9)
				.withMaxBatchBytes(DataSize.ofMegabytes(3))
				.throttledBy(0.25,
						new CopyWindows(List.of(TimeWindow.of("22:00-06:00"), TimeWindow.of("12:00-13:30")),
								ZoneId.of("Europe/Berlin")),
						new LoadLimits(3, SessionLimit.of(40), Duration.ofSeconds(7), Duration.ofMillis(80),
								Duration.ofMillis(90))))
			.verification(new VerificationSettings(Duration.ofMinutes(1), Duration.ofMinutes(2),
					new java.math.BigDecimal("99.9"), new java.math.BigDecimal("4"), 5))
			.safety(new SafetySettings(Duration.ofMillis(1), Duration.ofSeconds(2), Duration.ofHours(3),
					Duration.ofMillis(250))
				.withSequenceMargin(6)
				.withMaxRuntime(Duration.ofHours(6))
				.withApprovals(Set.of(MigrationPhase.DUAL_READ, MigrationPhase.CUTOVER), Duration.ofHours(8))
				.withDryRun()
				.withRollback(new RollbackSettings(new java.math.BigDecimal("0.5"), java.math.BigDecimal.TEN,
						Duration.ofSeconds(9), Duration.ofSeconds(10), Duration.ofMinutes(2), 11)))
			.build();
		assertThat(
				plan("""
						migration:
						  plans:
						    user-settings:
						      source: { table: shop.users, key: [ tenant, id ], sequence: users_seq }
						      target: { table: user_settings, key: "tenant,user_id" }
						      rename: { lang: locale }
						      mapping: { theme: "coalesce(source.profile ->> 'theme', 'light')" }
						      filter: source.profile is not null
						      reverse: { profile: "jsonb_build_object('theme', target.theme)" }
						      depends-on: [ themes, locales ]
						      shape: split
						      mirror: proxies
						      switch: repository
						      phase: dual-write
						      uses: target
						      flags: { write: w, read: r, backfill: b }
						      rollout: { write: false, read: 12.5, backfill: false }
						      backfill: { batch-size: 10, max-batch-size: 20, target-batch-duration: 30ms, max-concurrency: 4,
						        rate-limit: 50, max-replication-lag: 6s, retry-attempts: 7, retry-backoff: 8ms, max-quarantine: 9,
						        max-batch-bytes: 3MB, max-time-share: 0.25, windows: [ "22:00-06:00", "12:00-13:30" ], time-zone: Europe/Berlin,
						        throttle: { max-pool-waiting: 3, max-active-sessions: 40, max-lock-wait: 7s,
						                    max-copy-lock-wait: 80ms, max-commit-latency: 90ms } }
						      verification: { interval: 1m, max-age: 2m, min-parity: 99.9, compare-share: 4, min-compared-reads: 5 }
						      safety: { lock-timeout: 1ms, statement-timeout: 2s, reverse-window: 3h,
						                max-write-pause: 250ms, sequence-margin: 6, max-runtime: 6h,
						                require-approval: [ dual-read, CUTOVER ], approval-expiry: 8h, dry-run: true,
						                rollback: { max-mismatch-rate: 0.5, max-error-rate: 10, max-replication-lag: 9s,
						                            max-pending-age: 10s, window: 2m, min-samples: 11 } }
						"""))
			.isEqualTo(bean);
	}

	@Test
	void finishingTouchesKeepTheirNames() {
		assertThat(plan("""
				migration.plans.x:
				  source: a
				  target: b
				  finish:
				    not-null: [ theme, "Pet Name" ]
				    checks: { theme_known: "theme in ('light', 'dark')" }
				    foreign-keys: { b_user: { columns: [ user_id ], table: shop.users, references: [ id ] } }
				    unique: { once: [ user_id, theme ] }
				""").finish()).isEqualTo(
				new FinishSettings(List.of("theme", "Pet Name"), Map.of("theme_known", "theme in ('light', 'dark')"),
						Map.of("b_user",
								new FinishSettings.ForeignKey(List.of("user_id"), "shop.users", List.of("id"))),
						Map.of("once", List.of("user_id", "theme"))));
	}

	@Test
	void ownValueWinsOverDefaultValueByValue() {
		MigrationPlan plan = plan("""
				migration:
				  defaults:
				    backfill: { batch-size: 100, max-concurrency: 8 }
				    safety.lock-timeout: 2s
				  plans:
				    x: { source: a, target: b, backfill: { batch-size: 7 } }
				""");
		assertThat(plan.backfill().batchSize()).isEqualTo(7);
		assertThat(plan.backfill().maxConcurrency()).isEqualTo(8);
		assertThat(plan.backfill().maxBatchSize()).isEqualTo(BackfillSettings.DEFAULTS.maxBatchSize());
		assertThat(plan.safety().lockTimeout()).isEqualTo(Duration.ofSeconds(2));
	}

	@Test
	void phaseOffIsNotTakenForFalse() {
		assertThat(plan("migration.plans.x: { source: a, target: b, phase: OFF }").phase())
			.isEqualTo(MigrationPhase.OFF);
	}

	@Test
	void flagsHaveDefaultNames() {
		assertThat(plan("migration.plans.x: { source: a, target: b, flags: { write: w } }").flags()
			.name("x", MigrationFlag.READ)).isEqualTo("migration.x.read");
	}

	@Test
	void columnNamesKeepTheirSpelling() {
		MigrationPlan plan = plan("""
				migration:
				  plans:
				    x:
				      source: '"Old Users"'
				      target: '"Shop".users'
				      mapping:
				        display_name: source.a
				        fullName: source.b
				        "[Weird Name]": source.c
				        "[a.b]": source.d
				        "[größe]": source.e
				        '["q""q"]': source.f
				""");
		assertThat(plan.source().table()).isEqualTo("\"Old Users\"");
		assertThat(plan.target().table()).isEqualTo("\"Shop\".users");
		assertThat(plan.mapping()).containsOnlyKeys("display_name", "fullName", "Weird Name", "a.b", "größe",
				"\"q\"\"q\"");
	}

	@Test
	void environmentVariableAddressesTheDeclaredPlan() {
		MigrationPlans plans = plans(USER_SETTINGS, Map.of("MIGRATION_PLANS_USERSETTINGS_PHASE", "DUAL_READ",
				"MIGRATION_PLANS_USERSETTINGS_BACKFILL_BATCHSIZE", "7"));
		assertThat(plans.all()).hasSize(1);
		assertThat(plans.get("USERSETTINGS").id()).isEqualTo("user-settings");
		assertThat(plans.get("userSettings").phase()).isEqualTo(MigrationPhase.DUAL_READ);
		assertThat(plans.get("user_settings").backfill().batchSize()).isEqualTo(7);
	}

	@Test
	void environmentVariableAddressesTheDeclaredColumn() {
		MigrationPlans plans = plans("migration.plans.x: { source: a, target: b, mapping: { full_name: source.n } }",
				Map.of("MIGRATION_PLANS_X_MAPPING_FULLNAME", "source.m"));
		assertThat(plans.get("x").mapping()).isEqualTo(Map.of("full_name", "source.m"));
	}

	@Test
	void idsThatCollideAreRefused() {
		assertThatExceptionOfType(InvalidPlanException.class).isThrownBy(() -> plans("""
				migration:
				  plans:
				    user-settings: { source: a, target: b }
				    userSettings: { source: c, target: d }
				""", Map.of()))
			.withMessageContaining("'user-settings' and 'userSettings' are the same name to Spring Boot")
			.withMessageContaining("Give one of the plans an id");
	}

	@Test
	void beansWithCollidingIdsAreRefused() {
		MigrationPlan first = MigrationPlan.of("user-settings").source("a").target("b").build();
		MigrationPlan second = MigrationPlan.of("user_settings").source("a").target("b").build();
		assertThatExceptionOfType(InvalidPlanException.class)
			.isThrownBy(() -> MigrationPlans.of(List.of(first, second)))
			.withMessageContaining("'user-settings' and 'user_settings' are the same name");
		assertThatExceptionOfType(InvalidPlanException.class).isThrownBy(() -> MigrationPlans.of(List.of(first, first)))
			.withMessageContaining("there are two plans of this id");
	}

	@Test
	void planThatIsABeanAndAPropertyIsRefused() {
		MigrationPlan bean = MigrationPlan.of("userSettings").source("a").target("b").build();
		assertThatExceptionOfType(InvalidPlanException.class)
			.isThrownBy(() -> new PlanDeclarations(bind(USER_SETTINGS, Map.of())).with(List.of(bean), List.of()))
			.withMessageContaining("the plan is a bean, and the properties name it too");
	}

	@Test
	void incompletePlanIsRefused() {
		assertThatExceptionOfType(InvalidPlanException.class)
			.isThrownBy(() -> plans(USER_SETTINGS, Map.of("MIGRATION_PLANS_USERSETTNGS_PHASE", "DUAL_READ")))
			.withMessageContaining("Plan 'usersettngs', source: there is none")
			.withMessageContaining("correct the plan's id");
		assertThatExceptionOfType(InvalidPlanException.class)
			.isThrownBy(() -> plan("migration.plans.x: { source: a, table: b }"))
			.withMessageContaining("'b' is stated beside 'source'");
	}

	@Test
	void purgeHasATableAndACondition() {
		assertThat(plan("migration.plans.x: { table: events, purge: gone, phase: backfill }"))
			.isEqualTo(MigrationPlan.of("x").purge("events", "gone").phase(MigrationPhase.BACKFILL).build());
		assertThat(plan("migration.plans.x: { source: { table: events, key: code }, purge: gone }").source().key())
			.containsExactly("code");
	}

	@ParameterizedTest
	@ValueSource(strings = { "target: b", "target: { key: id }", "filter: a", "shape: split", "rename: { a: b }",
			"mirror: triggers", "switch: release", "uses: source", "phase: dual-write", "rollout.read: 5",
			"backfill.vacuum: true", "verification.interval: 1m", "safety.reverse-window: 1h",
			"safety.rollback.window: 1m", "safety.require-approval: cutover", "contract.source: keep", "flags.read: r",
			"scripts.expand: x", "finish.not-null: a", "read-queries: select 1" })
	void purgeRefusesWhatHasNoMeaningForIt(String setting) {
		assertThatExceptionOfType(InvalidPlanException.class)
			.isThrownBy(() -> plan("migration.plans.x: { table: events, purge: gone, %s }".formatted(setting)))
			.satisfies((ex) -> assertThat(setting).startsWith(ex.getProperty().replaceFirst("[.].*", "")))
			.withMessageContaining("delete");
	}

	@Test
	void shapeOfAPurgeWithoutAConditionIsRefused() {
		assertThatExceptionOfType(InvalidPlanException.class)
			.isThrownBy(() -> plan("migration.plans.x: { table: events, shape: purge }"))
			.withMessageContaining("State the condition in 'purge'");
	}

	@Test
	void defaultsOfAllPlansAreNoFaultOfAPurge() {
		assertThat(plan("migration: { defaults.verification.interval: 1m, plans.x: { table: events, purge: gone } }")
			.isPurge()).isTrue();
	}

	@Test
	void idThatIsNoNameIsRefused() {
		assertThatExceptionOfType(InvalidPlanException.class)
			.isThrownBy(() -> plan("migration.plans: { '[a/b]': { source: a, target: b } }"))
			.withMessageContaining("'a/b' is not a plan's id");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			backfill.batch-size | -5 | -5 is less than 1. Use 1 or more
			backfill.batch-size | 60000 | 60000 is greater than 'backfill.max-batch-size' (50000)
			backfill.max-concurrency | 0 | 0 is less than 1
			backfill.rate-limit | -1 | -1 is less than 0
			backfill.target-batch-duration | 0s | PT0S is less than a millisecond. Use a duration such as '5s'
			backfill.max-replication-lag | -1s | PT-1S is less than a millisecond
			backfill.retry-backoff | -1s | PT-1S is negative
			rollout.read | 101 | 101 is not a share in per cent. Use a number from 0 to 100
			verification.min-parity | -1 | -1 is not a share in per cent
			verification.compare-share | 100.1 | 100.1 is not a share in per cent
			verification.interval | 0s | PT0S is less than a millisecond
			safety.lock-timeout | 0s | PT0S is less than a millisecond
			safety.max-write-pause | 0s | PT0S is less than a millisecond
			safety.reverse-window | -1h | PT-1H is negative
			""")
	void settingOutOfRangeIsRefused(String property, String value, String message) {
		String yaml = """
				migration.plans.x: { source: a, target: b }
				migration.plans.x.%s: %s
				""".formatted(property, value);
		assertThatExceptionOfType(InvalidPlanException.class).isThrownBy(() -> plan(yaml))
			.withMessageContaining("Plan 'x', %s: %s".formatted(property, message));
	}

	@Test
	void leaseThatIsShorterThanThreePollsIsRefused() {
		assertThatExceptionOfType(BindException.class).isThrownBy(() -> bind("migration.instance.lease: 2s", Map.of()))
			.havingRootCause()
			.withMessage(
					"'migration.instance.lease' is 2000ms, but must be at least three times 'migration.instance.poll' (1000ms); try '30s'");
	}

	@Test
	void failureAnalysisNamesPropertyReasonAndFix() {
		InvalidPlanException failure = new InvalidPlanException("x", "source.key", "there is no key", "Name one");
		var analysis = new InvalidPlanFailureAnalyzer().analyze(new IllegalStateException(failure));
		assertThat(analysis).isNotNull();
		assertThat(analysis.getDescription()).contains("migration.plans.x.source.key").contains("there is no key");
		assertThat(analysis.getAction()).isEqualTo("Name one");
	}

	private MigrationPlan plan(String yaml) {
		List<MigrationPlan> plans = plans(yaml, Map.of()).all();
		assertThat(plans).hasSize(1);
		return plans.get(0);
	}

	private MigrationPlans plans(String yaml, Map<String, Object> environment) {
		return new PlanDeclarations(bind(yaml, environment)).with(List.of(), List.of());
	}

	private MigrationProperties bind(String yaml, Map<String, Object> variables) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
		try {
			new YamlPropertySourceLoader()
				.load("application.yml", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
				.forEach(environment.getPropertySources()::addLast);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		ConfigurationPropertySources.attach(environment);
		return Binder.get(environment).bindOrCreate("migration", MigrationProperties.class);
	}

}
