package dev.parallelchange.migration.phase;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus.Approval;
import dev.parallelchange.migration.MigrationStatus.HistoryEntry;
import dev.parallelchange.migration.PlanDefinition;
import dev.parallelchange.migration.Reconciliation;
import dev.parallelchange.migration.SourceState;
import org.jspecify.annotations.Nullable;

/**
 * Keeps where plans stand, who asked for what, and the history.
 */
public interface PlanStore {

	/**
	 * Record plans that are not known yet, in their initial state.
	 * @param planIds the plans' ids
	 */
	void create(Collection<String> planIds);

	/**
	 * Read many things without waiting for a connection each time.
	 * @param <T> the type of the result
	 * @param reads the reads
	 * @return their result
	 */
	<T> T reading(Supplier<T> reads);

	/**
	 * Read plans in one statement.
	 * @param planIds the plans' ids
	 * @return the known ones by id
	 */
	Map<String, StoredPlan> load(Collection<String> planIds);

	/**
	 * Move a plan if it still is where the transition starts, in one transaction.
	 * @param transition the step
	 * @param agreed asked in that transaction, while nobody else can move the plan or
	 * join it
	 * @return whether the plan was moved
	 */
	boolean transition(Transition transition, BooleanSupplier agreed);

	/**
	 * Return the approvals that have been given and not been withdrawn; some may have
	 * expired.
	 * @param planId the plan's id
	 * @return the approvals in the order of their phases' names
	 */
	List<Approval> approvals(String planId);

	/**
	 * Return the latest entries of a plan's history.
	 * @param planId the plan's id
	 * @param limit how many
	 * @return the entries, newest first
	 */
	List<HistoryEntry> history(String planId, int limit);

	/**
	 * Do several changes in one transaction.
	 * @param changes the changes
	 */
	void atomically(Runnable changes);

	/**
	 * Record the phase that an operator asks for.
	 * @param planId the plan's id
	 * @param phase the phase; the current one withdraws an earlier request
	 * @param forced whether closed gates of engines do not matter for it
	 * @param audit who and why
	 */
	void request(String planId, MigrationPhase phase, boolean forced, Audit audit);

	/**
	 * Record a hold; an operator's request for a higher phase is withdrawn.
	 * @param planId the plan's id
	 * @param phase the phase above which the plan must not go; {@code null} to lift it
	 * @param forced whether closed gates of engines do not matter for going back to it
	 * @param audit who and why
	 */
	void hold(String planId, @Nullable MigrationPhase phase, boolean forced, Audit audit);

	/**
	 * Record the share of reads for the target.
	 * @param planId the plan's id
	 * @param share the share in per cent; {@code null} to leave it to the flag
	 * @param audit who and why
	 */
	void reads(String planId, @Nullable BigDecimal share, Audit audit);

	/**
	 * Record that the copy is paused, or runs again.
	 * @param planId the plan's id
	 * @param pauseReason why it is paused; {@code null} to let it run
	 * @param audit who and why
	 */
	void pause(String planId, @Nullable String pauseReason, Audit audit);

	/**
	 * Record an approval.
	 * @param planId the plan's id
	 * @param phase the phase that may be entered
	 * @param expiry how long it holds
	 * @param audit who and why
	 */
	void approve(String planId, MigrationPhase phase, Duration expiry, Audit audit);

	/**
	 * Record what the verifier is asked for.
	 * @param planId the plan's id
	 * @param reconcile what
	 * @param audit who and why
	 */
	void reconcile(String planId, Reconciliation reconcile, Audit audit);

	/**
	 * Record whether the source is to be found under its name.
	 * @param planId the plan's id
	 * @param source whether it is to be shown or hidden
	 * @param audit who and why
	 */
	void wantSource(String planId, SourceState source, Audit audit);

	/**
	 * Record that scripts that failed are to be run again.
	 * @param planId the plan's id
	 * @param audit who and why
	 */
	void retryScripts(String planId, Audit audit);

	/**
	 * Record that the tables of a plan may be as they were when they were last looked at.
	 * @param planId the plan's id
	 * @param audit who and why
	 */
	void acceptDrift(String planId, Audit audit);

	/**
	 * Record the definition that the cluster accepts, in the thread's transaction; a copy
	 * by another one is forgotten.
	 * @param planId the plan's id
	 * @param definition the definition; {@code null} to accept any
	 */
	void define(String planId, @Nullable PlanDefinition definition);

	/**
	 * Record the phase to come back to after the transition that the thread's transaction
	 * makes.
	 * @param planId the plan's id
	 * @param phase the phase
	 * @param audit who and why
	 */
	void comeBack(String planId, MigrationPhase phase, Audit audit);

	/**
	 * Replace the accepted definition by one that means the same, in one transaction;
	 * what has been copied and compared stays valid.
	 * @param planId the plan's id
	 * @param before the definition that is replaced; {@code null} for none
	 * @param definition the definition
	 * @param audit who and why
	 * @return whether it was replaced
	 */
	boolean redefine(String planId, @Nullable PlanDefinition before, PlanDefinition definition, Audit audit);

	/**
	 * Record whether mirror writes are deferred.
	 * @param planId the plan's id
	 * @param deferred whether they are
	 */
	void deferWrites(String planId, boolean deferred);

}
