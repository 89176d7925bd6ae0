package dev.parallelchange.migration.test.example.jdbc;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase.Replace;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

@JdbcTest
@AutoConfigureTestDatabase(replace = Replace.NONE)
class SettingsSliceTests {

	@Autowired
	private SettingsRepository settings;

	@Autowired
	private JdbcClient client;

	@Test
	void theSourceAloneIsUsed() {
		this.settings.save(new Settings(1, "blue"));
		assertThat(this.settings.findByUserId(1)).contains(new Settings(1, "blue"));
		assertThat(this.client.sql("select profile ->> 'theme' from users where id = 1").query(String.class).single())
			.isEqualTo("blue");
		assertThat(this.client.sql("select count(*) from user_settings").query(Long.class).single()).isZero();
	}

}
