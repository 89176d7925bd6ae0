package dev.parallelchange.migration.lag;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.parallelchange.migration.ReplicationStatus.Replica;
import dev.parallelchange.migration.lag.ReplicationLag.Repetition;

/**
 * One thread for the primary and one for each replica, so that a replica that hangs
 * delays nobody.
 */
final class Monitor {

	private final PrimaryMonitor primary;

	private final List<ReplicaMonitor> replicas;

	private final List<Repetition> repetitions = new ArrayList<>();

	Monitor(HeartbeatStore store, Duration interval) {
		this.primary = new PrimaryMonitor(store);
		this.replicas = store.replicas()
			.stream()
			.sorted()
			.map((name) -> new ReplicaMonitor(store, name, this.primary))
			.toList();
		this.repetitions.add(new Repetition("migration-lag", interval, this.primary::measure));
		this.replicas.forEach((replica) -> this.repetitions
			.add(new Repetition("migration-lag-" + replica.name(), interval, replica::measure)));
	}

	void start() {
		this.repetitions.forEach(Repetition::start);
	}

	// A thread that hangs in a replica's driver is left behind; it is a daemon.
	void stop() {
		this.repetitions.forEach(Repetition::end);
	}

	PrimaryMonitor primary() {
		return this.primary;
	}

	boolean isMeasured() {
		return this.primary.isMeasured() && this.replicas.stream().allMatch(ReplicaMonitor::isSettled);
	}

	List<Replica> replicas() {
		List<Replica> all = new ArrayList<>();
		this.replicas.forEach((replica) -> all.add(replica.current()));
		Set<String> read = this.replicas.stream().map(ReplicaMonitor::standbyName).collect(Collectors.toSet());
		this.primary.standbys().stream().filter((standby) -> !read.contains(standby.name())).forEach(all::add);
		return List.copyOf(all);
	}

}
