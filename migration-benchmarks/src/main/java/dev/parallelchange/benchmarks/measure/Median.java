package dev.parallelchange.benchmarks.measure;

import java.util.Collection;

/**
 * The value in the middle.
 */
public final class Median {

	private Median() {
	}

	/**
	 * Return the median.
	 * @param values at least one value
	 * @return the one in the middle, or the mean of the two that are
	 */
	public static double of(Collection<Double> values) {
		return quantile(values, 0.5);
	}

	/**
	 * Return a quantile, interpolated between its neighbours.
	 * @param values at least one value
	 * @param share the part of the values that is below, from 0 to 1
	 * @return the quantile
	 */
	public static double quantile(Collection<Double> values, double share) {
		double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
		double position = share * (sorted.length - 1);
		int below = (int) position;
		int above = Math.min(below + 1, sorted.length - 1);
		return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
	}

}
