package dev.parallelchange.migration;

import java.math.BigDecimal;

import org.jspecify.annotations.Nullable;

/**
 * What an operator asks for; parts that are {@code null} stay as they are.
 *
 * @param phase the phase to move to
 * @param hold the phase above which the plan must not go;
 * {@link MigrationPhase#COMPLETED} lifts the hold
 * @param reads the share of reads, in per cent, for the target; a negative one leaves it
 * to the flag
 * @param backfill whether the copy may run
 * @param approve the phase that is approved to be entered
 * @param reconcile what the verifier is to do
 * @param source whether the source is to be found under its name, in
 * {@link MigrationPhase#CONTRACT}
 * @param actor who asks
 * @param reason why
 * @param dryRun whether to evaluate gates only
 * @param force whether to go on although gates are closed
 * @param acceptDefinition whether the definition that all live instances have is the
 * plan's definition from now on
 * @param retryScripts whether a script that failed is run again
 * @param acceptDrift whether the tables may be as they are
 */
public record ChangeRequest(@Nullable MigrationPhase phase, @Nullable MigrationPhase hold, @Nullable BigDecimal reads,
		@Nullable Boolean backfill, @Nullable MigrationPhase approve, @Nullable Reconciliation reconcile,
		@Nullable SourceState source, boolean acceptDefinition, boolean retryScripts, boolean acceptDrift, String actor,
		@Nullable String reason, boolean dryRun, boolean force) {

	/**
	 * Ask for anything but the source, the definition and the scripts.
	 * @param phase the phase to move to
	 * @param hold the phase above which the plan must not go
	 * @param reads the share of reads, in per cent, for the target
	 * @param backfill whether the copy may run
	 * @param approve the phase that is approved to be entered
	 * @param reconcile what the verifier is to do
	 * @param actor who asks
	 * @param reason why
	 * @param dryRun whether to evaluate gates only
	 * @param force whether to go on although gates are closed
	 */
	public ChangeRequest(@Nullable MigrationPhase phase, @Nullable MigrationPhase hold, @Nullable BigDecimal reads,
			@Nullable Boolean backfill, @Nullable MigrationPhase approve, @Nullable Reconciliation reconcile,
			String actor, @Nullable String reason, boolean dryRun, boolean force) {
		this(phase, hold, reads, backfill, approve, reconcile, null, false, false, false, actor, reason, dryRun, force);
	}

	/**
	 * Ask for a phase.
	 * @param phase the phase
	 * @param actor who asks
	 * @param reason why
	 * @return the request
	 */
	public static ChangeRequest phase(MigrationPhase phase, String actor, String reason) {
		return new ChangeRequest(phase, null, null, null, null, null, actor, reason, false, false);
	}

	/**
	 * Ask for a share of reads.
	 * @param reads the share in per cent
	 * @param actor who asks
	 * @param reason why
	 * @return the request
	 */
	public static ChangeRequest reads(BigDecimal reads, String actor, String reason) {
		return new ChangeRequest(null, null, reads, null, null, null, actor, reason, false, false);
	}

	/**
	 * Pause the copy or let it run.
	 * @param running whether it may run
	 * @param actor who asks
	 * @param reason why
	 * @return the request
	 */
	public static ChangeRequest backfill(boolean running, String actor, String reason) {
		return new ChangeRequest(null, null, null, running, null, null, actor, reason, false, false);
	}

	/**
	 * Approve a phase.
	 * @param phase the phase
	 * @param actor who approves
	 * @param reason why
	 * @return the request
	 */
	public static ChangeRequest approve(MigrationPhase phase, String actor, String reason) {
		return new ChangeRequest(null, null, null, null, phase, null, actor, reason, false, false);
	}

	/**
	 * Accept the definition that all live instances have.
	 * @param actor who accepts it
	 * @param reason why
	 * @return the request
	 */
	public static ChangeRequest acceptDefinition(String actor, String reason) {
		return new ChangeRequest(null, null, null, null, null, null, null, true, false, false, actor, reason, false,
				false);
	}

	/**
	 * Accept that the tables have been changed.
	 * @param actor who accepts it
	 * @param reason why
	 * @return the request
	 */
	public static ChangeRequest acceptDrift(String actor, String reason) {
		return new ChangeRequest(null, null, null, null, null, null, null, false, false, true, actor, reason, false,
				false);
	}

	/**
	 * Have a script that failed run again.
	 * @param actor who asks
	 * @param reason why
	 * @return the request
	 */
	public static ChangeRequest retryScripts(String actor, String reason) {
		return new ChangeRequest(null, null, null, null, null, null, null, false, true, false, actor, reason, false,
				false);
	}

	/**
	 * Ask the verifier for a pass.
	 * @param reconcile what it is to do
	 * @param actor who asks
	 * @param reason why
	 * @return the request
	 */
	public static ChangeRequest reconcile(Reconciliation reconcile, String actor, String reason) {
		return new ChangeRequest(null, null, null, null, null, reconcile, actor, reason, false, false);
	}

	/**
	 * Ask for the source to be shown or hidden.
	 * @param source which of the two
	 * @param actor who asks
	 * @param reason why
	 * @return the request
	 */
	public static ChangeRequest source(SourceState source, String actor, String reason) {
		return new ChangeRequest(null, null, null, null, null, null, source, false, false, false, actor, reason, false,
				false);
	}

}
