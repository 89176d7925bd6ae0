package dev.parallelchange.migration;

import java.time.Instant;
import java.time.ZoneId;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class CopyWindowsTests {

	@Test
	void withoutWindowsItIsOpenAllDay() {
		assertThat(CopyWindows.ALWAYS.reason(Instant.now())).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "10:00-12:00, 09:59:59, false", "10:00-12:00, 10:00:00, true", "10:00-12:00, 11:59:59, true",
			"10:00-12:00, 12:00:00, false", "22:00-06:00, 21:59:59, false", "22:00-06:00, 22:00:00, true",
			"22:00-06:00, 00:00:00, true", "22:00-06:00, 05:59:59, true", "22:00-06:00, 06:00:00, false",
			"22:00-00:00, 23:59:59, true", "22:00-00:00, 00:00:00, false", "00:00-06:00, 00:00:00, true" })
	void opensAndClosesToTheSecond(String window, String time, boolean open) {
		assertThat(windows("Z", window).isOpen(Instant.parse("2026-11-21T" + time + "Z"))).isEqualTo(open);
	}

	@Test
	void nextOpeningIsThatOfTheNearestWindow() {
		CopyWindows windows = windows("Z", "22:00-06:00", "12:00-13:00");
		assertThat(next(windows, "2026-11-21T11:00:00Z")).isEqualTo("2026-11-21T12:00:00Z");
		assertThat(next(windows, "2026-11-21T13:00:00Z")).isEqualTo("2026-11-21T22:00:00Z");
		assertThat(next(windows("Z", "10:00-11:00"), "2026-12-31T11:00:00Z")).isEqualTo("2027-01-01T10:00:00Z");
	}

	/**
	 * The clock in Berlin goes from 02:00 to 03:00 at 01:00 UTC.
	 */
	@ParameterizedTest
	@CsvSource({ "01:30-05:00, 2026-03-29T00:00:00Z, 2026-03-29T00:30:00Z",
			"02:30-05:00, 2026-03-29T00:59:59Z, 2026-03-29T01:00:00Z",
			"02:10-02:50, 2026-03-28T12:00:00Z, 2026-03-30T00:10:00Z",
			"03:00-05:00, 2026-03-29T00:59:59Z, 2026-03-29T01:00:00Z",
			"22:00-06:00, 2026-03-29T04:00:00Z, 2026-03-29T20:00:00Z" })
	void clockThatIsPutForward(String window, String now, String opening) {
		CopyWindows windows = windows("Europe/Berlin", window);
		assertThat(windows.isOpen(Instant.parse(now))).isFalse();
		assertThat(next(windows, now)).isEqualTo(opening);
		assertThat(windows.isOpen(Instant.parse(opening))).isTrue();
		assertThat(windows.isOpen(Instant.parse(opening).minusMillis(1))).isFalse();
	}

	/**
	 * The clock in Berlin goes from 03:00 to 02:00 at 01:00 UTC: 02:30 is at 00:30 and at
	 * 01:30 UTC.
	 */
	@ParameterizedTest
	@CsvSource({ "02:30-05:00, 2026-10-25T00:29:59Z, 2026-10-25T00:30:00Z",
			"02:30-05:00, 2026-10-25T01:00:00Z, 2026-10-25T01:30:00Z",
			"22:00-02:30, 2026-10-25T00:30:00Z, 2026-10-25T01:00:00Z",
			"22:00-02:30, 2026-10-25T01:30:00Z, 2026-10-25T21:00:00Z" })
	void clockThatIsPutBack(String window, String now, String opening) {
		CopyWindows windows = windows("Europe/Berlin", window);
		assertThat(windows.isOpen(Instant.parse(now))).isFalse();
		assertThat(next(windows, now)).isEqualTo(opening);
	}

	@Test
	void reasonTellsTheWindowsAndTheNextOpening() {
		assertThat(windows("Asia/Kolkata", "22:00-06:00").reason(Instant.parse("2026-11-21T06:30:00.5Z")))
			.isEqualTo("it is outside of backfill.windows 22:00-06:00 (Asia/Kolkata), "
					+ "which open at 2026-11-21T22:00:00+05:30");
	}

	@ParameterizedTest
	@ValueSource(strings = { "22:00", "22-06", "22:00-24:00", "10:00-10:00", "", "22:00-06:00-08:00", "night" })
	void whatIsNoWindowIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> TimeWindow.of(text)).withMessageContaining(text);
	}

	private static CopyWindows windows(String zone, String... windows) {
		return new CopyWindows(Stream.of(windows).map(TimeWindow::of).toList(), ZoneId.of(zone));
	}

	private static @Nullable String next(CopyWindows windows, String now) {
		Instant next = windows.nextOpening(Instant.parse(now));
		return (next != null) ? next.toString() : null;
	}

}
