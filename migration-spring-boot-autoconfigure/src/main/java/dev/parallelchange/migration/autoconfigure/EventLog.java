package dev.parallelchange.migration.autoconfigure;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.DatabaseMessage;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.log.LogMessage;

/**
 * Writes one line for each event.
 */
final class EventLog implements MigrationListener {

	private static final Log logger = LogFactory.getLog("dev.parallelchange.migration");

	private static final Duration QUIET = Duration.ofMinutes(1);

	private final Map<String, Long> warned = new ConcurrentHashMap<>();

	@Override
	public void onEvent(MigrationEvent event) {
		if (event instanceof MigrationEvent.PhaseChanged changed) {
			logger.info(LogMessage.format("Plan '%s' went from %s to %s (epoch %s) for %s: %s", changed.planId(),
					changed.from(), changed.to(), changed.epoch(), changed.actor(), changed.reason()));
		}
		else if (event instanceof MigrationEvent.BackfillPaused paused) {
			logger.info(LogMessage.format("Plan '%s' has paused its copy: %s", paused.planId(), paused.reason()));
		}
		else if (event instanceof MigrationEvent.BackfillResumed resumed) {
			logger.info(LogMessage.format("Plan '%s' goes on with its copy", resumed.planId()));
		}
		else if (event instanceof MigrationEvent.DivergenceFound found) {
			logger.warn(LogMessage.format("Plan '%s': %d of %d rows differ, more than its parity allows",
					found.planId(), found.different(), found.compared()));
		}
		else if (event instanceof MigrationEvent.ReadsClosed closed) {
			logger.warn(LogMessage.format(
					"Plan '%s': rows differ since it has entered DUAL_READ, so the source answers all reads; 'reads.note' of GET /actuator/migrations/%s says what to do",
					closed.planId(), closed.planId()));
		}
		else if (event instanceof MigrationEvent.ReadsOpened opened) {
			logger.info(LogMessage.format("Plan '%s': the target answers its share of reads again", opened.planId()));
		}
		else if (event instanceof MigrationEvent.RowsQuarantined quarantined) {
			log(quarantined);
		}
		else if (event instanceof MigrationEvent.MirrorSuspended suspended) {
			logger.warn(LogMessage.format(
					"Plan '%s' no longer mirrors in the transactions of this instance, since the %s cannot be written; keys become pending until it can: %s",
					suspended.planId(), suspended.side().name().toLowerCase(Locale.ROOT), suspended.error()));
		}
		else if (event instanceof MigrationEvent.MirrorResumed resumed) {
			logger.info(LogMessage.format("Plan '%s' mirrors in the transactions of this instance again",
					resumed.planId()));
		}
		else if (event instanceof MigrationEvent.SourceChanged source) {
			logger.info(LogMessage.format("Plan '%s': the source is %s: %s", source.planId(), source.state(),
					String.join(", ", source.names())));
		}
		else if (event instanceof MigrationEvent.DefinitionDiffers differs) {
			logger.warn(LogMessage.format(
					"Plan '%s' stands: these instances do not have its accepted definition: %s; deploy that definition again, or accept the new one on the endpoint when all instances have it",
					differs.planId(), differs.instances()));
		}
		else if (event instanceof MigrationEvent.DefinitionAgreed agreed) {
			logger.info(LogMessage.format("Plan '%s' goes on: all instances have its accepted definition",
					agreed.planId()));
		}
		else if (event instanceof MigrationEvent.DefinitionAccepted accepted) {
			logger.info(LogMessage.format("Plan '%s' has another definition, accepted by %s (%s): %s",
					accepted.planId(), accepted.actor(), accepted.reason(), accepted.differences()));
		}
		else if (event instanceof MigrationEvent.LookupsWritten written) {
			logger.info(LogMessage.format(
					"Plan '%s': tables that its mapping looks up have been written (%s); rows may differ until the next full pass",
					written.planId(), written.tables()));
		}
		else if (event instanceof MigrationEvent.TablesChanged changed) {
			logger.warn(LogMessage.format("Plan '%s': what differs about its tables since its run began is %s",
					changed.planId(), changed.differences().isEmpty() ? "nothing any more" : changed.differences()));
		}
		else if (event instanceof MigrationEvent.RollbackNeeded needed) {
			log(needed);
		}
		else if (event instanceof MigrationEvent.ActivityFailed failed) {
			logger.warn(LogMessage.format("Plan '%s' could not %s and will try again: %s", failed.planId(),
					failed.activity(), DatabaseMessage.withoutValues(failed.error())));
		}
	}

	private static void log(MigrationEvent.RollbackNeeded needed) {
		if (needed.closed().isEmpty()) {
			logger.warn(LogMessage.format("Plan '%s' goes back from %s to %s, and is held there: %s", needed.planId(),
					needed.from(), needed.to(), needed.reason()));
		}
		else {
			logger.warn(LogMessage.format(
					"Plan '%s' should go back from %s to %s (%s), but these gates are closed: %s; it is held where it is",
					needed.planId(), needed.from(), needed.to(), needed.reason(),
					needed.closed().stream().map(Gate::name).toList()));
		}
	}

	/**
	 * Bad rows are found chunk by chunk, and the endpoint lists them all.
	 */
	private void log(MigrationEvent.RowsQuarantined quarantined) {
		LogMessage message = LogMessage.format(
				"Plan '%s' has put rows aside that the other side refuses (%d just now, see 'quarantine' on the endpoint): %s",
				quarantined.planId(), quarantined.rows(), DatabaseMessage.withoutValues(quarantined.error()));
		long now = System.nanoTime();
		Long warned = this.warned.get(quarantined.planId());
		if (warned == null || now - warned > QUIET.toNanos()) {
			this.warned.put(quarantined.planId(), now);
			logger.warn(message);
		}
		else {
			logger.debug(message);
		}
	}

}
