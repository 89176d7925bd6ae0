package dev.parallelchange.migration.autoconfigure;

/**
 * Thrown when a webhook cannot work as it is configured. Its message does not name the
 * address, which is a secret.
 */
class InvalidWebhookException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String fix;

	InvalidWebhookException(String message, String fix) {
		super(message);
		this.fix = fix;
	}

	String getFix() {
		return this.fix;
	}

}
