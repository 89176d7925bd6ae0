package dev.parallelchange.migration;

/**
 * A stretch of time, on this JVM's steady clock, in which writers of a plan wait since
 * its leading side is about to change.
 *
 * @param startNanos when it begins, as {@link System#nanoTime()} counts
 * @param endNanos when it is over unless it is lifted before
 */
public record WriteFence(long startNanos, long endNanos) {

	/**
	 * Return whether writers must wait.
	 * @param nanos the moment, as {@link System#nanoTime()} counts
	 * @return {@code true} between the beginning and the end
	 */
	public boolean isClosed(long nanos) {
		return nanos - this.startNanos >= 0 && nanos - this.endNanos < 0;
	}

}
