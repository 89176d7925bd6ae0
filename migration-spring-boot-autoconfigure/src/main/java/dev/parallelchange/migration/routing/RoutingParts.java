package dev.parallelchange.migration.routing;

import dev.parallelchange.migration.DerivedPlans;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.WrittenKeys;

/**
 * What routing needs from others.
 *
 * @param plans the plans
 * @param derivedPlans the plans as derived
 * @param states where they stand; an exception reaches the caller of a read or write
 * @param flags the flags
 * @param writtenKeys takes the keys that are written
 * @param transactions the transaction managers of the plans' sides; asked when they are
 * needed
 * @param pending the keys whose rows are not up to date
 * @param listener observes reads
 */
public record RoutingParts(MigrationPlans plans, DerivedPlans derivedPlans, PlanStates states, MigrationFlags flags,
		WrittenKeys writtenKeys, SideTransactions transactions, PendingReads pending, MigrationListener listener) {
}
