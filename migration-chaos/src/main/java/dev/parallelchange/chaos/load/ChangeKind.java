package dev.parallelchange.chaos.load;

/**
 * What a write did to a key.
 */
public enum ChangeKind {

	/** There was no row before. */
	INSERT,

	/** There was a row before, and there is one after. */
	UPDATE,

	/** There is no row after. */
	DELETE

}
