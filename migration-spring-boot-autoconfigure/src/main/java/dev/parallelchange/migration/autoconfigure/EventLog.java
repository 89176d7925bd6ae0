package dev.parallelchange.migration.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.EventText;
import dev.parallelchange.migration.LogInterval;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Writes one line for each event.
 */
final class EventLog implements MigrationListener {

	private static final Log logger = LogFactory.getLog("dev.parallelchange.migration");

	private static final Duration QUIET = Duration.ofMinutes(1);

	private static final Set<Class<? extends MigrationEvent>> WARNINGS = Set.of(MigrationEvent.DivergenceFound.class,
			MigrationEvent.ReadsClosed.class, MigrationEvent.RowsQuarantined.class,
			MigrationEvent.MirrorSuspended.class, MigrationEvent.DefinitionDiffers.class,
			MigrationEvent.TablesChanged.class, MigrationEvent.RollbackNeeded.class,
			MigrationEvent.ActivityFailed.class);

	private final Map<String, LogInterval> quarantines = new ConcurrentHashMap<>();

	@Override
	public void onEvent(MigrationEvent event) {
		String line = EventText.of(event, true);
		if (event instanceof MigrationEvent.RowsQuarantined && !isDue(event.planId())) {
			logger.debug(line);
		}
		else if (WARNINGS.contains(event.getClass())) {
			logger.warn(line);
		}
		else {
			logger.info(line);
		}
	}

	/**
	 * Bad rows are found chunk by chunk, and the endpoint lists them all.
	 */
	private boolean isDue(String planId) {
		LogInterval known = this.quarantines.putIfAbsent(planId, new LogInterval(QUIET));
		return known == null || known.isDue();
	}

}
