package dev.parallelchange.migration;

import org.jspecify.annotations.Nullable;

/**
 * A signal with a number and a limit. A copy that it has paused goes on when the number
 * has been below four fifths of the limit for a while, and slows down on the way to it.
 */
public interface MeasuredSignal extends ThrottleSignal {

	@Override
	String name();

	/**
	 * Measure.
	 * @param plan the plan whose copy is about to go on
	 * @return the measure; {@code null} if the signal is switched off or does not apply
	 * @throws Exception if the signal cannot be read; if that lasts, the copy pauses
	 */
	@Nullable SignalMeasure measure(DerivedPlan plan) throws Exception;

	@Override
	default @Nullable String check(DerivedPlan plan) throws Exception {
		SignalMeasure measure = measure(plan);
		return (measure != null) ? measure.reason() : null;
	}

}
