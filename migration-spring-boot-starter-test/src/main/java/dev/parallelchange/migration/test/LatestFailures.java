package dev.parallelchange.migration.test;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what the runner could not do, so that a test that fails can say why.
 */
class LatestFailures implements MigrationListener {

	private final Map<String, MigrationEvent.ActivityFailed> failures = new ConcurrentHashMap<>();

	@Override
	public void onEvent(MigrationEvent event) {
		if (event instanceof MigrationEvent.ActivityFailed failed) {
			this.failures.put(failed.planId(), failed);
		}
	}

	void forget() {
		this.failures.clear();
	}

	/**
	 * Return the latest failure of a plan in words; {@code null} if there was none.
	 */
	@Nullable String of(String planId) {
		MigrationEvent.ActivityFailed failed = this.failures.get(planId);
		return (failed != null) ? "could not %s: %s".formatted(failed.activity(), failed.error()) : null;
	}

}
