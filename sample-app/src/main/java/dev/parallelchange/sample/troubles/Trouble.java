package dev.parallelchange.sample.troubles;

/**
 * Something that goes wrong in production, and its cure.
 */
interface Trouble {

	/**
	 * Return what it is called in an address.
	 */
	String name();

	/**
	 * Return when to plant it, and what is to be seen then.
	 */
	String shows();

	/**
	 * Make it happen.
	 */
	void plant();

	/**
	 * Have it end.
	 */
	void heal();

}
