package dev.parallelchange.benchmarks;

import java.util.List;

import dev.parallelchange.benchmarks.measure.Finding;

/**
 * Something that is measured by one command and has a section of its own in the
 * documentation.
 */
public interface Benchmark {

	/**
	 * Return the name by which it is chosen.
	 * @return the name, which is also its marker's in the documentation
	 */
	String name();

	/**
	 * Measure.
	 * @param settings how much and how often
	 * @return what was found
	 */
	List<Finding> run(Settings settings);

}
