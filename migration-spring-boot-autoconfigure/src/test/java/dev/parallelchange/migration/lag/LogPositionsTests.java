package dev.parallelchange.migration.lag;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LogPositionsTests {

	private final LogPositions positions = new LogPositions();

	@Test
	void lagIsTheAgeOfTheReplayedPosition() {
		at(0, 100);
		at(1, 200);
		at(2, 300);
		at(5, 400);
		assertThat(this.positions.lag(250, null)).isEqualTo(Duration.ofSeconds(4));
		assertThat(this.positions.lag(300, 1L)).isEqualTo(Duration.ofSeconds(3));
		assertThat(this.positions.lag(400, 9999L)).isZero();
	}

	@Test
	void idlePrimaryHasNoLag() {
		at(0, 100);
		at(3600, 100);
		assertThat(this.positions.lag(100, 5000L)).isZero();
		at(3601, 150);
		assertThat(this.positions.lag(100, null)).isEqualTo(Duration.ofSeconds(1));
	}

	@Test
	void positionOlderThanAllThatIsRememberedHasAtLeastThatAge() {
		at(10, 100);
		at(20, 200);
		assertThat(this.positions.lag(50, null)).isEqualTo(Duration.ofSeconds(10));
		assertThat(this.positions.lag(50, 60_000L)).isEqualTo(Duration.ofMinutes(1));
	}

	private void at(long second, long position) {
		this.positions.add(Duration.ofSeconds(second).toNanos(), position);
	}

}
