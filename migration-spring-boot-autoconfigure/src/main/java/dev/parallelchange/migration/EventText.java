package dev.parallelchange.migration;

import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Words events for people: one line each, without values of rows.
 */
public final class EventText {

	private EventText() {
	}

	/**
	 * Word an event.
	 * @param event the event
	 * @param errors whether what a database said may be quoted; the values that its own
	 * messages show are left out all the same
	 * @return one line
	 */
	public static String of(MigrationEvent event, boolean errors) {
		return words(event, errors).replaceAll("\\p{Cntrl}+", " ").strip();
	}

	private static String words(MigrationEvent event, boolean errors) {
		String plan = "Plan '" + event.planId() + "'";
		if (event instanceof MigrationEvent.PhaseChanged changed) {
			return plan + " went from %s to %s (epoch %s) for %s: %s".formatted(changed.from(), changed.to(),
					changed.epoch(), changed.actor(), changed.reason());
		}
		if (event instanceof MigrationEvent.ChangeRequested requested) {
			return plan + ": " + words(requested);
		}
		if (event instanceof MigrationEvent.SourceChanged source) {
			return plan + ": the source is %s: %s".formatted(source.state(), String.join(", ", source.names()));
		}
		if (event instanceof MigrationEvent.RollbackNeeded needed) {
			return plan + words(needed);
		}
		if (event instanceof MigrationEvent.ActivityFailed failed) {
			return plan + " could not " + failed.activity() + " and will try again" + error(failed.error(), errors);
		}
		String words = ofCopy(event, plan, errors);
		words = (words != null) ? words : ofMirror(event, plan, errors);
		return (words != null) ? words : ofDefinition(event, plan);
	}

	private static @Nullable String ofCopy(MigrationEvent event, String plan, boolean errors) {
		if (event instanceof MigrationEvent.BackfillPaused paused) {
			return plan + " has paused its copy: " + DatabaseMessage.withoutValues(paused.reason());
		}
		if (event instanceof MigrationEvent.BackfillResumed) {
			return plan + " goes on with its copy";
		}
		if (event instanceof MigrationEvent.RowsQuarantined quarantined) {
			return plan
					+ " has put rows aside that the other side refuses (%d just now, see 'quarantine' on the endpoint)"
						.formatted(quarantined.rows())
					+ error(quarantined.error(), errors);
		}
		return null;
	}

	private static @Nullable String ofMirror(MigrationEvent event, String plan, boolean errors) {
		if (event instanceof MigrationEvent.DivergenceFound found) {
			return plan + ": %d of %d rows differ, more than its parity allows".formatted(found.different(),
					found.compared());
		}
		if (event instanceof MigrationEvent.ReadsClosed) {
			return plan
					+ ": rows differ since it has entered DUAL_READ, so the source answers all reads; 'reads.note' of GET /actuator/migrations/%s says what to do"
						.formatted(event.planId());
		}
		if (event instanceof MigrationEvent.ReadsOpened) {
			return plan + ": the target answers its share of reads again";
		}
		if (event instanceof MigrationEvent.MirrorSuspended suspended) {
			return plan
					+ " no longer mirrors in the transactions of this instance, since the %s cannot be written; keys become pending until it can"
						.formatted(suspended.side().name().toLowerCase(Locale.ROOT))
					+ error(suspended.error(), errors);
		}
		if (event instanceof MigrationEvent.MirrorResumed) {
			return plan + " mirrors in the transactions of this instance again";
		}
		if (event instanceof MigrationEvent.LookupsWritten written) {
			return plan
					+ ": tables that its mapping looks up have been written (%s); rows may differ until the next full pass"
						.formatted(written.tables());
		}
		return null;
	}

	private static String ofDefinition(MigrationEvent event, String plan) {
		if (event instanceof MigrationEvent.DefinitionDiffers differs) {
			return plan
					+ " stands: these instances do not have its accepted definition: %s; deploy that definition again, or accept the new one on the endpoint when all instances have it"
						.formatted(differs.instances());
		}
		if (event instanceof MigrationEvent.DefinitionAgreed) {
			return plan + " goes on: all instances have its accepted definition";
		}
		if (event instanceof MigrationEvent.DefinitionAccepted accepted) {
			return plan + " has another definition, accepted by %s (%s): %s".formatted(accepted.actor(),
					accepted.reason(), accepted.differences());
		}
		if (event instanceof MigrationEvent.TablesChanged changed) {
			Object differences = changed.differences().isEmpty() ? "nothing any more" : changed.differences();
			return plan + ": what differs about its tables since its run began is " + differences;
		}
		throw new IllegalArgumentException("Nothing is known of " + event.getClass().getName());
	}

	private static String words(MigrationEvent.ChangeRequested requested) {
		List<String> parts = requested.parts()
			.entrySet()
			.stream()
			.map((part) -> part.getKey() + " " + part.getValue())
			.toList();
		String words = requested.actor() + " asks for " + String.join(", ", parts);
		words += requested.reason().isEmpty() ? "" : " (" + requested.reason() + ")";
		return words + ((requested.refusal() != null) ? "; refused: " + requested.refusal() : "");
	}

	private static String words(MigrationEvent.RollbackNeeded needed) {
		if (needed.closed().isEmpty()) {
			return " goes back from %s to %s, and is held there: %s".formatted(needed.from(), needed.to(),
					needed.reason());
		}
		return " should go back from %s to %s (%s), but these gates are closed: %s; it is held where it is"
			.formatted(needed.from(), needed.to(), needed.reason(), needed.closed().stream().map(Gate::name).toList());
	}

	private static String error(String error, boolean shown) {
		return shown ? ": " + DatabaseMessage.withoutValues(error) : "; the log says why";
	}

}
