package dev.parallelchange.migration.mirror;

import java.time.Duration;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CircuitBreaker}.
 */
class CircuitBreakerTests {

	private static final RuntimeException FAILURE = new IllegalStateException("locked");

	private long now = Long.MAX_VALUE - 5;

	private final CircuitBreaker breaker = new CircuitBreaker(() -> this.now);

	private void fail(int times) {
		IntStream.range(0, times).forEach((i) -> this.breaker.failed(FAILURE));
	}

	private void pass(Duration duration) {
		this.now += duration.toNanos();
	}

	@Test
	void opensAfterFailuresInARow() {
		fail(CircuitBreaker.FAILURES - 1);
		this.breaker.succeeded();
		fail(CircuitBreaker.FAILURES - 1);
		assertThat(this.breaker.refusal()).isNull();
		assertThat(this.breaker.failed(FAILURE)).isTrue();
		assertThat(this.breaker.refusal()).isSameAs(FAILURE);
	}

	@Test
	void letsOneTryThroughAfterADelayThatDoublesUpToHalfAMinute() {
		fail(CircuitBreaker.FAILURES);
		for (long delay : new long[] { 1, 2, 4, 8, 16, 30, 30 }) {
			pass(Duration.ofSeconds(delay).minusNanos(1));
			assertThat(this.breaker.refusal()).as("before %d s", delay).isNotNull();
			pass(Duration.ofNanos(1));
			assertThat(this.breaker.refusal()).as("after %d s", delay).isNull();
			assertThat(this.breaker.refusal()).as("only one").isNotNull();
			assertThat(this.breaker.failed(FAILURE)).as("open already").isFalse();
		}
	}

	@Test
	void closesWithASuccess() {
		fail(CircuitBreaker.FAILURES);
		assertThat(this.breaker.succeeded()).isTrue();
		assertThat(this.breaker.succeeded()).isFalse();
		assertThat(this.breaker.refusal()).isNull();
		fail(CircuitBreaker.FAILURES - 1);
		assertThat(this.breaker.isOpen()).isFalse();
	}

}
