package dev.parallelchange.migration.routing;

import dev.parallelchange.migration.MigrationSide;
import org.jspecify.annotations.Nullable;

/**
 * Sends everything to one side, where no migration runs.
 *
 * @param side the side
 */
record FixedRouter(MigrationSide side) implements Router {

	@Override
	public @Nullable Object read(ReadTraits read, KeyOfCall key, SideCall call) throws Throwable {
		return call.on(this.side);
	}

	@Override
	public @Nullable Object write(String description, KeyOfCall key, SideCall call) throws Throwable {
		return call.on(this.side);
	}

}
