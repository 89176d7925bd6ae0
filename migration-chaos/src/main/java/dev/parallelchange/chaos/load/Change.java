package dev.parallelchange.chaos.load;

import org.jspecify.annotations.Nullable;

/**
 * A write of one key, as it stands in the journal.
 *
 * @param plan the id of the plan that the row belongs to
 * @param key the row's key
 * @param kind what the write did
 * @param version names the write
 * @param previous the version that was replaced; {@code null} if there was no row
 * @param n the row's number after the write, or the last one of a deleted row
 */
public record Change(String plan, long key, ChangeKind kind, String version, @Nullable String previous, long n) {

	static Change of(Plan plan, ChangeKind kind, String version, Written written) {
		return new Change(plan.id(), written.id(), kind, version, written.previous(), written.n());
	}

	/**
	 * Return what identifies the change in logs.
	 * @return plan, key and version
	 */
	public String id() {
		return id(this.plan, this.key, this.version);
	}

	static String id(Plan plan, long key, Stamp stamp) {
		return id(plan.id(), key, stamp.version());
	}

	private static String id(String plan, long key, String version) {
		return "%s:%d:%s".formatted(plan, key, version);
	}

}
