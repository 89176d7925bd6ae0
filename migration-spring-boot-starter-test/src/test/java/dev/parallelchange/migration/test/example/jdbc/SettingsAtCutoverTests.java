package dev.parallelchange.migration.test.example.jdbc;

import java.util.stream.LongStream;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.test.MigrationTest;
import dev.parallelchange.migration.test.MigrationTester;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest
@MigrationTest(plans = "user-settings", phase = MigrationPhase.CUTOVER)
class SettingsAtCutoverTests {

	@Autowired
	private SettingsRepository settings;

	@Autowired
	private MigrationTester migration;

	@Test
	void whatIsWrittenSurvivesTheWayBack() {
		this.settings.save(new Settings(3, "blue"));
		this.migration.plan().rollBackTo(MigrationPhase.BACKFILL);
		assertThat(this.settings.findByUserId(3)).contains(new Settings(3, "blue"));
	}

	@Test
	void bothSidesAnswerAlike() {
		this.settings.save(new Settings(5, "red"));
		this.migration.plan().assertParity();
		this.migration.sides(SettingsRepository.class)
			.assertEqual(LongStream.rangeClosed(1, 20).boxed().toList(), SettingsRepository::findByUserId);
	}

}
