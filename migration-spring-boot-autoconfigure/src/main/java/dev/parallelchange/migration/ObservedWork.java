package dev.parallelchange.migration;

/**
 * The pieces of work that can be watched from begin to end.
 */
public enum ObservedWork {

	/** A chunk of a copy. */
	CHUNK,

	/** The mirror of one business transaction through proxies. */
	MIRROR,

	/** A read that is made on both sides to be compared. */
	COMPARED_READ;

	/**
	 * A piece of work that has begun.
	 */
	@FunctionalInterface
	public interface Running {

		/** A piece of work that nobody watches. */
		Running UNOBSERVED = (outcome) -> {
		};

		/**
		 * The work has ended, on the thread on which it began.
		 * @param outcome how, in one of few words without values of rows
		 */
		void end(String outcome);

	}

}
