package dev.parallelchange.migration.test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.test.example.jdbc.Settings;
import dev.parallelchange.migration.test.example.jdbc.SettingsApplication;
import dev.parallelchange.migration.test.example.jdbc.SettingsRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase.Replace;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MigrationTest}, by classes that are run one after the other as an
 * application's suite.
 */
class MigrationTestTests {

	private static final List<String> SEEN = new ArrayList<>();

	@BeforeEach
	@AfterEach
	void forget() {
		System.clearProperty("migration.side");
		SEEN.clear();
	}

	@Test
	void aClassFindsItsPhaseAndLeavesNothingBehind() {
		assertThat(run(AtCutover.class, AsFound.class)).containsExactly("changes the phase(): SUCCESSFUL",
				"finds the phase again(): SUCCESSFUL", "finds an empty target(): SUCCESSFUL");
	}

	@Test
	void aTransactionalTestIsRefused() {
		assertThat(run(InTransaction.class)).singleElement()
			.asString()
			.startsWith("sees nothing of the plan(): FAILED")
			.contains("InTransaction is transactional",
					"add @Transactional(propagation = Propagation.NOT_SUPPORTED) to the class");
	}

	@Test
	void aSliceWithoutPlansIsRefused() {
		assertThat(run(InSlice.class)).singleElement()
			.asString()
			.startsWith("finds no plan(): FAILED")
			.contains("or the test is of a slice and needs @AutoConfigureMigration");
	}

	@Test
	void aSuiteOnOneSideWritesThatSideAlone() {
		System.setProperty("migration.side", "target");
		assertThat(run(OnOneSide.class, AtCutover.class)).containsExactly("writes one side(): SUCCESSFUL",
				"AtCutover: skipped, migration.side is target, so that no plan moves");
		assertThat(SEEN).containsExactly("blue on the target, light on the source, 0 runners");
	}

	private static List<String> run(Class<?>... classes) {
		List<String> results = new ArrayList<>();
		LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
			.selectors(Arrays.stream(classes).map(DiscoverySelectors::selectClass).toList())
			.configurationParameter("junit.jupiter.testmethod.order.default",
					"org.junit.jupiter.api.MethodOrderer$MethodName")
			.build();
		LauncherFactory.create().execute(request, new TestExecutionListener() {

			@Override
			public void executionFinished(TestIdentifier test, TestExecutionResult result) {
				if (test.isTest() || result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
					results.add(words(test.getDisplayName()) + ": " + result.getStatus()
							+ result.getThrowable().map((failure) -> " " + failure).orElse(""));
				}
			}

			@Override
			public void executionSkipped(TestIdentifier test, String reason) {
				results.add(test.getDisplayName().replaceAll(".*\\$", "") + ": skipped, " + reason);
			}

		});
		return results;
	}

	private static String words(String name) {
		return name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
	}

	@SpringBootTest(classes = SettingsApplication.class)
	@MigrationTest(plans = "user-settings", phase = MigrationPhase.CUTOVER)
	static class AtCutover {

		@Autowired
		private MigrationTester migration;

		@Test
		void changesThePhase() {
			assertThat(this.migration.plan().status().phase()).isEqualTo(MigrationPhase.CUTOVER);
			this.migration.plan().rollBackTo(MigrationPhase.DUAL_WRITE);
		}

		@Test
		void findsThePhaseAgain() {
			assertThat(this.migration.plan().status().phase()).isEqualTo(MigrationPhase.CUTOVER);
		}

	}

	@SpringBootTest(classes = SettingsApplication.class)
	@MigrationTest("user-settings")
	static class AsFound {

		@Autowired
		private MigrationTester migration;

		@Autowired
		private JdbcClient client;

		@Test
		void findsAnEmptyTarget() {
			assertThat(this.migration.plan().status().phase()).isEqualTo(MigrationPhase.OFF);
			assertThat(this.client.sql("select count(*) from user_settings").query(Long.class).single()).isZero();
			assertThat(this.client.sql("select count(*) from users").query(Long.class).single()).isEqualTo(20);
		}

	}

	@SpringBootTest(classes = SettingsApplication.class)
	@MigrationTest("user-settings")
	@Transactional
	static class InTransaction {

		@Test
		void seesNothingOfThePlan() {
		}

	}

	@JdbcTest
	@AutoConfigureTestDatabase(replace = Replace.NONE)
	@ContextConfiguration(classes = SettingsApplication.class)
	@MigrationTest("user-settings")
	@Transactional(propagation = Propagation.NOT_SUPPORTED)
	static class InSlice {

		@Test
		void findsNoPlan() {
		}

	}

	@SpringBootTest(classes = SettingsApplication.class, properties = "spring.application.name=one-side")
	static class OnOneSide {

		@Autowired
		private SettingsRepository settings;

		@Autowired
		private JdbcClient client;

		@Autowired(required = false)
		private List<MigrationRunner> runners = List.of();

		@Test
		void writesOneSide() {
			this.settings.save(new Settings(1, "blue"));
			SEEN.add("%s on the target, %s on the source, %d runners".formatted(
					this.settings.findByUserId(1).orElseThrow().theme(),
					this.client.sql("select profile ->> 'theme' from users where id = 1").query(String.class).single(),
					this.runners.size()));
		}

	}

}
