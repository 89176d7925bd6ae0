package dev.parallelchange.migration.routing;

import dev.parallelchange.migration.MigrationSide;
import org.jspecify.annotations.Nullable;

/**
 * One operation that can be carried out on either side.
 */
@FunctionalInterface
interface SideCall {

	@Nullable Object on(MigrationSide side) throws Throwable;

}
