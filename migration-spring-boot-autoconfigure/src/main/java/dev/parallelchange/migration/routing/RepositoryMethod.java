package dev.parallelchange.migration.routing;

import org.jspecify.annotations.Nullable;

/**
 * What happens when one method of a migrated repository is called.
 */
@FunctionalInterface
interface RepositoryMethod {

	@Nullable Object invoke(Object proxy, @Nullable Object[] arguments) throws Throwable;

}
