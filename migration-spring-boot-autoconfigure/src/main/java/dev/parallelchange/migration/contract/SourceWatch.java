package dev.parallelchange.migration.contract;

import java.time.Duration;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import org.jspecify.annotations.Nullable;

/**
 * Watches who uses a source table besides the library.
 */
public interface SourceWatch {

	/**
	 * Look once; does nothing if any instance has looked within the last second.
	 * @param plan the plan
	 * @param epoch the plan's epoch; a new one starts the watch anew
	 */
	void look(DerivedPlan plan, long epoch);

	/**
	 * Return what has been seen.
	 * @param plan the plan
	 * @return what has been seen
	 */
	Seen seen(DerivedPlan plan);

	/**
	 * What has been seen in a watch.
	 *
	 * @param watched how long the watch has lasted without a gap
	 * @param told how much of it the library left the table alone, so that the database's
	 * counters could tell of others
	 * @param scans scans and writes by others that the counters tell of
	 * @param scanAge how long ago the last of them was; {@code null} for none
	 * @param approvalAge how long ago {@code CONTRACT} was approved; {@code null} if it
	 * was not
	 * @param invisible sessions whose statements the library may not see
	 * @param sightings the statements that were seen, the latest first
	 */
	record Seen(Duration watched, Duration told, long scans, @Nullable Duration scanAge, @Nullable Duration approvalAge,
			long invisible, List<Sighting> sightings) {

		public Seen {
			sightings = List.copyOf(sightings);
		}

	}

	/**
	 * A statement that names the table and is not the library's.
	 *
	 * @param who the user, the application's name and the address
	 * @param statement the statement's beginning, without its values
	 * @param times how often it was seen
	 * @param age how long ago it was seen last
	 */
	record Sighting(String who, String statement, long times, Duration age) {

	}

}
