package dev.parallelchange.migration.routing;

import dev.parallelchange.migration.MigrationSide;

/**
 * Routing where no migration runs, such as in a slice of an application's tests.
 */
final class FixedRouting extends RepositoryRouting {

	private final Router router;

	FixedRouting(MigrationSide side) {
		this.router = new FixedRouter(side);
	}

	@Override
	RepositoryMethods methods(String planId, Class<?> repository, RepositorySides sides) {
		return new RepositoryMethods(planId, repository, sides, this.router, false);
	}

	@Override
	Router router(String planId) {
		return this.router;
	}

}
