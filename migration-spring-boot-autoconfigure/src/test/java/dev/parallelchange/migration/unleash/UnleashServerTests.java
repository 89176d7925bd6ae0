package dev.parallelchange.migration.unleash;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.autoconfigure.MigrationUnleashAutoConfiguration;
import dev.parallelchange.migration.test.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UnleashMigrationFlags} with a real server.
 */
class UnleashServerTests {

	private final MigrationPlan plan = MigrationPlan.of("user-settings").source("users").target("settings").build();

	@Test
	void flagsFollowTheServerAndStayWhenItGoes() throws Exception {
		try (TestDatabase database = TestDatabase.create(); UnleashServer server = UnleashServer.start(database)) {
			server.create("migration.user-settings.write", 100, "default");
			server.create("migration.user-settings.read", 25, "userId");
			server.create("migration.user-settings.backfill", 100, "default");
			new ApplicationContextRunner().withBean(PlanStates.class, () -> PlanState::initial)
				.withConfiguration(AutoConfigurations.of(MigrationUnleashAutoConfiguration.class))
				.withPropertyValues("migration.unleash.url=" + server.url(),
						"migration.unleash.api-token=" + UnleashServer.CLIENT_TOKEN,
						"migration.unleash.fetch-interval=1s", "spring.application.name=test")
				.run((context) -> follow(server, context.getBean(MigrationFlags.class)));
		}
	}

	private void follow(UnleashServer server, MigrationFlags flags) {
		awaitTrue(() -> share(flags) > 0);
		assertThat(share(flags)).isBetween(20.0, 30.0);
		assertThat(keys(flags)).as("sticky").isEqualTo(keys(flags));
		assertThat(flags.isSwitchedOff(this.plan, MigrationFlag.READ)).isFalse();
		for (MigrationFlag flag : List.of(MigrationFlag.WRITE, MigrationFlag.BACKFILL)) {
			String name = this.plan.flags().name(this.plan.id(), flag);
			assertThat(flags.isEnabled(this.plan, flag, null)).isTrue();
			server.switchTo(name, false);
			awaitTrue(() -> !flags.isEnabled(this.plan, flag, null));
			server.switchTo(name, true);
			awaitTrue(() -> flags.isEnabled(this.plan, flag, null));
		}
		server.switchTo("migration.user-settings.read", false);
		awaitTrue(() -> flags.isSwitchedOff(this.plan, MigrationFlag.READ));
		assertThat(share(flags)).isZero();
		server.close();
		assertThat(flags.isSwitchedOff(this.plan, MigrationFlag.READ)).isTrue();
		assertThat(flags.isEnabled(this.plan, MigrationFlag.WRITE, null)).isTrue();
	}

	private List<Boolean> keys(MigrationFlags flags) {
		return IntStream.range(0, 2000)
			.mapToObj((key) -> flags.isEnabled(this.plan, MigrationFlag.READ, "key" + key))
			.toList();
	}

	private double share(MigrationFlags flags) {
		return keys(flags).stream().filter((on) -> on).count() / 20.0;
	}

	private static void awaitTrue(java.util.concurrent.Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(condition);
	}

}
