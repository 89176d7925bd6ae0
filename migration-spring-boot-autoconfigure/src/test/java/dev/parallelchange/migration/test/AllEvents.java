package dev.parallelchange.migration.test;

import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.parallelchange.migration.DefinitionStatus;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.SourceState;

/**
 * An event of each type. What a database said shows the values of a row where it may.
 */
public final class AllEvents {

	/** A plan's id. */
	public static final String PLAN = "user-settings";

	/** What must not be logged or sent. */
	public static final String VALUE = "ann@example.org";

	private static final String ERROR = "invalid input syntax for type boolean: \"" + VALUE
			+ "\"\n  Detail: Key (email)=(" + VALUE + ") already exists.";

	private AllEvents() {
	}

	public static List<MigrationEvent> list() {
		return List.of(
				new MigrationEvent.PhaseChanged(PLAN, MigrationPhase.OFF, MigrationPhase.EXPAND, 1, "alice", "go"),
				new MigrationEvent.ChangeRequested(PLAN, "alice", "try it", Map.of("reads", "10"), null),
				new MigrationEvent.BackfillPaused(PLAN, "replication lag 7.1 s (limit 5 s)"),
				new MigrationEvent.BackfillResumed(PLAN), new MigrationEvent.DivergenceFound(PLAN, 2001, 201),
				new MigrationEvent.ReadsClosed(PLAN), new MigrationEvent.ReadsOpened(PLAN),
				new MigrationEvent.RowsQuarantined(PLAN, 3, ERROR),
				new MigrationEvent.MirrorSuspended(PLAN, MigrationSide.TARGET, ERROR),
				new MigrationEvent.MirrorResumed(PLAN, MigrationSide.TARGET),
				new MigrationEvent.SourceChanged(PLAN, SourceState.HIDDEN, Set.of("users")),
				new MigrationEvent.DefinitionDiffers(PLAN,
						List.of(new DefinitionStatus.Differing("1", "host:1", null, List.of("mapping of theme")))),
				new MigrationEvent.DefinitionAgreed(PLAN),
				new MigrationEvent.DefinitionAccepted(PLAN, "alice", "new", List.of("mapping of theme")),
				new MigrationEvent.LookupsWritten(PLAN, List.of("themes")),
				new MigrationEvent.TablesChanged(PLAN, List.of("+ target index a")),
				new MigrationEvent.RollbackNeeded(PLAN, MigrationPhase.CUTOVER, MigrationPhase.DUAL_READ,
						"5 of 100 reads differ", List.of(Gate.of("pending", false, 1, 0, "wait"))),
				new MigrationEvent.ActivityFailed(PLAN, "backfill", ERROR));
	}

}
