package dev.parallelchange.migration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SessionLimitTests {

	@Test
	void shareIsOfWhatTheServerAllows() {
		assertThat(SessionLimit.of("25%").on(100)).isEqualTo(25);
		assertThat(SessionLimit.of("1 %").on(20)).as("never none").isEqualTo(1);
		assertThat(SessionLimit.of("40").on(100)).isEqualTo(40);
		assertThat(SessionLimit.of(40)).isEqualTo(SessionLimit.of("40"));
		assertThat(SessionLimit.of("0%").on(100)).as("switched off").isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "many", "-1", "101%", "%", "" })
	void whatIsNoNumberIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> SessionLimit.of(text))
			.withMessageContaining("write '40', or '25%' of max_connections");
	}

}
