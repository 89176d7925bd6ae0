package dev.parallelchange.chaos.load;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Chooses keys: mostly few that everybody wants, sometimes one of many.
 *
 * @param hot the keys from 1 that everybody wants
 * @param all all keys
 */
public record Keys(int hot, int all) {

	private static final int PER_CENT_HOT = 92;

	long any(Random random) {
		return 1 + random.nextInt((random.nextInt(100) < PER_CENT_HOT) ? this.hot : this.all);
	}

	/**
	 * Choose several keys, mostly in ascending order, as careful callers have them.
	 */
	List<Long> several(Random random) {
		Stream<Long> keys = random.longs(2 + random.nextInt(3), 1, this.hot + 1).boxed().distinct();
		return (random.nextInt(100) < 85) ? keys.sorted().toList() : keys.toList();
	}

}
