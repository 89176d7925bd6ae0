package dev.parallelchange.migration.actuate;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.ContractStatus;
import dev.parallelchange.migration.DefinitionStatus;
import dev.parallelchange.migration.DriftStatus;
import dev.parallelchange.migration.HiddenValues;
import dev.parallelchange.migration.Leftover;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MirrorStatus;
import dev.parallelchange.migration.PlanDescription;
import dev.parallelchange.migration.ReadStatus;
import dev.parallelchange.migration.RehearsalStatus;
import dev.parallelchange.migration.ReplicationStatus;
import dev.parallelchange.migration.ReverseStatus;
import dev.parallelchange.migration.ScriptStatus;
import dev.parallelchange.migration.SequenceStatus;
import dev.parallelchange.migration.VerificationStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.json.JsonParserFactory;

/**
 * Everything about a plan, written the same way whatever the application's own JSON looks
 * like. What is {@code null} is left out.
 *
 * @param id the plan's id
 * @param phase the phase
 * @param epoch the number of transitions so far
 * @param since when the phase was entered
 * @param requested the phase that the cluster is moving to
 * @param requestedBy who asked for it
 * @param hold the phase above which the plan must not go
 * @param holdBy who set the hold
 * @param next the next step with its gates
 * @param plan the plan as derived
 * @param definition whether the live instances mean the same by the plan
 * @param backfill how far the copy is
 * @param replication how far the replicas are behind
 * @param mirror the mirror and its pending keys
 * @param reads where reads went
 * @param verification how equal both sides are
 * @param reverse whether the way back is proven on real rows
 * @param rehearsal the latest rehearsal
 * @param sequences the sequences of both sides, and how far they are apart
 * @param contract what has become of the source
 * @param contractScript how the source will be hidden, and dropped
 * @param scripts the plan's own scripts, and what is dangerous about them
 * @param approvals the approvals that have been given for the way forward
 * @param leftovers what of a completed plan is still there
 * @param flags the values of the flags by their names
 * @param instances the live instances
 * @param history what has happened, the latest first
 * @param drift what has been changed about the tables since the run began
 * @param dryRun whether a live instance only looks, so that nothing moves forward; left
 * out where none does
 */
public record MigrationDescriptor(String id, MigrationPhase phase, long epoch, Instant since,
		@Nullable MigrationPhase requested, @Nullable String requestedBy, @Nullable MigrationPhase hold,
		@Nullable String holdBy, MigrationStatus.@Nullable NextStep next, @Nullable PlanDescription plan,
		@Nullable DefinitionStatus definition, @Nullable BackfillStatus backfill,
		@Nullable ReplicationStatus replication, @Nullable MirrorStatus mirror, @Nullable ReadStatus reads,
		@Nullable VerificationStatus verification, @Nullable ReverseStatus reverse, @Nullable RehearsalStatus rehearsal,
		List<SequenceStatus> sequences, @Nullable ContractStatus contract, List<String> contractScript,
		List<ScriptStatus> scripts, List<MigrationStatus.Approval> approvals, List<Leftover> leftovers,
		Map<String, Object> flags, List<MigrationStatus.InstanceStatus> instances, List<Happening> history,
		@Nullable DriftStatus drift, @Nullable Boolean dryRun) implements OperationResponseBody {

	static MigrationDescriptor of(MigrationStatus status, boolean showValues) {
		MigrationStatus shown = showValues ? status : HiddenValues.hide(status);
		return new MigrationDescriptor(shown.id(), shown.phase(), shown.epoch(), shown.since(), shown.requested(),
				shown.requestedBy(), shown.hold(), shown.holdBy(), shown.next(), shown.plan(), shown.definition(),
				shown.backfill(), rounded(shown.replication()), shown.mirror(), shown.reads(), shown.verification(),
				shown.reverse(), shown.rehearsal(), shown.sequences(), shown.contract(), shown.contractScript(),
				shown.scripts(), shown.approvals(), shown.leftovers(), shown.flags(), shown.instances(),
				shown.history().stream().map(Happening::of).toList(), shown.drift(), shown.dryRun() ? true : null);
	}

	/**
	 * A lag has no more digits than a person can use.
	 */
	private static @Nullable ReplicationStatus rounded(@Nullable ReplicationStatus status) {
		if (status == null) {
			return null;
		}
		return new ReplicationStatus(status.replicas()
			.stream()
			.map((replica) -> new ReplicationStatus.Replica(replica.name(), rounded(replica.lag()), replica.bytes(),
					replica.signalAge().truncatedTo(ChronoUnit.MILLIS), replica.error()))
			.toList(), status.limit());
	}

	private static @Nullable Duration rounded(@Nullable Duration duration) {
		return (duration != null) ? duration.truncatedTo(ChronoUnit.MILLIS) : null;
	}

	/**
	 * Something that happened to the plan.
	 *
	 * @param at when
	 * @param actor who did it
	 * @param action what was done
	 * @param from the phase before
	 * @param to the phase after
	 * @param reason why
	 * @param gates the gates with their numbers at that time
	 */
	public record Happening(Instant at, String actor, String action, @Nullable MigrationPhase from,
			@Nullable MigrationPhase to, String reason, @Nullable List<Object> gates) {

		static Happening of(MigrationStatus.HistoryEntry entry) {
			String gates = entry.gates();
			return new Happening(entry.at(), entry.actor(), entry.action(), entry.from(), entry.to(), entry.reason(),
					(gates != null) ? JsonParserFactory.getJsonParser().parseList(gates) : null);
		}

	}

}
