package dev.parallelchange.migration.routing;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationSide;

/**
 * Remembers on which sides rows may not be up to date, so that most reads need not ask
 * the database; told at once by this instance's own writes, and by the database once a
 * tick.
 */
public final class PendingKnowledge implements MigrationListener {

	/** The transaction of an own write may still be open when the database is asked. */
	private static final int GENERATIONS_TO_REMEMBER = 3;

	private final ConcurrentMap<Stale, Integer> stale = new ConcurrentHashMap<>();

	@Override
	public void mirrorFailed(String planId, MigrationSide side, int keys, Throwable cause) {
		expect(planId, side);
	}

	void expect(String planId, MigrationSide side) {
		this.stale.put(new Stale(planId, side), GENERATIONS_TO_REMEMBER);
	}

	boolean mayBePending(String planId, MigrationSide side) {
		return !this.stale.isEmpty() && this.stale.containsKey(new Stale(planId, side));
	}

	void measured(String planId, MigrationSide side, boolean pending, boolean advanced) {
		Stale key = new Stale(planId, side);
		if (pending) {
			this.stale.put(key, GENERATIONS_TO_REMEMBER);
		}
		else if (advanced) {
			this.stale.computeIfPresent(key, (same, generations) -> (generations > 1) ? generations - 1 : null);
		}
	}

	private record Stale(String planId, MigrationSide side) {
	}

}
