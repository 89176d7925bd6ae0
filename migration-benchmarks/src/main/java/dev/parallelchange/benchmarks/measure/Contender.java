package dev.parallelchange.benchmarks.measure;

/**
 * One of several ways to do the same work.
 */
@FunctionalInterface
public interface Contender {

	/**
	 * Do the work once, on a clean table.
	 * @return what it took
	 */
	Sample run();

}
