package dev.parallelchange.migration.mirror;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/**
 * Counts the keys that this instance has mirrored or could not mirror.
 */
public final class MirrorCounts {

	private final Map<String, LongAdder> mirrored = new ConcurrentHashMap<>();

	private final Map<String, LongAdder> failed = new ConcurrentHashMap<>();

	private final Map<String, Map<Long, Long>> joint = new ConcurrentHashMap<>();

	void joined(String planId, long epoch) {
		addJoint(planId, epoch, 1);
	}

	/**
	 * Hand over what has been counted of transactions of the caller; it is counted again
	 * if that fails.
	 */
	void takeJoint(String planId, BiConsumer<Long, Long> taker) {
		Map<Long, Long> epochs = this.joint.getOrDefault(planId, Map.of());
		for (Long epoch : epochs.keySet()) {
			Long count = epochs.remove(epoch);
			if (count != null) {
				try {
					taker.accept(epoch, count);
				}
				catch (RuntimeException ex) {
					addJoint(planId, epoch, count);
					throw ex;
				}
			}
		}
	}

	private void addJoint(String planId, long epoch, long count) {
		this.joint.computeIfAbsent(planId, (id) -> new ConcurrentHashMap<>()).merge(epoch, count, Long::sum);
	}

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
