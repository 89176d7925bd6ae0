package dev.parallelchange.benchmarks.measure;

import java.util.Locale;

/**
 * One line of the documentation.
 *
 * @param what what was measured
 * @param against what it is compared with
 * @param value the figure, usually a ratio
 * @param unit the figure's unit; empty for a ratio
 * @param goal what the figure ought to be
 * @param detail the figures behind it
 */
public record Finding(String what, String against, double value, String unit, Goal goal, String detail) {

	/**
	 * Create a ratio.
	 * @param what what was measured
	 * @param against what it is compared with
	 * @param value the ratio
	 * @param goal what it ought to be
	 * @param detail the figures behind it
	 * @return the finding
	 */
	public static Finding ratio(String what, String against, double value, Goal goal, String detail) {
		return new Finding(what, against, value, "", goal, detail);
	}

	/**
	 * Return whether the goal is reached.
	 * @return {@code true} if it is, or if there is none
	 */
	public boolean isMet() {
		return this.goal.isMetBy(this.value);
	}

	/**
	 * Write a figure with as many digits as say something.
	 * @param value the figure
	 * @return the text
	 */
	public static String format(double value) {
		double size = Math.abs(value);
		String pattern = (size >= 100 || value == Math.rint(value)) ? "%,.0f" : (size >= 10) ? "%.1f" : "%.2f";
		return String.format(Locale.ROOT, pattern, value);
	}

}
