package dev.parallelchange.chaos.nemesis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.parallelchange.chaos.world.Settings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ScheduleTests {

	@Test
	void isTheSameForTheSameSeed() {
		assertThat(schedule(7, 120)).hasToString(schedule(7, 120).toString());
		assertThat(schedule(8, 120).toString()).isNotEqualTo(schedule(7, 120).toString());
	}

	@Test
	void doesAllKindsOfThingsInTime() {
		Set<String> kinds = schedule(1, 900).entries()
			.stream()
			.map((entry) -> entry.trouble().kind())
			.collect(Collectors.toSet());
		assertThat(kinds).containsExactlyInAnyOrder("kill", "stop", "database crash", "database restart",
				"terminated backends", "replica paused", "connections cut", "connections refused", "delay", "stall",
				"flag", "phase", "hold", "reconcile", "copy paused", "deployment");
	}

	@Test
	void neverDoesTwoThingsToOneResourceAtOnce() {
		List<ScheduledTrouble> entries = schedule(3, 600).entries();
		for (ScheduledTrouble one : entries) {
			for (ScheduledTrouble other : entries) {
				Set<String> common = new HashSet<>(one.trouble().resources());
				common.retainAll(other.trouble().resources());
				boolean overlap = one != other && one.at().compareTo(other.at()) <= 0
						&& one.until().compareTo(other.at()) > 0;
				assertThat(overlap && !common.isEmpty()).as("%s and %s", one, other).isFalse();
			}
		}
	}

	private static Schedule schedule(long seed, long seconds) {
		return new Schedule(Settings.of(seed, Duration.ofSeconds(seconds), Path.of("target")));
	}

}
