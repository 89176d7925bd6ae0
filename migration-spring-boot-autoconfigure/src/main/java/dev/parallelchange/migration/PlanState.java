package dev.parallelchange.migration;

import java.math.BigDecimal;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Where a plan stands, as kept in the database for the whole cluster.
 *
 * @param planId the plan's id
 * @param phase the phase
 * @param epoch a number that grows by one with each transition
 * @param since when the phase was entered
 * @param requested the phase that an operator asks for; {@code null} for none
 * @param requestedBy who asked; {@code null} for nobody
 * @param hold the phase above which the plan must not go; {@code null} for none
 * @param holdBy who set the hold; {@code null} for nobody
 * @param reads the share of reads, in per cent, that an operator gives to the target;
 * {@code null} to leave it to the flag
 * @param pauseReason why the copy is paused; {@code null} while it may run
 * @param writesDeferred whether mirror writes are deferred to pending keys
 * @param reconcile what an operator asks the verifier for; {@code null} for nothing
 * @param reconcileRequestedAt when the operator asked; {@code null} if there is nothing
 * @param definition the fingerprint of the accepted definition; {@code null} if any will
 * do
 */
public record PlanState(String planId, MigrationPhase phase, long epoch, Instant since,
		@Nullable MigrationPhase requested, @Nullable String requestedBy, @Nullable MigrationPhase hold,
		@Nullable String holdBy, @Nullable BigDecimal reads, @Nullable String pauseReason, boolean writesDeferred,
		@Nullable Reconciliation reconcile, @Nullable Instant reconcileRequestedAt, @Nullable String definition) {

	public PlanState(String planId, MigrationPhase phase, long epoch, Instant since, @Nullable MigrationPhase requested,
			@Nullable String requestedBy, @Nullable MigrationPhase hold, @Nullable String holdBy,
			@Nullable BigDecimal reads, @Nullable String pauseReason, boolean writesDeferred,
			@Nullable Reconciliation reconcile, @Nullable Instant reconcileRequestedAt) {
		this(planId, phase, epoch, since, requested, requestedBy, hold, holdBy, reads, pauseReason, writesDeferred,
				reconcile, reconcileRequestedAt, null);
	}

	/**
	 * Return the state of a plan of which nothing has been recorded.
	 * @param planId the plan's id
	 * @return a state in {@link MigrationPhase#OFF}
	 */
	public static PlanState initial(String planId) {
		return new PlanState(planId, MigrationPhase.OFF, 0, Instant.EPOCH, null, null, null, null, null, null, false,
				null, null);
	}

	/**
	 * Return whether rows may be written by a plan as it was derived.
	 * @param plan the plan
	 * @return {@code false} if the cluster has accepted another definition
	 */
	public boolean accepts(DerivedPlan plan) {
		return this.definition == null || this.definition.equals(plan.fingerprint());
	}

	/**
	 * Return whether the copy is paused.
	 * @return {@code true} if there is a reason to pause
	 */
	public boolean isPaused() {
		return this.pauseReason != null;
	}

}
