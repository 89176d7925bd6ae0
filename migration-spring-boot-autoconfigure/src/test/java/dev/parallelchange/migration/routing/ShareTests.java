package dev.parallelchange.migration.routing;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link Share}.
 */
class ShareTests {

	private static final int KEYS = 20_000;

	@ParameterizedTest
	@ValueSource(strings = { "0.5", "10", "25", "50", "99" })
	void aShareOfTheKeysIsAboutAsLargeAsItSays(String percent) {
		double share = 100.0 * keys("user-settings", percent).filter((in) -> in).count() / KEYS;
		assertThat(share).isCloseTo(Double.parseDouble(percent), within(1.0));
	}

	@ParameterizedTest
	@ValueSource(strings = { "0.5", "25", "99" })
	void chanceIsAboutAsLargeAsItSays(String percent) {
		long in = IntStream.range(0, KEYS)
			.filter((i) -> Share.contains("user-settings", null, new BigDecimal(percent)))
			.count();
		assertThat(100.0 * in / KEYS).isCloseTo(Double.parseDouble(percent), within(1.5));
	}

	@Test
	void nothingBelongsToNothingAndEverythingToTheWhole() {
		assertThat(keys("user-settings", "0").noneMatch((in) -> in)).isTrue();
		assertThat(keys("user-settings", "100").allMatch((in) -> in)).isTrue();
	}

	@Test
	void whatBelongsToAShareStaysInItWhenItGrows() {
		for (int key = 0; key < KEYS; key++) {
			if (Share.contains("user-settings", "key" + key, BigDecimal.TEN)) {
				assertThat(Share.contains("user-settings", "key" + key, new BigDecimal("11"))).isTrue();
			}
		}
	}

	@Test
	void differentPlansChooseDifferentKeys() {
		long both = IntStream.range(0, KEYS)
			.filter((key) -> Share.contains("a", "key" + key, BigDecimal.TEN)
					&& Share.contains("b", "key" + key, BigDecimal.TEN))
			.count();
		assertThat(100.0 * both / KEYS).isCloseTo(1, within(0.5));
	}

	@ParameterizedTest
	@CsvSource({ "'', 0", "test, ba6bd213", "'Hello, world!', c0363e43",
			"The quick brown fox jumps over the lazy dog, 2e4ff723" })
	void theHashIsMurmur3(String text, String hash) {
		assertThat(Share.murmur3(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(Integer.parseUnsignedInt(hash, 16));
	}

	private static java.util.stream.Stream<Boolean> keys(String plan, String percent) {
		return IntStream.range(0, KEYS).mapToObj((key) -> Share.contains(plan, "key" + key, new BigDecimal(percent)));
	}

}
