package dev.parallelchange.migration;

import org.jspecify.annotations.Nullable;

/**
 * What a signal has measured.
 *
 * @param value the number, times in seconds; {@code null} if it is not known
 * @param limit the number above which copies pause
 * @param reason why copies have to pause, with number and limit; {@code null} to go on
 * @param note what is to be known about the number, such as why there is none;
 * {@code null} for nothing
 */
public record SignalMeasure(@Nullable Double value, double limit, @Nullable String reason, @Nullable String note) {

	/**
	 * Create a measure that is a reason to pause if it is above its limit.
	 * @param value the number
	 * @param limit the limit
	 * @param text the reason, if it is one
	 * @return the measure
	 */
	public static SignalMeasure of(double value, double limit, String text) {
		return new SignalMeasure(value, limit, (value > limit) ? text : null, null);
	}

	/**
	 * Create a measure for a number that is not known, which is no reason to pause.
	 * @param limit the limit
	 * @param note why it is not known
	 * @return the measure
	 */
	public static SignalMeasure unknown(double limit, String note) {
		return new SignalMeasure(null, limit, null, note);
	}

	/**
	 * Add what is to be known about the number.
	 * @param text the note
	 * @return the measure with it
	 */
	public SignalMeasure withNote(@Nullable String text) {
		return new SignalMeasure(this.value, this.limit, this.reason, text);
	}

	/**
	 * Return the number by its limit.
	 * @return 1 at the limit; {@code null} if the number is not known
	 */
	public @Nullable Double utilisation() {
		return (this.value != null) ? this.value / this.limit : null;
	}

}
