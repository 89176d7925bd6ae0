package dev.parallelchange.benchmarks.load;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import dev.parallelchange.benchmarks.copy.AcrossApplication;
import dev.parallelchange.benchmarks.world.Application;
import dev.parallelchange.benchmarks.world.ChunkTimes;
import dev.parallelchange.benchmarks.world.PlainApplication;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.VerificationStatus;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A program that copies and compares rows and says how much of its heap is in use after a
 * collection: before, and at most meanwhile.
 */
public final class MemoryProbe {

	private static final Duration INTERVAL = Duration.ofMillis(200);

	private MemoryProbe() {
	}

	/**
	 * Run.
	 * @param arguments the URL, the number of rows, the other database's URL or nothing,
	 * and the plan's properties
	 */
	public static void main(String[] arguments) {
		List<String> words = List.of(arguments);
		Map<String, String> plan = new LinkedHashMap<>();
		words.subList(3, words.size()).forEach((word) -> plan.put(word.split("=", 2)[0], word.split("=", 2)[1]));
		boolean across = !words.get(2).isEmpty();
		try (Application application = Application.start(across ? AcrossApplication.class : PlainApplication.class,
				words.get(0), plan, across ? Map.of("benchmark.other-url", words.get(2)) : Map.of())) {
			application.become(MigrationPhase.DUAL_WRITE);
			long idle = used();
			application.request(MigrationPhase.BACKFILL);
			long most = mostUsedUntilCompared(application);
			application.bean(ChunkTimes.class).await(Long.parseLong(words.get(1)), Application.PATIENCE);
			System.out.println("heap " + idle + " " + most);
		}
	}

	private static long mostUsedUntilCompared(Application application) {
		AtomicLong most = new AtomicLong();
		Awaitility.await().atMost(Application.PATIENCE).pollInterval(INTERVAL).until(() -> {
			most.accumulateAndGet(used(), Math::max);
			return isCompared(application.status().verification());
		});
		return most.get();
	}

	private static boolean isCompared(@Nullable VerificationStatus verification) {
		return verification != null && verification.lastPass() != null;
	}

	private static long used() {
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

}
