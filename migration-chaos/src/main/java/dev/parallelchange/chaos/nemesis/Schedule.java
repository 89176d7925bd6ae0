package dev.parallelchange.chaos.nemesis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

import dev.parallelchange.chaos.load.Plan;
import dev.parallelchange.chaos.world.Settings;

/**
 * What is done to the world and when; the same for the same seed and duration.
 */
public final class Schedule {

	private static final Duration FIRST = Duration.ofMillis(200);

	private final List<ScheduledTrouble> entries = new ArrayList<>();

	private final Map<String, Duration> busyUntil = new HashMap<>();

	private final Random random;

	private final Troubles troubles;

	private final Operations operations;

	/**
	 * Make a schedule.
	 * @param settings with the seed and the duration
	 */
	public Schedule(Settings settings) {
		this.random = new Random(settings.seed());
		this.troubles = new Troubles(this.random, settings);
		this.operations = new Operations(this.random, this.troubles, settings);
		for (Plan plan : Plan.values()) {
			add(FIRST, Duration.ZERO, this.operations.forward(plan));
		}
		Duration at = FIRST.plus(between(500, 3000));
		while (at.compareTo(settings.duration()) < 0) {
			choose(at);
			at = at.plus(between(100, 1500));
		}
	}

	List<ScheduledTrouble> entries() {
		return this.entries;
	}

	private void choose(Duration at) {
		int kind = this.random.nextInt(100);
		if (kind < 9) {
			add(at, between(200, 3000), this.troubles.kill());
		}
		else if (kind < 19) {
			// Shorter and longer than a lease.
			add(at, between(100, 7000), this.troubles.pauseProcess());
		}
		else if (kind < 24) {
			add(at, between(0, 3000), this.troubles.restartDatabase());
		}
		else if (kind < 34) {
			add(at, Duration.ZERO, this.troubles.terminateBackends());
		}
		else if (kind < 38) {
			add(at, between(500, 8000), this.troubles.pauseReplica());
		}
		else if (kind < 52) {
			breakNetwork(at, kind);
		}
		else if (kind < 64) {
			add(at, between(300, 5000), this.troubles.turnFlag());
		}
		else {
			operate(at, kind);
		}
	}

	private void breakNetwork(Duration at, int kind) {
		if (kind < 42) {
			add(at, Duration.ZERO, this.troubles.cut());
		}
		else if (kind < 45) {
			add(at, between(300, 5000), this.troubles.refuse());
		}
		else if (kind < 48) {
			add(at, between(500, 6000), this.troubles.delay());
		}
		else {
			add(at, between(200, 8000), this.troubles.stall());
		}
	}

	private void operate(Duration at, int kind) {
		if (kind < 82) {
			add(at, Duration.ZERO, this.operations.askForPhase());
		}
		else if (kind < 86) {
			add(at, between(500, 4000), this.operations.hold());
		}
		else if (kind < 91) {
			add(at, Duration.ZERO, this.operations.reconcile());
		}
		else if (kind < 94) {
			add(at, between(500, 4000), this.operations.pauseCopy());
		}
		else if (isFree("deployment", at)) {
			// A deployment takes its time, which is not known in advance.
			add(at, Duration.ZERO, this.operations.deploy());
			this.busyUntil.put("deployment", at.plusSeconds(30));
		}
	}

	private void add(Duration at, Duration lasts, Trouble trouble) {
		if (trouble.resources().stream().allMatch((resource) -> isFree(resource, at))) {
			trouble.resources().forEach((resource) -> this.busyUntil.put(resource, at.plus(lasts)));
			this.entries.add(new ScheduledTrouble(at, lasts, trouble));
		}
	}

	private boolean isFree(String resource, Duration at) {
		return this.busyUntil.getOrDefault(resource, Duration.ZERO).compareTo(at) <= 0;
	}

	private Duration between(int least, int most) {
		return Duration.ofMillis(least + this.random.nextInt(most - least + 1));
	}

	@Override
	public String toString() {
		return this.entries.stream().map(ScheduledTrouble::toString).collect(Collectors.joining("\n"));
	}

}
