package dev.parallelchange.migration.test;

import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.test.example.jdbc.Settings;
import dev.parallelchange.migration.test.example.jdbc.SettingsApplication;
import dev.parallelchange.migration.test.example.jdbc.SettingsRepository;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@SpringBootTest(classes = SettingsApplication.class)
@MigrationTest(phase = MigrationPhase.DUAL_READ, timeout = 20)
class PlanTesterTests {

	@Autowired
	private MigrationTester migration;

	@Autowired
	private SettingsRepository settings;

	@Autowired
	private JdbcClient client;

	@Test
	void aPlanThatCannotGoOnFailsWithItsClosedGates() {
		PlanTester plan = this.migration.plan("userSettings");
		execute("insert into user_settings (user_id, theme) values (1, 'stray') "
				+ "on conflict (user_id) do update set theme = 'stray'");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(plan::assertParity)
			.withMessageContaining("row [1]: theme: the source gives 'light', the target has 'stray'");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> plan.advanceTo(MigrationPhase.CUTOVER))
			.withMessageStartingWith("Plan 'user-settings' is in DUAL_READ and has not come to CUTOVER.")
			.withMessageContaining("Gate ")
			.withMessageContaining(" is closed: ");
		execute("update user_settings set theme = 'light' where user_id = 1");
		plan.assertParity();
	}

	@Test
	void readsGoWhereTheFlagSends() {
		execute("update user_settings set theme = 'other' where user_id = 11");
		assertThat(this.settings.findByUserId(11)).contains(new Settings(11, "other"));
		this.migration.plan().switchOff(MigrationFlag.READ);
		assertThat(this.settings.findByUserId(11)).contains(new Settings(11, "light"));
		execute("update user_settings set theme = 'light' where user_id = 11");
	}

	@Test
	void whatTheTargetRefusesDoesNotStopTheApplication() {
		PlanTester plan = this.migration.plan();
		plan.rollBackTo(MigrationPhase.DUAL_WRITE);
		this.settings.save(new Settings(2, "pink"));
		assertThat(this.settings.findByUserId(2)).contains(new Settings(2, "pink"));
		this.settings.save(new Settings(2, "dark"));
		plan.advanceTo(MigrationPhase.DUAL_READ);
	}

	@Test
	void theSidesOfARepositoryAreComparedFieldByField() {
		SideComparison<SettingsRepository> sides = this.migration.sides(SettingsRepository.class);
		sides.assertEqual(SettingsRepository::findAll);
		execute("update user_settings set theme = 'other' where user_id = 9");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> sides.assertEqual((repository) -> repository.findByUserId(9)))
			.withMessage("The sides of SettingsRepository answer differently:\n- theme: source light, target other");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> sides.assertEqual((repository) -> System.nanoTime()))
			.withMessageContaining("source of SettingsRepository does not give the same answer twice");
		execute("update user_settings set theme = 'light' where user_id = 9");
	}

	@Test
	void aCopyThatGoesByChunksIsNotStoppedAtARow() {
		assertThatIllegalStateException().isThrownBy(() -> this.migration.plan().copyUntil(3))
			.withMessage("copyUntil(…) needs @MigrationTest(rowByRow = true)");
	}

	@Test
	void aPlanIsHeldInItsPhase() {
		MigrationStatus status = this.migration.plan().status();
		assertThat(status.phase()).isEqualTo(MigrationPhase.DUAL_READ);
		assertThat(status.hold()).isEqualTo(MigrationPhase.DUAL_READ);
	}

	private void execute(String sql) {
		this.client.sql(sql).update();
	}

}
