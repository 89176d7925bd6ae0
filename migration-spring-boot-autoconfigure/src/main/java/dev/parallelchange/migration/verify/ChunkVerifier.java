package dev.parallelchange.migration.verify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import dev.parallelchange.migration.RowKey;

/**
 * Decides which differences of a chunk count: a key that differs is looked at again, each
 * time in a fresh snapshot. It counts when two looks have found it different and not
 * pending, and it is equal when one look finds it so.
 */
final class ChunkVerifier {

	private static final int LOOKS = 5;

	private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

	private final Consumer<Duration> pause;

	ChunkVerifier(Consumer<Duration> pause) {
		this.pause = pause;
	}

	Findings verify(PassClaim claim, KeyRange range) {
		Comparison first = claim.compare(range);
		List<Difference> confirmed = new ArrayList<>();
		Set<RowKey> seen = new HashSet<>();
		List<RowKey> open = look(first, seen, confirmed);
		for (int look = 2; look <= LOOKS && !open.isEmpty(); look++) {
			pauseBefore(look);
			open = look(claim.compare(open), seen, confirmed);
		}
		return new Findings(first.compared(), confirmed, open, null);
	}

	private static List<RowKey> look(Comparison comparison, Set<RowKey> seen, List<Difference> confirmed) {
		List<RowKey> open = new ArrayList<>();
		for (Difference difference : comparison.differences()) {
			if (difference.pending() || seen.add(difference.key())) {
				open.add(difference.key());
			}
			else {
				confirmed.add(difference);
			}
		}
		return open;
	}

	private void pauseBefore(int look) {
		if (look > 2) {
			this.pause.accept(FIRST_PAUSE.multipliedBy(1L << (look - 3)));
		}
	}

}
