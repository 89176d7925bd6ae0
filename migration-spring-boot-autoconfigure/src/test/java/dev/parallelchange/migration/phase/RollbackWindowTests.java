package dev.parallelchange.migration.phase;

import java.math.BigDecimal;
import java.time.Duration;

import dev.parallelchange.migration.RollbackSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A plan goes back for what happens now, not for what happened long ago, and not for a
 * single bad moment.
 */
class RollbackWindowTests {

	private final RollbackWindow window = new RollbackWindow(7, new RollbackSettings(new BigDecimal("1"),
			BigDecimal.TEN, Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(1), 100));

	@Test
	void rateNeedsItsSamples() {
		assertThat(reads(0, 0, 0)).isNull();
		assertThat(reads(5, 99, 99)).isNull();
		assertThat(reads(10, 100, 100)).isEqualTo("100.000 % of 100 compared reads differ (limit 1 %, over 60 s)");
	}

	@Test
	void rateAtItsLimitIsBorne() {
		assertThat(reads(0, 0, 0)).isNull();
		assertThat(reads(5, 1000, 10)).isNull();
		assertThat(reads(6, 1000, 11)).startsWith("1.100 %");
	}

	@Test
	void rateIsThatOfTheWindow() {
		assertThat(reads(0, 0, 0)).isNull();
		assertThat(reads(10, 100_000, 1000)).as("one in a hundred, all early").isNull();
		assertThat(reads(70, 100_200, 1000)).isNull();
		assertThat(reads(80, 100_400, 1010)).as("few of all, many of the latest").startsWith("2.500 % of 400");
	}

	@Test
	void whatWasCountedBeforeThisInstanceLookedDoesNotCount() {
		assertThat(reads(0, 500, 500)).isNull();
		assertThat(reads(5, 600, 500)).isNull();
	}

	@Test
	void countingThatBeginsAnewIsNoRate() {
		assertThat(reads(0, 500, 0)).isNull();
		assertThat(reads(5, 10, 10)).isNull();
		assertThat(reads(10, 120, 10)).isNull();
	}

	@Test
	void failuresOfTheTargetHaveARateOfTheirOwn() {
		assertThat(add(0, new RollbackFigures(0, 0, 0, 0, Duration.ZERO, Duration.ZERO))).isNull();
		assertThat(add(5, new RollbackFigures(0, 0, 200, 21, Duration.ZERO, Duration.ZERO))).isEqualTo(
				"10.500 % of 200 reads of the target and mirror writes to it fail on an instance (limit 10 %, over 60 s)");
	}

	@Test
	void lagMustLast() {
		assertThat(lag(0, 6)).isNull();
		assertThat(lag(59, 6)).isNull();
		assertThat(lag(60, 7)).isEqualTo("the replication lag is 7000 ms, and has been above 5000 ms for 60 s");
	}

	@Test
	void lagThatWasAwayForAMomentBeginsAnew() {
		assertThat(lag(0, 6)).isNull();
		assertThat(lag(30, 5)).isNull();
		assertThat(lag(60, 6)).isNull();
		assertThat(lag(119, 6)).isNull();
		assertThat(lag(120, 6)).isNotNull();
	}

	@Test
	void itIsLookedAtTenTimesInAWindowAndAtLeastEveryFiveSeconds() {
		assertThat(this.window.isDue(Duration.ZERO)).isTrue();
		reads(0, 0, 0);
		assertThat(this.window.isDue(Duration.ofSeconds(4))).isFalse();
		assertThat(this.window.isDue(Duration.ofSeconds(5))).isTrue();
	}

	private @Nullable String reads(long second, long compared, long mismatched) {
		return add(second, new RollbackFigures(compared, mismatched, 0, 0, Duration.ZERO, Duration.ZERO));
	}

	private @Nullable String lag(long second, long seconds) {
		return add(second, new RollbackFigures(0, 0, 0, 0, Duration.ofSeconds(seconds), Duration.ZERO));
	}

	private @Nullable String add(long second, RollbackFigures figures) {
		return this.window.add(Duration.ofSeconds(second), figures);
	}

}
