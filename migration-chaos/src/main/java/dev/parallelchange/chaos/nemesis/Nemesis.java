package dev.parallelchange.chaos.nemesis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.parallelchange.chaos.world.World;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a schedule, and tells what it did and when.
 */
public final class Nemesis {

	private static final int HANDS = 8;

	private static final Duration LONGEST_DEPLOYMENT = Duration.ofMinutes(5);

	private final World world;

	private final Schedule schedule;

	private final Consumer<String> diary;

	private final Map<String, Integer> counts = Collections.synchronizedMap(new TreeMap<>());

	private final List<String> refused = Collections.synchronizedList(new ArrayList<>());

	/**
	 * Create the nemesis.
	 * @param world what it hurts
	 * @param schedule how
	 * @param diary is told what it did
	 */
	public Nemesis(World world, Schedule schedule, Consumer<String> diary) {
		this.world = world;
		this.schedule = schedule;
		this.diary = diary;
	}

	/**
	 * Carry out the schedule, each of its entries from its beginning to its end.
	 */
	public void run() {
		ScheduledExecutorService hands = Executors.newScheduledThreadPool(HANDS);
		long start = System.nanoTime();
		for (ScheduledTrouble entry : this.schedule.entries()) {
			Future<?> begun = hands.schedule(() -> begin(entry, start), entry.at().toMillis(), TimeUnit.MILLISECONDS);
			hands.schedule(() -> end(entry, begun, start), entry.until().toMillis(), TimeUnit.MILLISECONDS);
		}
		hands.shutdown();
		try {
			Duration limit = this.world.settings().duration().plus(LONGEST_DEPLOYMENT);
			if (!hands.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS)) {
				throw new IllegalStateException("The schedule did not end within " + limit);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void begin(ScheduledTrouble entry, long start) {
		this.counts.merge(entry.trouble().kind(), 1, Integer::sum);
		attempt(entry.trouble().name(), start, entry.trouble().begin());
	}

	private @Nullable Void end(ScheduledTrouble entry, Future<?> begun, long start) throws Exception {
		if (!entry.lasts().isZero()) {
			begun.get();
			attempt("end of " + entry.trouble().name(), start, entry.trouble().end());
		}
		return null;
	}

	/**
	 * A request that does not get through is part of the game.
	 */
	private void attempt(String what, long start, Consumer<World> work) {
		String outcome = "";
		try {
			work.accept(this.world);
		}
		catch (RuntimeException ex) {
			outcome = " (refused: %s)".formatted(String.valueOf(ex.getMessage()).lines().findFirst().orElse(""));
			this.refused.add(what);
		}
		this.diary.accept("%8.3f s  %s%s".formatted((System.nanoTime() - start) / 1e9, what, outcome));
	}

	/**
	 * Return what was done.
	 * @return how often each kind of thing was done
	 */
	public Map<String, Integer> counts() {
		return this.counts;
	}

	/**
	 * Return how much of it was refused or did not get through.
	 * @return a number
	 */
	public int refused() {
		return this.refused.size();
	}

}
