package dev.parallelchange.migration;

/**
 * What became of a message to the webhook.
 */
public enum WebhookResult {

	/** The webhook has taken it. */
	SENT,

	/** The webhook has refused it, or could not be reached in time. */
	FAILED,

	/** Too many others waited. */
	DROPPED

}
