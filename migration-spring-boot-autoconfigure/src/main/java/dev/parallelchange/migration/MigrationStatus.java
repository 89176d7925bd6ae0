package dev.parallelchange.migration;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Everything that is known about a plan at one moment.
 *
 * @param id the plan's id
 * @param phase the phase
 * @param epoch a number that grows by one with each transition
 * @param since when the phase was entered
 * @param requested the phase that the cluster is moving to; {@code null} for none
 * @param requestedBy who asked for it; {@code null} for nobody
 * @param hold the phase above which the plan must not go; {@code null} for none
 * @param holdBy who set the hold; {@code null} for nobody
 * @param next the next step with its gates: toward the requested phase, otherwise
 * forward; {@code null} in the last phase
 * @param plan the plan as derived; {@code null} while it could not be derived
 * @param definition whether the live instances mean the same by the plan; {@code null}
 * before the first of them has derived it
 * @param backfill the copy; {@code null} before it has started
 * @param replication the replication lag; {@code null} if it is not measured
 * @param mirror the mirror; {@code null} if there is none
 * @param reads the reads through this instance's proxies; {@code null} if there are none
 * @param verification the comparison of both sides; {@code null} before the first pass
 * @param reverse whether the way back is proven; {@code null} while that has not been
 * tried
 * @param rehearsal the latest rehearsal; {@code null} if nobody has asked for one
 * @param sequences the sequences of both sides; empty while rows are not mirrored
 * @param contract what has become of the source; {@code null} before
 * {@link MigrationPhase#CONTRACT}
 * @param contractScript the statements that hide the source in
 * {@link MigrationPhase#CONTRACT} and drop it in {@link MigrationPhase#COMPLETED}; empty
 * from {@code CONTRACT} on, and where nothing goes
 * @param scripts the plan's own scripts
 * @param approvals the approvals that have been given for the way forward
 * @param leftovers what of a completed plan is still there
 * @param flags the values of the flags on this instance, by name
 * @param instances the live instances
 * @param history the latest transitions, newest first
 * @param reconcile what the verifier has been asked for and has not done yet;
 * {@code null} for nothing
 * @param drift what has been changed about the tables; {@code null} while rows are not
 * mirrored
 * @param dryRun whether a live instance only looks, so that the plan moves no step
 * forward
 */
public record MigrationStatus(String id, MigrationPhase phase, long epoch, Instant since,
		@Nullable MigrationPhase requested, @Nullable String requestedBy, @Nullable MigrationPhase hold,
		@Nullable String holdBy, @Nullable NextStep next, @Nullable PlanDescription plan,
		@Nullable DefinitionStatus definition, @Nullable BackfillStatus backfill,
		@Nullable ReplicationStatus replication, @Nullable MirrorStatus mirror, @Nullable ReadStatus reads,
		@Nullable VerificationStatus verification, @Nullable ReverseStatus reverse, @Nullable RehearsalStatus rehearsal,
		List<SequenceStatus> sequences, @Nullable ContractStatus contract, List<String> contractScript,
		List<ScriptStatus> scripts, List<Approval> approvals, List<Leftover> leftovers, Map<String, Object> flags,
		List<InstanceStatus> instances, List<HistoryEntry> history, @Nullable Reconciliation reconcile,
		@Nullable DriftStatus drift, boolean dryRun) {

	/**
	 * The step to an adjacent phase.
	 *
	 * @param phase the phase that would be entered
	 * @param open whether all gates are open
	 * @param gates the gates
	 */
	public record NextStep(MigrationPhase phase, boolean open, List<Gate> gates) {

		/**
		 * Create a step.
		 * @param phase the phase that would be entered
		 * @param gates the gates
		 */
		public NextStep(MigrationPhase phase, List<Gate> gates) {
			this(phase, gates.stream().allMatch(Gate::open), gates);
		}

	}

	/**
	 * Somebody's word that a phase may be entered.
	 *
	 * @param phase the phase
	 * @param actor who gave it
	 * @param reason why
	 * @param at when, by the database's clock
	 * @param expires until when it holds
	 * @param expired whether it does not hold any more
	 */
	public record Approval(MigrationPhase phase, String actor, String reason, Instant at, Instant expires,
			boolean expired) {

	}

	/**
	 * An instance of the application.
	 *
	 * @param id the instance's id
	 * @param host the host's name and the process's id
	 * @param version the application's version; {@code null} if unknown
	 * @param uses the side that the instance uses; {@code null} for a job, which has no
	 * say
	 * @param asks the phase in its configuration; {@code null} for none
	 * @param acknowledgedEpoch the epoch that it has acknowledged
	 * @param leaseSeconds the seconds that its lease still lasts, by the database's clock
	 * @param silentSeconds the seconds since it renewed its lease, which it does with
	 * each of its polls
	 * @param silent whether it ought to have renewed its lease some seconds ago
	 * @param self whether it is the instance that answers
	 */
	public record InstanceStatus(String id, String host, @Nullable String version, @Nullable MigrationSide uses,
			@Nullable MigrationPhase asks, long acknowledgedEpoch, double leaseSeconds, double silentSeconds,
			boolean silent, boolean self) {

	}

	/**
	 * Something that was done to a plan.
	 *
	 * @param at when, by the database's clock
	 * @param actor who did it
	 * @param action what was done, such as {@code transition} or {@code hold}
	 * @param from the phase before; {@code null} if the phase was not concerned
	 * @param to the phase after; {@code null} if the phase was not concerned
	 * @param reason why
	 * @param gates the gates' values at that moment, as JSON; {@code null} for none
	 */
	public record HistoryEntry(Instant at, String actor, String action, @Nullable MigrationPhase from,
			@Nullable MigrationPhase to, String reason, @Nullable String gates) {

	}

	/**
	 * Collects the parts of a status.
	 */
	public static final class Builder {

		private final PlanState state;

		private @Nullable MigrationPhase requested;

		private @Nullable String requestedBy;

		private @Nullable NextStep next;

		private @Nullable PlanDescription plan;

		private @Nullable DefinitionStatus definition;

		private @Nullable BackfillStatus backfill;

		private @Nullable ReplicationStatus replication;

		private @Nullable MirrorStatus mirror;

		private @Nullable ReadStatus reads;

		private @Nullable VerificationStatus verification;

		private @Nullable ReverseStatus reverse;

		private @Nullable RehearsalStatus rehearsal;

		private List<SequenceStatus> sequences = List.of();

		private @Nullable ContractStatus contract;

		private List<String> contractScript = List.of();

		private List<ScriptStatus> scripts = List.of();

		private List<Approval> approvals = List.of();

		private List<Leftover> leftovers = List.of();

		private Map<String, Object> flags = Map.of();

		private List<InstanceStatus> instances = List.of();

		private List<HistoryEntry> history = List.of();

		private @Nullable DriftStatus drift;

		private boolean dryRun;

		public Builder(PlanState state) {
			this.state = state;
			this.requested = state.requested();
			this.requestedBy = state.requestedBy();
		}

		public PlanState state() {
			return this.state;
		}

		public Builder requested(@Nullable MigrationPhase requested, @Nullable String requestedBy) {
			this.requested = requested;
			this.requestedBy = requestedBy;
			return this;
		}

		public Builder next(@Nullable NextStep next) {
			this.next = next;
			return this;
		}

		public Builder plan(PlanDescription plan) {
			this.plan = plan;
			return this;
		}

		public Builder definition(@Nullable DefinitionStatus definition) {
			this.definition = definition;
			return this;
		}

		public Builder backfill(@Nullable BackfillStatus backfill) {
			this.backfill = backfill;
			return this;
		}

		public Builder replication(@Nullable ReplicationStatus replication) {
			this.replication = replication;
			return this;
		}

		public Builder mirror(@Nullable MirrorStatus mirror) {
			this.mirror = mirror;
			return this;
		}

		public Builder reads(@Nullable ReadStatus reads) {
			this.reads = reads;
			return this;
		}

		public Builder verification(@Nullable VerificationStatus verification) {
			this.verification = verification;
			return this;
		}

		public Builder reverse(@Nullable ReverseStatus reverse) {
			this.reverse = reverse;
			return this;
		}

		public Builder rehearsal(@Nullable RehearsalStatus rehearsal) {
			this.rehearsal = rehearsal;
			return this;
		}

		public Builder sequences(List<SequenceStatus> sequences) {
			this.sequences = List.copyOf(sequences);
			return this;
		}

		public Builder contract(@Nullable ContractStatus contract) {
			this.contract = contract;
			return this;
		}

		public Builder contractScript(List<String> contractScript) {
			this.contractScript = List.copyOf(contractScript);
			return this;
		}

		public Builder scripts(List<ScriptStatus> scripts) {
			this.scripts = List.copyOf(scripts);
			return this;
		}

		public Builder approvals(List<Approval> approvals) {
			this.approvals = List.copyOf(approvals);
			return this;
		}

		public Builder leftovers(List<Leftover> leftovers) {
			this.leftovers = List.copyOf(leftovers);
			return this;
		}

		public Builder flags(Map<String, Object> flags) {
			this.flags = Map.copyOf(flags);
			return this;
		}

		public Builder instances(List<InstanceStatus> instances) {
			this.instances = List.copyOf(instances);
			return this;
		}

		public Builder history(List<HistoryEntry> history) {
			this.history = List.copyOf(history);
			return this;
		}

		public Builder drift(@Nullable DriftStatus drift) {
			this.drift = drift;
			return this;
		}

		public Builder dryRun(boolean dryRun) {
			this.dryRun = dryRun;
			return this;
		}

		public MigrationStatus build() {
			return new MigrationStatus(this.state.planId(), this.state.phase(), this.state.epoch(), this.state.since(),
					this.requested, this.requestedBy, this.state.hold(), this.state.holdBy(), this.next, this.plan,
					this.definition, this.backfill, this.replication, this.mirror, this.reads, this.verification,
					this.reverse, this.rehearsal, this.sequences, this.contract, this.contractScript, this.scripts,
					this.approvals, this.leftovers, this.flags, this.instances, this.history, this.state.reconcile(),
					this.drift, this.dryRun);
		}

	}

}
