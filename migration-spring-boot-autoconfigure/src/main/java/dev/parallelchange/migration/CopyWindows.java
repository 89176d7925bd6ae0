package dev.parallelchange.migration;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * When rows may be copied.
 *
 * @param windows the parts of the day; empty for all of it
 * @param timeZone the time zone of the clock on the wall
 */
public record CopyWindows(List<TimeWindow> windows, ZoneId timeZone) {

	/** All day. */
	public static final CopyWindows ALWAYS = new CopyWindows(List.of(), ZoneId.of("UTC"));

	private static final int DAYS = 8;

	public CopyWindows {
		windows = List.copyOf(windows);
	}

	/**
	 * Return why nothing may be copied at a time.
	 * @param now the time
	 * @return the reason, with the time when that changes; {@code null} if it may
	 */
	public @Nullable String reason(Instant now) {
		if (isOpen(now)) {
			return null;
		}
		Instant opening = nextOpening(now);
		return "it is outside of backfill.windows %s (%s), which open %s".formatted(
				this.windows.stream().map(TimeWindow::toString).collect(Collectors.joining(", ")), this.timeZone,
				(opening != null) ? "at " + DateTimeFormatter.ISO_OFFSET_DATE_TIME
					.format(opening.atZone(this.timeZone).truncatedTo(ChronoUnit.SECONDS)) : "never");
	}

	/**
	 * Return whether rows may be copied at a time.
	 * @param now the time
	 * @return whether they may
	 */
	public boolean isOpen(Instant now) {
		ZonedDateTime local = now.atZone(this.timeZone);
		return this.windows.isEmpty() || this.windows.stream().anyMatch((window) -> window.isOpen(local.toLocalTime()));
	}

	/**
	 * Return when rows may be copied again. A day on which the clock is changed may have
	 * no such time, or open a window by the change.
	 * @param now a time at which they may not
	 * @return the time; {@code null} if it is more than a week away
	 */
	public @Nullable Instant nextOpening(Instant now) {
		LocalDate today = now.atZone(this.timeZone).toLocalDate();
		Stream<Instant> openings = IntStream.range(0, DAYS)
			.mapToObj(today::plusDays)
			.flatMap((day) -> this.windows.stream().flatMap((window) -> window.openings(day, this.timeZone)));
		ZoneOffsetTransition change = this.timeZone.getRules().nextTransition(now);
		return Stream.concat(openings, Stream.ofNullable((change != null) ? change.getInstant() : null))
			.filter((opening) -> opening.isAfter(now) && isOpen(opening))
			.min(Instant::compareTo)
			.orElse(null);
	}

}
