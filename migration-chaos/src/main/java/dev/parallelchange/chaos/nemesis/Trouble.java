package dev.parallelchange.chaos.nemesis;

import java.util.Set;
import java.util.function.Consumer;

import dev.parallelchange.chaos.world.World;

/**
 * Something that is done to the world for a while.
 *
 * @param kind what it is counted as
 * @param name what it is, with its values
 * @param resources what nothing else may be done to meanwhile
 * @param begin does it
 * @param end ends it
 */
record Trouble(String kind, String name, Set<String> resources, Consumer<World> begin, Consumer<World> end) {

	static Trouble once(String kind, String name, Set<String> resources, Consumer<World> begin) {
		return new Trouble(kind, name, resources, begin, (world) -> {
		});
	}

}
