package dev.parallelchange.migration.openfeature;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.providers.memory.Flag;
import dev.openfeature.sdk.providers.memory.InMemoryProvider;
import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.RolloutSettings;
import dev.parallelchange.migration.autoconfigure.MigrationOpenFeatureAutoConfiguration;
import dev.parallelchange.migration.autoconfigure.MigrationUnleashAutoConfiguration;
import dev.parallelchange.migration.routing.DefaultMigrationFlags;
import dev.parallelchange.migration.unleash.UnleashMigrationFlags;
import io.getunleash.FakeUnleash;
import io.getunleash.Unleash;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OpenFeatureMigrationFlags}.
 */
class OpenFeatureMigrationFlagsTests {

	private static final String DOMAIN = "migration-test";

	private final OpenFeatureAPI api = OpenFeatureAPI.getInstance();

	private final Client client = this.api.getClient(DOMAIN);

	private final Map<String, Flag<?>> known = new HashMap<>();

	private final MigrationFlags flags = new OpenFeatureMigrationFlags(this.client, new DefaultMigrationFlags());

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withBean(PlanStates.class, () -> PlanState::initial)
		.withConfiguration(AutoConfigurations.of(MigrationUnleashAutoConfiguration.class,
				MigrationOpenFeatureAutoConfiguration.class));

	private final MigrationPlan plan = MigrationPlan.of("user-settings")
		.source("users")
		.target("settings")
		.rollout(new RolloutSettings(true, new BigDecimal("100"), false))
		.build();

	@AfterEach
	void forget() {
		this.api.shutdown();
	}

	@Test
	void withoutAProviderTheConfiguredValuesApply() {
		assertConfiguredValues();
	}

	@Test
	void whatTheProviderDoesNotKnowIsLeftToTheConfiguration() {
		provide();
		assertConfiguredValues();
	}

	@Test
	void theProviderDecides() {
		this.known.put("migration.user-settings.write", constant(false));
		this.known.put("migration.user-settings.backfill", constant(true));
		provide();
		assertThat(this.flags.isEnabled(this.plan, MigrationFlag.WRITE, null)).isFalse();
		assertThat(this.flags.isEnabled(this.plan, MigrationFlag.BACKFILL, null)).isTrue();
	}

	@Test
	void aPercentageSticksToTheKey() {
		this.known.put("migration.user-settings.read", computed((context) -> share(context.getTargetingKey()) < 30));
		provide();
		long chosen = IntStream.range(0, 1000).filter((key) -> reads(String.valueOf(key))).count();
		assertThat(chosen).isBetween(200L, 400L);
		assertThat(IntStream.range(0, 100)).allMatch((key) -> reads("k" + key) == reads("k" + key));
		assertThat(this.flags.isSwitchedOff(this.plan, MigrationFlag.READ)).as("a share is not off").isFalse();
	}

	@Test
	void aRuleMayLookAtTheKeyAsAnAttribute() {
		this.known.put("migration.user-settings.read", computed(
				(context) -> context.getValue("key") != null && "42".equals(context.getValue("key").asString())));
		provide();
		assertThat(reads("42")).isTrue();
		assertThat(reads("43")).isFalse();
	}

	@Test
	void aFlagThatIsOffForEverybodyIsAKillSwitch() {
		this.known.put("migration.user-settings.read", constant(false));
		provide();
		assertThat(this.flags.isSwitchedOff(this.plan, MigrationFlag.READ)).isTrue();
		assertThat(reads("42")).isFalse();
	}

	@Test
	void aDisabledFlagIsOff() {
		this.known.put("migration.user-settings.read",
				Flag.<Boolean>builder().variant("on", true).defaultVariant("on").disabled(true).build());
		provide();
		assertThat(this.flags.isSwitchedOff(this.plan, MigrationFlag.READ)).isTrue();
		assertThat(reads("42")).isFalse();
	}

	@Test
	void aClientOfTheApplicationIsUsed() {
		this.known.put("migration.user-settings.read", constant(false));
		provide();
		this.runner.withBean(Client.class, () -> this.client)
			.withBean(OpenFeatureAPI.class, () -> this.api, (definition) -> definition.setDestroyMethodName(""))
			.run((context) -> assertThat(
					context.getBean(MigrationFlags.class).isEnabled(this.plan, MigrationFlag.READ, "1"))
				.isFalse());
	}

	@Test
	void itsApiIsEnough() {
		this.runner.withBean(OpenFeatureAPI.class, () -> this.api, (definition) -> definition.setDestroyMethodName(""))
			.run((context) -> assertThat(context.getBean(MigrationFlags.class))
				.isInstanceOf(OpenFeatureMigrationFlags.class));
	}

	@Test
	void unleashAndFlagsOfTheApplicationGoFirst() {
		MigrationFlags own = new DefaultMigrationFlags();
		ApplicationContextRunner both = this.runner.withBean(Client.class, () -> this.client)
			.withBean(Unleash.class, FakeUnleash::new);
		both.run((context) -> assertThat(context.getBean(MigrationFlags.class))
			.isInstanceOf(UnleashMigrationFlags.class));
		both.withBean("own", MigrationFlags.class, () -> own)
			.run((context) -> assertThat(context.getBean(MigrationFlags.class)).isSameAs(own));
	}

	@Test
	void withoutOpenFeatureNothingIsCreated() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(MigrationFlags.class));
		this.runner.withClassLoader(new FilteredClassLoader("dev.openfeature"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(MigrationFlags.class));
	}

	private boolean reads(String key) {
		return this.flags.isEnabled(this.plan, MigrationFlag.READ, key);
	}

	private void provide() {
		this.api.setProviderAndWait(DOMAIN, new InMemoryProvider(this.known));
	}

	private static Flag<Boolean> constant(boolean value) {
		return Flag.<Boolean>builder()
			.variant("on", true)
			.variant("off", false)
			.defaultVariant(value ? "on" : "off")
			.build();
	}

	private static Flag<Boolean> computed(java.util.function.Predicate<EvaluationContext> rule) {
		return Flag.<Boolean>builder()
			.variant("on", true)
			.variant("off", false)
			.defaultVariant("off")
			.contextEvaluator((flag, context) -> rule.test(context))
			.build();
	}

	private static int share(String key) {
		return (key != null) ? Math.floorMod(key.hashCode() * 31, 100) : 100;
	}

	private void assertConfiguredValues() {
		assertThat(this.flags.isEnabled(this.plan, MigrationFlag.WRITE, null)).isTrue();
		assertThat(reads("1")).isTrue();
		assertThat(this.flags.isEnabled(this.plan, MigrationFlag.BACKFILL, null)).isFalse();
		assertThat(this.flags.isSwitchedOff(this.plan, MigrationFlag.READ)).isFalse();
	}

}
