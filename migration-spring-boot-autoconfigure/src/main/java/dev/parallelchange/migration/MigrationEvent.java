package dev.parallelchange.migration;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A rare thing that has happened to a plan; published as an application event.
 */
public sealed interface MigrationEvent {

	/**
	 * Return the plan that it has happened to.
	 * @return the plan's id
	 */
	String planId();

	/**
	 * A plan has moved to an adjacent phase.
	 *
	 * @param planId the plan's id
	 * @param from the phase that was left
	 * @param to the phase that was entered
	 * @param epoch the new epoch
	 * @param actor who asked for it
	 * @param reason why
	 */
	record PhaseChanged(String planId, MigrationPhase from, MigrationPhase to, long epoch, String actor,
			String reason) implements MigrationEvent {

	}

	/**
	 * Somebody has asked for a change of a plan, at the endpoint, by a job or in Java.
	 *
	 * @param planId the plan's id
	 * @param actor who asked
	 * @param reason why; empty if no reason was given
	 * @param parts what was asked for, by the names that the endpoint has for it
	 * @param refusal why nothing of it is done; {@code null} if it has been recorded
	 */
	record ChangeRequested(String planId, String actor, String reason, Map<String, String> parts,
			@Nullable String refusal) implements MigrationEvent {

		public ChangeRequested {
			parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
		}

	}

	/**
	 * A plan's copy has paused.
	 *
	 * @param planId the plan's id
	 * @param reason why, with its number
	 */
	record BackfillPaused(String planId, String reason) implements MigrationEvent {

	}

	/**
	 * A plan's copy runs again after a pause.
	 *
	 * @param planId the plan's id
	 */
	record BackfillResumed(String planId) implements MigrationEvent {

	}

	/**
	 * A full pass found more differences than the plan's parity allows.
	 *
	 * @param planId the plan's id
	 * @param compared the number of rows compared
	 * @param different the number of rows that differ
	 */
	record DivergenceFound(String planId, long compared, long different) implements MigrationEvent {

	}

	/**
	 * An instance answers reads from the source, since rows were found to differ after
	 * the plan had entered {@link MigrationPhase#DUAL_READ}.
	 *
	 * @param planId the plan's id
	 */
	record ReadsClosed(String planId) implements MigrationEvent {

	}

	/**
	 * An instance gives the target its share of reads again.
	 *
	 * @param planId the plan's id
	 */
	record ReadsOpened(String planId) implements MigrationEvent {

	}

	/**
	 * Rows have been put aside because they cannot be written to the other side.
	 *
	 * @param planId the plan's id
	 * @param rows the number of rows
	 * @param error the error of the first one
	 */
	record RowsQuarantined(String planId, long rows, String error) implements MigrationEvent {

	}

	/**
	 * An instance no longer mirrors in the business transaction, since that has failed
	 * again and again; keys become pending at once.
	 *
	 * @param planId the plan's id
	 * @param side the side that cannot be written
	 * @param error the latest error, without values of rows
	 */
	record MirrorSuspended(String planId, MigrationSide side, String error) implements MigrationEvent {

	}

	/**
	 * A plan's source has been hidden, shown again or dropped.
	 *
	 * @param planId the plan's id
	 * @param state how it is now
	 * @param names the tables or columns
	 */
	record SourceChanged(String planId, SourceState state, Set<String> names) implements MigrationEvent {

	}

	/**
	 * An instance mirrors in the business transaction again.
	 *
	 * @param planId the plan's id
	 * @param side the side that can be written again
	 */
	record MirrorResumed(String planId, MigrationSide side) implements MigrationEvent {

	}

	/**
	 * Live instances mean different things by a plan; those that have not the accepted
	 * definition do no work for it.
	 *
	 * @param planId the plan's id
	 * @param instances the instances that differ from the accepted definition, each with
	 * what differs
	 */
	record DefinitionDiffers(String planId, List<DefinitionStatus.Differing> instances) implements MigrationEvent {

		public DefinitionDiffers {
			instances = List.copyOf(instances);
		}

	}

	/**
	 * All live instances have the accepted definition of a plan again.
	 *
	 * @param planId the plan's id
	 */
	record DefinitionAgreed(String planId) implements MigrationEvent {

	}

	/**
	 * A plan has another definition from now on.
	 *
	 * @param planId the plan's id
	 * @param actor who accepted it
	 * @param reason why
	 * @param differences what has changed, part by part
	 */
	record DefinitionAccepted(String planId, String actor, String reason,
			List<String> differences) implements MigrationEvent {

		public DefinitionAccepted {
			differences = List.copyOf(differences);
		}

	}

	/**
	 * Tables that a plan's mapping looks up have been written, so that rows may differ
	 * until the next full pass.
	 *
	 * @param planId the plan's id
	 * @param tables the tables that were written
	 */
	record LookupsWritten(String planId, List<String> tables) implements MigrationEvent {

		public LookupsWritten {
			tables = List.copyOf(tables);
		}

	}

	/**
	 * Somebody has changed the tables of a plan that is under way.
	 *
	 * @param planId the plan's id
	 * @param differences a line for each difference from what was recorded when the run
	 * began; empty if there is none any more
	 */
	record TablesChanged(String planId, List<String> differences) implements MigrationEvent {

		public TablesChanged {
			differences = List.copyOf(differences);
		}

	}

	/**
	 * A plan must go back to the phase before, by the conditions in its settings. A hold
	 * has been set, so that it does not go forward again by itself.
	 *
	 * @param planId the plan's id
	 * @param from the phase that it is in
	 * @param to the phase that it goes back to
	 * @param reason which condition holds, with its numbers
	 * @param closed the gates that somebody has to open first; empty if it goes back
	 */
	record RollbackNeeded(String planId, MigrationPhase from, MigrationPhase to, String reason,
			List<Gate> closed) implements MigrationEvent {

		public RollbackNeeded {
			closed = List.copyOf(closed);
		}

	}

	/**
	 * The runner could not do its work and will try again.
	 *
	 * @param planId the plan's id
	 * @param activity what it was doing
	 * @param error what went wrong
	 */
	record ActivityFailed(String planId, String activity, String error) implements MigrationEvent {

	}

}
