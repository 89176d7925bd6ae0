package dev.parallelchange.migration.test.example.jdbc;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest
class SettingsTests {

	@Autowired
	private SettingsRepository settings;

	@Test
	void settingsAreFoundAgain() {
		this.settings.save(new Settings(1, "blue"));
		assertThat(this.settings.findByUserId(1)).contains(new Settings(1, "blue"));
	}

}
