package dev.parallelchange.migration.verify;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.Reconciliation;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.VerificationStatus.Divergence;
import org.jspecify.annotations.Nullable;

/**
 * Keeps passes and divergences in the database, and compares and repairs rows there.
 */
public interface VerificationStore {

	/**
	 * Read a plan's passes.
	 * @param plan the plan
	 * @return the passes
	 */
	PassOverview overview(DerivedPlan plan);

	/**
	 * Read the first divergences.
	 * @param plan the plan
	 * @param limit how many at most
	 * @return the divergences, oldest first
	 */
	List<Divergence> samples(DerivedPlan plan, int limit);

	/**
	 * Begin a pass unless somebody else has begun one since, and give up one that began
	 * in another epoch.
	 * @param plan the plan
	 * @param seen the passes that the decision rests on
	 * @param repair whether divergences are to be repaired
	 */
	void begin(DerivedPlan plan, PassOverview seen, boolean repair);

	/**
	 * Work on the next chunk of the running pass in one transaction.
	 * @param <T> the type of the result
	 * @param plan the plan
	 * @param epoch the epoch that the plan must be in
	 * @param work the work
	 * @return its result; empty if no pass runs or if somebody else works on it
	 */
	<T> Optional<T> claim(DerivedPlan plan, long epoch, Function<PassClaim, T> work);

	/**
	 * Count the divergences that are for a person to decide.
	 * @param plan the plan
	 * @return the number of conflicts
	 */
	long conflicts(DerivedPlan plan);

	/**
	 * Read conflicts that a person has decided about.
	 * @param plan the plan
	 * @param after the key after which to begin; {@code null} to begin with the first
	 * @param limit how many at most
	 * @return the keys of those that were seen before the decision, in an order that
	 * stays
	 */
	List<RowKey> decidedConflicts(DerivedPlan plan, @Nullable RowKey after, int limit);

	/**
	 * Make rows equal in one transaction as a person has decided, which never undoes what
	 * a business transaction does to them meanwhile.
	 * @param plan the plan
	 * @param epoch the epoch in which the decision was made
	 * @param kept the side that is right
	 * @param keys the keys of the rows
	 * @return the number of rows that are equal now; empty if the plan has left the epoch
	 */
	OptionalInt resolve(DerivedPlan plan, long epoch, MigrationSide kept, List<RowKey> keys);

	/**
	 * Follow up a decision about conflicts by a pass.
	 * @param plan the plan
	 * @param decision the decision that has been carried out
	 */
	void verifyAfter(DerivedPlan plan, Reconciliation decision);

	/**
	 * Derive rows anew in one transaction, which never undoes what a business transaction
	 * does to them meanwhile. Conflicts are left alone.
	 * @param plan the plan
	 * @param epoch the epoch in which the rows were found to differ
	 * @param written the side that is made equal
	 * @param keys the keys of the rows; those in quarantine are left out
	 * @return the number of rows that are equal now; empty if the plan has left the epoch
	 */
	OptionalInt repair(DerivedPlan plan, long epoch, MigrationSide written, List<RowKey> keys);

	/**
	 * Add to the rows repaired by a pass.
	 * @param pass the pass
	 * @param rows the number of rows
	 */
	void addRepaired(Pass pass, int rows);

	/**
	 * Record why a divergence could not be repaired.
	 * @param plan the plan
	 * @param key the row's key
	 * @param error the database's message
	 */
	void addError(DerivedPlan plan, RowKey key, String error);

}
