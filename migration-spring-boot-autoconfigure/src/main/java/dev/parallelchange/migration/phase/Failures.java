package dev.parallelchange.migration.phase;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.NestedExceptionUtils;

/**
 * Tells of what goes wrong: once when it begins or becomes another trouble, and once when
 * it is over.
 */
final class Failures {

	private static final Log logger = LogFactory.getLog(DefaultMigrationRunner.class);

	private final MigrationListener listener;

	private final Map<String, String> current = new ConcurrentHashMap<>();

	Failures(MigrationListener listener) {
		this.listener = listener;
	}

	/**
	 * Do something for a plan that may fail.
	 * @return whether it succeeded
	 */
	boolean attempt(String planId, String activity, Runnable work) {
		try {
			work.run();
		}
		catch (RuntimeException ex) {
			failed(List.of(planId), activity, ex);
			return false;
		}
		succeeded(List.of(planId), activity);
		return true;
	}

	void failed(Collection<String> planIds, String activity, RuntimeException ex) {
		if (!kind(ex).equals(this.current.put(planIds + activity, kind(ex)))) {
			planIds.forEach((planId) -> this.listener
				.onEvent(new MigrationEvent.ActivityFailed(planId, activity, summary(ex))));
		}
	}

	void succeeded(Collection<String> planIds, String activity) {
		if (this.current.remove(planIds + activity) != null) {
			logger.info("Plans %s: can %s again".formatted(planIds, activity));
		}
	}

	/**
	 * The first line of the root cause; what follows may hold values of rows.
	 */
	static String summary(Throwable ex) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(ex);
		String message = (cause.getMessage() != null) ? cause.getMessage() : cause.getClass().getName();
		return message.lines().findFirst().orElse("");
	}

	/**
	 * Messages differ from poll to poll by times and addresses, their kind does not.
	 */
	private static String kind(Throwable ex) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(ex);
		String state = (cause instanceof SQLException sql) ? String.valueOf(sql.getSQLState()) : summary(cause);
		return cause.getClass().getName() + " " + state.replaceAll("[0-9]+", "#");
	}

}
