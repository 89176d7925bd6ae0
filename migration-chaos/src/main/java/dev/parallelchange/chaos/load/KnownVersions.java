package dev.parallelchange.chaos.load;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The last write of each key that this process was told is committed. Where two of its
 * transactions end at once it may be the one before the last.
 */
public final class KnownVersions {

	private final Map<String, Change> last = new ConcurrentHashMap<>();

	void committed(Change change) {
		this.last.put(change.plan() + ":" + change.key(), change);
	}

	Optional<Change> of(Plan plan, long key) {
		return Optional.ofNullable(this.last.get(plan.id() + ":" + key));
	}

}
