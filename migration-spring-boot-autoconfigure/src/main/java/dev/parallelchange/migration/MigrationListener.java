package dev.parallelchange.migration;

import java.time.Duration;

/**
 * Observes what happens to plans; exceptions of a listener are logged and otherwise
 * ignored.
 */
public interface MigrationListener {

	/**
	 * A rare thing has happened that an operator may want to know.
	 * @param event what has happened
	 */
	default void onEvent(MigrationEvent event) {
	}

	/**
	 * A chunk has been copied.
	 * @param planId the plan's id
	 * @param rows the number of rows written
	 * @param duration the time it took
	 */
	default void chunkCopied(String planId, long rows, Duration duration) {
	}

	/**
	 * Rows have been mirrored in a business transaction.
	 * @param planId the plan's id
	 * @param written the side that the mirror wrote
	 * @param keys the number of keys
	 * @param duration the time it took
	 */
	default void mirrored(String planId, MigrationSide written, int keys, Duration duration) {
	}

	/**
	 * Rows could not be mirrored; their keys have become pending.
	 * @param planId the plan's id
	 * @param side the side that the mirror did not write
	 * @param keys the number of keys
	 * @param cause what went wrong
	 */
	default void mirrorFailed(String planId, MigrationSide side, int keys, Throwable cause) {
	}

	/**
	 * A read has gone to a side.
	 * @param planId the plan's id
	 * @param side the side
	 * @param duration the time it took
	 */
	default void readRouted(String planId, MigrationSide side, Duration duration) {
	}

	/**
	 * A read that found nothing on the target has been answered by the source.
	 * @param planId the plan's id
	 */
	default void readFellBack(String planId) {
	}

	/**
	 * A read has been compared on both sides.
	 * @param planId the plan's id
	 * @param equal whether both sides gave the same answer
	 */
	default void readCompared(String planId, boolean equal) {
	}

	/**
	 * A message about an event has been sent to the webhook, or not.
	 * @param planId the plan's id
	 * @param result what became of it
	 */
	default void webhookCalled(String planId, WebhookResult result) {
	}

	/**
	 * A piece of work begins, on the thread that does it.
	 * @param planId the plan's id
	 * @param work what it is
	 * @return is told of its end; {@link ObservedWork.Running#UNOBSERVED} if nobody wants
	 * to know
	 */
	default ObservedWork.Running begin(String planId, ObservedWork work) {
		return ObservedWork.Running.UNOBSERVED;
	}

}
