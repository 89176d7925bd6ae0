package dev.parallelchange.migration.unleash;

import java.math.BigDecimal;
import java.time.Duration;

import dev.parallelchange.migration.FlagSettings;
import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.RolloutSettings;
import dev.parallelchange.migration.autoconfigure.MigrationUnleashAutoConfiguration;
import dev.parallelchange.migration.routing.DefaultMigrationFlags;
import dev.parallelchange.migration.schedule.Schedule;
import io.getunleash.DefaultUnleash;
import io.getunleash.FakeUnleash;
import io.getunleash.Unleash;
import io.getunleash.util.UnleashConfig;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UnleashMigrationFlags} without a server.
 */
class UnleashMigrationFlagsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withBean(PlanStates.class, () -> PlanState::initial)
		.withConfiguration(AutoConfigurations.of(MigrationUnleashAutoConfiguration.class));

	private final MigrationPlan plan = MigrationPlan.of("user-settings")
		.source("users")
		.target("settings")
		.rollout(new RolloutSettings(true, new BigDecimal("100"), false))
		.build();

	@Test
	void aServerThatIsDownAtTheStartLeavesTheConfiguredValues() {
		this.runner
			.withPropertyValues("migration.unleash.url=http://127.0.0.1:9/api", "migration.unleash.api-token=token",
					"migration.unleash.fetch-interval=1s")
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(Unleash.class);
				assertConfiguredValues(context.getBean(MigrationFlags.class));
			});
	}

	@Test
	void anUnleashBeanOfTheApplicationIsUsed() {
		FakeUnleash unleash = new FakeUnleash();
		unleash.disable("migration.user-settings.read");
		this.runner.withBean(Unleash.class, () -> unleash)
			.withPropertyValues("migration.unleash.url=http://127.0.0.1:9/api")
			.run((context) -> {
				assertThat(context.getBean(Unleash.class)).isSameAs(unleash);
				MigrationFlags flags = context.getBean(MigrationFlags.class);
				assertThat(flags.isEnabled(this.plan, MigrationFlag.READ, "1")).isFalse();
			});
	}

	@Test
	void withoutUnleashNothingIsCreated() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(MigrationFlags.class));
		this.runner.withClassLoader(new FilteredClassLoader(Unleash.class))
			.withPropertyValues("migration.unleash.url=http://127.0.0.1:9/api")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(MigrationFlags.class));
	}

	@Test
	void flagsOfTheApplicationWin() {
		MigrationFlags own = new DefaultMigrationFlags();
		this.runner.withBean(MigrationFlags.class, () -> own)
			.withBean(Unleash.class, FakeUnleash::new)
			.run((context) -> assertThat(context.getBean(MigrationFlags.class)).isSameAs(own));
	}

	@Test
	@Schedule("C52")
	void aClientThatThrowsLeavesTheConfiguredValues() {
		assertConfiguredValues(new UnleashMigrationFlags(new BrokenUnleash(), new DefaultMigrationFlags()));
	}

	@Test
	void namesComeFromThePlan() {
		FakeUnleash unleash = new FakeUnleash();
		unleash.disable("mine");
		MigrationPlan named = MigrationPlan.of("user-settings")
			.source("users")
			.target("settings")
			.flags(new FlagSettings("mine", null, null))
			.build();
		assertThat(new UnleashMigrationFlags(unleash, new DefaultMigrationFlags()).isEnabled(named, MigrationFlag.WRITE,
				null))
			.isFalse();
	}

	@Test
	void aKeyReachesTheStrategies() {
		String toggles = """
				{"version":2,"features":[{"name":"migration.user-settings.read","type":"release","enabled":true,
				"strategies":[{"name":"default","constraints":[
				{"contextName":"key","operator":"IN","values":["42"]}]}]}]}""";
		Unleash unleash = new DefaultUnleash(UnleashConfig.builder()
			.appName("test")
			.instanceId("test")
			.unleashAPI("http://127.0.0.1:9/api")
			.apiKey("token")
			.disableMetrics()
			.disablePolling()
			.backupFile("target/unleash-key-test-%d.json".formatted(System.nanoTime()))
			.toggleBootstrapProvider(() -> java.util.Optional.of(toggles))
			.build());
		MigrationFlags flags = new UnleashMigrationFlags(unleash, new DefaultMigrationFlags());
		assertThat(flags.isEnabled(this.plan, MigrationFlag.READ, "42")).isTrue();
		assertThat(flags.isEnabled(this.plan, MigrationFlag.READ, "43")).isFalse();
		assertThat(flags.isSwitchedOff(this.plan, MigrationFlag.READ)).isFalse();
		assertThat(Duration.ofNanos(nanosPerEvaluation(flags))).isLessThan(Duration.ofMillis(1));
		unleash.shutdown();
	}

	private long nanosPerEvaluation(MigrationFlags flags) {
		long start = System.nanoTime();
		for (int i = 0; i < 1000; i++) {
			flags.isEnabled(this.plan, MigrationFlag.READ, "42");
			flags.isSwitchedOff(this.plan, MigrationFlag.READ);
		}
		return (System.nanoTime() - start) / 1000;
	}

	private void assertConfiguredValues(MigrationFlags flags) {
		assertThat(flags.isEnabled(this.plan, MigrationFlag.WRITE, null)).isTrue();
		assertThat(flags.isEnabled(this.plan, MigrationFlag.READ, "1")).isTrue();
		assertThat(flags.isEnabled(this.plan, MigrationFlag.READ, null)).isTrue();
		assertThat(flags.isEnabled(this.plan, MigrationFlag.BACKFILL, null)).isFalse();
		assertThat(flags.isSwitchedOff(this.plan, MigrationFlag.READ)).isFalse();
	}

	private static final class BrokenUnleash implements Unleash {

		@Override
		public boolean isEnabled(String toggle, io.getunleash.UnleashContext context,
				java.util.function.BiPredicate<String, io.getunleash.UnleashContext> fallback) {
			throw new IllegalStateException("broken");
		}

		@Override
		public io.getunleash.variant.Variant getVariant(String toggle, io.getunleash.UnleashContext context) {
			throw new IllegalStateException("broken");
		}

		@Override
		public io.getunleash.variant.Variant getVariant(String toggle, io.getunleash.UnleashContext context,
				io.getunleash.variant.Variant fallback) {
			throw new IllegalStateException("broken");
		}

		@Override
		public io.getunleash.MoreOperations more() {
			throw new IllegalStateException("broken");
		}

		@Override
		public io.getunleash.impactmetrics.MetricsAPI getImpactMetrics() {
			throw new IllegalStateException("broken");
		}

	}

}
