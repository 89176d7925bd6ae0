package dev.parallelchange.migration.routing;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

/**
 * Decides whether something belongs to a share, the same way on every instance.
 */
final class Share {

	private static final int BUCKETS = 100_000;

	private static final BigDecimal BUCKETS_PER_CENT = BigDecimal.valueOf(BUCKETS / 100);

	private Share() {
	}

	/**
	 * A share only grows: what belongs to a smaller one belongs to a larger one.
	 * @param planId makes different plans choose different keys
	 * @param stickiness what the answer sticks to; {@code null} for chance
	 * @param percent the share
	 * @return whether it belongs to the share
	 */
	static boolean contains(String planId, @Nullable String stickiness, BigDecimal percent) {
		int limit = percent.multiply(BUCKETS_PER_CENT).intValue();
		if (limit <= 0 || limit >= BUCKETS) {
			return limit > 0;
		}
		int bucket = (stickiness != null) ? Integer
			.remainderUnsigned(murmur3((planId + ":" + stickiness).getBytes(StandardCharsets.UTF_8)), BUCKETS)
				: ThreadLocalRandom.current().nextInt(BUCKETS);
		return bucket < limit;
	}

	/**
	 * MurmurHash3, x86, 32 bits, with seed 0 (Austin Appleby).
	 */
	static int murmur3(byte[] bytes) {
		int hash = 0;
		int blocks = bytes.length / 4;
		for (int i = 0; i < blocks; i++) {
			hash = Integer.rotateLeft(hash ^ scramble(littleEndian(bytes, i * 4, 4)), 13) * 5 + 0xe6546b64;
		}
		hash ^= scramble(littleEndian(bytes, blocks * 4, bytes.length % 4));
		hash ^= bytes.length;
		hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
		hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
		return hash ^ (hash >>> 16);
	}

	private static int littleEndian(byte[] bytes, int offset, int length) {
		int value = 0;
		for (int i = length - 1; i >= 0; i--) {
			value = (value << 8) | (bytes[offset + i] & 0xff);
		}
		return value;
	}

	private static int scramble(int block) {
		return Integer.rotateLeft(block * 0xcc9e2d51, 15) * 0x1b873593;
	}

}
