package dev.parallelchange.chaos.load;

/**
 * What a line of a {@link TransactionLog} tells.
 */
public enum LogEvent {

	/** A transaction is about to commit these changes. */
	INTENT,

	/** The caller was told that the transaction is committed. */
	COMMITTED,

	/** The transaction is certain to be rolled back. */
	ROLLED_BACK,

	/** The commit failed in a way that does not tell how it ended. */
	UNKNOWN,

	/** A read answered something else than this process's last write. */
	READ,

	/** So many reads answered this process's last write. */
	READS,

	/** A caller saw an exception that it could try again after. */
	RETRYABLE,

	/** A caller saw an exception that it should not have seen. */
	FAILURE

}
