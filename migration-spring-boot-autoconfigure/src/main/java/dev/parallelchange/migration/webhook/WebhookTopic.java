package dev.parallelchange.migration.webhook;

import dev.parallelchange.migration.MigrationEvent;

/**
 * Kinds of events that a webhook may be told.
 */
public enum WebhookTopic {

	/** A plan has moved, goes back by itself, or has given up its source. */
	TRANSITIONS,

	/** A copy has paused or goes on; a plan stands for its definition. */
	PAUSES,

	/** Rows differ, are refused, or may differ. */
	DIVERGENCES,

	/** Something could not be done and is tried again. */
	FAILURES,

	/** Somebody has asked for a change. */
	REQUESTS;

	static WebhookTopic of(MigrationEvent event) {
		if (event instanceof MigrationEvent.ChangeRequested) {
			return REQUESTS;
		}
		if (event instanceof MigrationEvent.BackfillPaused || event instanceof MigrationEvent.BackfillResumed
				|| event instanceof MigrationEvent.DefinitionDiffers
				|| event instanceof MigrationEvent.DefinitionAgreed) {
			return PAUSES;
		}
		if (event instanceof MigrationEvent.ActivityFailed || event instanceof MigrationEvent.MirrorSuspended
				|| event instanceof MigrationEvent.MirrorResumed) {
			return FAILURES;
		}
		boolean transition = event instanceof MigrationEvent.PhaseChanged
				|| event instanceof MigrationEvent.RollbackNeeded || event instanceof MigrationEvent.SourceChanged
				|| event instanceof MigrationEvent.DefinitionAccepted;
		return transition ? TRANSITIONS : DIVERGENCES;
	}

	/**
	 * What all instances notice is told by one of them.
	 */
	static boolean isNoticedByAll(MigrationEvent event) {
		return of(event) == PAUSES;
	}

}
