package dev.parallelchange.migration.mirror;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the keys that this instance has mirrored or could not mirror.
 */
public final class MirrorCounts {

	private final Map<String, LongAdder> mirrored = new ConcurrentHashMap<>();

	private final Map<String, LongAdder> failed = new ConcurrentHashMap<>();

	void mirrored(String planId, int keys) {
		this.mirrored.computeIfAbsent(planId, (id) -> new LongAdder()).add(keys);
	}

	void failed(String planId, int keys) {
		this.failed.computeIfAbsent(planId, (id) -> new LongAdder()).add(keys);
	}

	long mirrored(String planId) {
		return sum(this.mirrored, planId);
	}

	long failed(String planId) {
		return sum(this.failed, planId);
	}

	private static long sum(Map<String, LongAdder> counts, String planId) {
		LongAdder count = counts.get(planId);
		return (count != null) ? count.sum() : 0;
	}

}
