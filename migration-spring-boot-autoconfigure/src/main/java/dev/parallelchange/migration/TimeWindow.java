package dev.parallelchange.migration;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.stream.Stream;

import org.springframework.util.Assert;

/**
 * A part of each day, by the clock on the wall.
 *
 * @param from when it opens
 * @param to when it closes; before {@code from} if that is on the next day
 */
public record TimeWindow(LocalTime from, LocalTime to) {

	public TimeWindow {
		Assert.isTrue(!from.equals(to),
				() -> "'%s-%s' has no length; leave the windows out for the whole day".formatted(from, to));
	}

	/**
	 * Convert a text; found by Spring's conversion.
	 * @param text such as {@code 22:00-06:00}
	 * @return the window
	 * @throws IllegalArgumentException if it is none
	 */
	public static TimeWindow of(String text) {
		String[] times = text.split("-", -1);
		try {
			if (times.length == 2) {
				return new TimeWindow(LocalTime.parse(times[0].strip()), LocalTime.parse(times[1].strip()));
			}
		}
		catch (DateTimeException ex) {
			// Explained below.
		}
		throw new IllegalArgumentException(
				"'%s' is no part of a day; write two times of 24 hours, such as '22:00-06:00'".formatted(text));
	}

	boolean isOpen(LocalTime time) {
		boolean after = !time.isBefore(this.from);
		boolean before = time.isBefore(this.to);
		return this.from.isBefore(this.to) ? after && before : after || before;
	}

	/**
	 * The moments of a day at which the window may open. A time that the clock skips is
	 * the moment at which it does, one that it shows twice is two moments.
	 */
	Stream<Instant> openings(LocalDate day, ZoneId zone) {
		LocalDateTime time = day.atTime(this.from);
		List<ZoneOffset> offsets = zone.getRules().getValidOffsets(time);
		if (offsets.isEmpty()) {
			ZoneOffsetTransition gap = zone.getRules().getTransition(time);
			return Stream.of(gap.getInstant());
		}
		return offsets.stream().map(time::toInstant);
	}

	@Override
	public String toString() {
		return this.from + "-" + this.to;
	}

}
