package dev.parallelchange.migration.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.BreakerState;
import dev.parallelchange.migration.BuiltInSignal;
import dev.parallelchange.migration.DivergenceKind;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MirrorStatus;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.ReplicationStatus;
import dev.parallelchange.migration.VerificationStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

/**
 * Publishes the status of each plan as gauges. All gauges of a scrape read one status
 * that is some seconds old at most.
 */
public class MigrationGauges implements MeterBinder {

	private final Supplier<MigrationRunner> runner;

	private final Supplier<PlanStates> states;

	private final List<String> planIds;

	/**
	 * Create the gauges.
	 * @param runner supplies the runner to ask, first when a gauge is read
	 * @param states supplies what this instance knows without asking the database
	 * @param planIds the plans' ids
	 */
	public MigrationGauges(Supplier<MigrationRunner> runner, Supplier<PlanStates> states, List<String> planIds) {
		this.runner = SingletonSupplier.of(runner);
		this.states = SingletonSupplier.of(states);
		this.planIds = List.copyOf(planIds);
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (String planId : this.planIds) {
			Binding binding = new Binding(registry, new StatusSnapshot(this.runner, planId), planId);
			bindPhase(binding);
			bindCopy(binding);
			bindMirror(binding);
			bindVerification(binding);
			binding.gauge(MigrationMeter.REPLICATION_LAG, MigrationGauges::lag);
		}
	}

	private void bindPhase(Binding binding) {
		binding.gauge(MigrationMeter.PHASE, (status) -> status.phase().ordinal());
		binding.gauge(MigrationMeter.PHASE_AGE, (status) -> seconds(Duration.between(status.since(), Instant.now())));
		binding.gauge(MigrationMeter.GATES_CLOSED, MigrationGauges::closedGates);
		binding.gauge(MigrationMeter.INSTANCES, (status) -> status.instances().size());
		binding.gauge(MigrationMeter.LEFTOVERS, (status) -> status.leftovers().size());
		Gauge.builder(MigrationMeter.LEASE.meterName(), this.states, (states) -> states.get().isCurrent() ? 1 : 0)
			.description(MigrationMeter.LEASE.description())
			.tags(MeterListener.tags(MigrationMeter.LEASE, binding.planId()))
			.strongReference(true)
			.register(binding.registry());
	}

	private static void bindCopy(Binding binding) {
		binding.gauge(MigrationMeter.PROGRESS, (status) -> backfill(status, BackfillStatus::share));
		binding.gauge(MigrationMeter.PAUSED,
				(status) -> backfill(status, (backfill) -> (backfill.pauseReason() != null) ? 1 : 0));
		binding.gauge(MigrationMeter.STALLED,
				(status) -> backfill(status, (backfill) -> (backfill.state() == BackfillStatus.State.STALLED) ? 1 : 0));
		for (BuiltInSignal signal : BuiltInSignal.values()) {
			binding.gauge(MigrationMeter.THROTTLE, (status) -> utilisation(status, signal), signal.label());
		}
		binding.gauge(MigrationMeter.QUARANTINED, (status) -> backfill(status, BackfillStatus::quarantined));
	}

	private static void bindMirror(Binding binding) {
		binding.gauge(MigrationMeter.MIRROR_SUSPENDED,
				(status) -> mirror(status, (mirror) -> (mirror.breaker() == BreakerState.OPEN) ? 1 : 0));
		binding.gauge(MigrationMeter.PENDING, (status) -> mirror(status, MirrorStatus::pendingToTarget),
				MeterListener.lowerCase(MigrationSide.TARGET));
		binding.gauge(MigrationMeter.PENDING, (status) -> mirror(status, MirrorStatus::pendingToSource),
				MeterListener.lowerCase(MigrationSide.SOURCE));
		binding.gauge(MigrationMeter.PENDING_AGE,
				(status) -> mirror(status, (mirror) -> seconds(mirror.oldestPending())));
	}

	private static void bindVerification(Binding binding) {
		binding.gauge(MigrationMeter.PARITY, (status) -> verification(status,
				(verification) -> (verification.parity() != null) ? verification.parity().doubleValue() : Double.NaN));
		binding.gauge(MigrationMeter.DIVERGENCES, (status) -> verification(status, VerificationStatus::missing),
				MeterListener.lowerCase(DivergenceKind.MISSING));
		binding.gauge(MigrationMeter.DIVERGENCES, (status) -> verification(status, VerificationStatus::orphan),
				MeterListener.lowerCase(DivergenceKind.ORPHAN));
		binding.gauge(MigrationMeter.DIVERGENCES, (status) -> verification(status, VerificationStatus::different),
				MeterListener.lowerCase(DivergenceKind.DIFFERENT));
		binding.gauge(MigrationMeter.CONFLICTS, (status) -> verification(status, VerificationStatus::conflicts));
	}

	private static double closedGates(MigrationStatus status) {
		MigrationStatus.NextStep next = status.next();
		boolean asked = status.requested() != null && status.requested() != status.phase();
		return (asked && next != null) ? next.gates().stream().filter((gate) -> !gate.open()).count() : 0;
	}

	private static double backfill(MigrationStatus status, ToDoubleFunction<BackfillStatus> value) {
		BackfillStatus backfill = status.backfill();
		return (backfill != null) ? value.applyAsDouble(backfill) : 0;
	}

	private static double utilisation(MigrationStatus status, BuiltInSignal signal) {
		BackfillStatus backfill = status.backfill();
		return (backfill == null) ? Double.NaN
				: backfill.signals()
					.stream()
					.filter((shown) -> shown.name().equals(signal.label()))
					.flatMap((shown) -> Stream.ofNullable(shown.utilisation()))
					.findFirst()
					.orElse(Double.NaN);
	}

	private static double mirror(MigrationStatus status, ToDoubleFunction<MirrorStatus> value) {
		MirrorStatus mirror = status.mirror();
		return (mirror != null) ? value.applyAsDouble(mirror) : 0;
	}

	private static double verification(MigrationStatus status, ToDoubleFunction<VerificationStatus> value) {
		VerificationStatus verification = status.verification();
		return (verification != null) ? value.applyAsDouble(verification) : Double.NaN;
	}

	private static double lag(MigrationStatus status) {
		ReplicationStatus replication = status.replication();
		if (replication == null) {
			return Double.NaN;
		}
		return replication.replicas()
			.stream()
			.flatMap((replica) -> Stream.ofNullable(replica.lag()))
			.mapToDouble(MigrationGauges::seconds)
			.max()
			.orElse(replication.replicas().isEmpty() ? 0 : Double.NaN);
	}

	private static double seconds(@Nullable Duration duration) {
		return (duration != null) ? duration.toMillis() / 1000.0 : 0;
	}

	/**
	 * Registers the gauges of one plan.
	 */
	private record Binding(MeterRegistry registry, StatusSnapshot snapshot, String planId) {

		void gauge(MigrationMeter meter, ToDoubleFunction<MigrationStatus> value, String... furtherTags) {
			String[] tags = new String[furtherTags.length + 1];
			tags[0] = this.planId;
			System.arraycopy(furtherTags, 0, tags, 1, furtherTags.length);
			Gauge.builder(meter.meterName(), this.snapshot, (current) -> current.value(value))
				.description(meter.description())
				.tags(MeterListener.tags(meter, tags))
				.strongReference(true)
				.register(this.registry);
		}

	}

}
