package dev.parallelchange.migration.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.ReplicationStatus;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the meters.
 */
class MigrationMeterTests {

	private static final Path PAGE = Path.of("../docs/metrics.md");

	private final MeterRegistry registry = new SimpleMeterRegistry();

	private final RecordedMeters.CountingRunner runner = new RecordedMeters.CountingRunner();

	@ParameterizedTest
	@EnumSource
	void eachMeterIsDocumented(MigrationMeter meter) throws IOException {
		assertThat(Files.readString(PAGE)).contains(row(meter));
	}

	@Test
	void nothingElseIsDocumented() throws IOException {
		List<String> rows = Files.readAllLines(PAGE)
			.stream()
			.filter((line) -> line.startsWith("| `migration."))
			.toList();
		assertThat(rows).containsExactlyElementsOf(Arrays.stream(MigrationMeter.values()).map(this::row).toList());
	}

	@ParameterizedTest
	@EnumSource
	void eachMeterIsRecordedAsItIsDocumented(MigrationMeter meter) {
		RecordedMeters.in(this.registry);
		assertThat(this.registry.find(meter.meterName()).meters()).isNotEmpty().allSatisfy((recorded) -> {
			assertThat(recorded.getId().getTags()).extracting(Tag::getKey).containsExactlyInAnyOrder(meter.tags());
			assertThat(recorded.getId().getTag("plan")).isEqualTo("user-settings");
			assertThat(recorded.getId().getDescription()).isEqualTo(meter.description());
			assertThat(recorded.getId().getType()).isEqualTo(Meter.Type.valueOf(meter.type().name()));
		});
	}

	@Test
	void nothingElseIsRecorded() {
		RecordedMeters.in(this.registry);
		assertThat(this.registry.getMeters().stream().map((meter) -> meter.getId().getName()).distinct())
			.containsExactlyInAnyOrderElementsOf(
					Arrays.stream(MigrationMeter.values()).map(MigrationMeter::meterName).toList());
	}

	@Test
	void allGaugesOfAScrapeReadOneStatus() {
		new MigrationGauges(() -> this.runner, () -> RecordedMeters.STATES, List.of("user-settings", "order-state"))
			.bindTo(this.registry);
		this.registry.getMeters().forEach((meter) -> meter.measure().forEach((measurement) -> measurement.getValue()));
		assertThat(this.runner.questions).hasValue(2);
	}

	@Test
	void theLeaseIsKnownWithoutTheDatabase() {
		this.runner.dead = true;
		AtomicBoolean held = new AtomicBoolean(true);
		PlanStates states = new PlanStates() {

			@Override
			public PlanState current(String planId) {
				return PlanState.initial(planId);
			}

			@Override
			public boolean isCurrent() {
				return held.get();
			}

		};
		new MigrationGauges(() -> this.runner, () -> states, List.of("user-settings")).bindTo(this.registry);
		assertThat(this.registry.get("migration.lease").gauge().value()).isOne();
		held.set(false);
		assertThat(this.registry.get("migration.lease").gauge().value()).isZero();
	}

	@Test
	void aLagThatIsNotKnownIsNotNone() {
		ReplicationStatus.Replica known = new ReplicationStatus.Replica("a", Duration.ofSeconds(3), 1L, Duration.ZERO,
				null);
		ReplicationStatus.Replica unknown = new ReplicationStatus.Replica("b", null, null, Duration.ZERO, "gone");
		assertThat(lag(known, unknown)).isEqualTo(3);
		assertThat(lag(unknown)).isNaN();
		assertThat(lag()).isZero();
	}

	private double lag(ReplicationStatus.Replica... replicas) {
		this.runner.status = new MigrationStatus.Builder(PlanState.initial("user-settings"))
			.replication(new ReplicationStatus(List.of(replicas), Duration.ofSeconds(5)))
			.build();
		MeterRegistry fresh = new SimpleMeterRegistry();
		new MigrationGauges(() -> this.runner, () -> RecordedMeters.STATES, List.of("user-settings")).bindTo(fresh);
		return fresh.get("migration.replication.lag").gauge().value();
	}

	@Test
	void closedGatesCountWhereAPhaseIsAskedFor() {
		List<Gate> gates = List.of(Gate.of("parity", false, 1, 2, "wait"), Gate.of("backfill", true, 1, 1, ""));
		MigrationStatus.Builder status = new MigrationStatus.Builder(PlanState.initial("user-settings"))
			.next(new MigrationStatus.NextStep(MigrationPhase.EXPAND, gates));
		this.runner.status = status.build();
		new MigrationGauges(() -> this.runner, () -> RecordedMeters.STATES, List.of("user-settings"))
			.bindTo(this.registry);
		assertThat(this.registry.get("migration.gates.closed").gauge().value()).isZero();
		this.runner.status = status.requested(MigrationPhase.EXPAND, "somebody").build();
		MeterRegistry later = new SimpleMeterRegistry();
		new MigrationGauges(() -> this.runner, () -> RecordedMeters.STATES, List.of("user-settings")).bindTo(later);
		assertThat(later.get("migration.gates.closed").gauge().value()).isOne();
	}

	@Test
	void aScrapeAsksADeadDatabaseOnce() {
		this.runner.dead = true;
		new MigrationGauges(() -> this.runner, () -> RecordedMeters.STATES, List.of("user-settings"))
			.bindTo(this.registry);
		assertThat(this.registry.getMeters())
			.filteredOn((meter) -> !meter.getId().getName().equals(MigrationMeter.LEASE.meterName()))
			.allSatisfy(
					(meter) -> meter.measure().forEach((measurement) -> assertThat(measurement.getValue()).isNaN()));
		assertThat(this.runner.questions).hasValue(1);
	}

	private String row(MigrationMeter meter) {
		String tags = Arrays.stream(meter.tags()).map("`%s`"::formatted).collect(Collectors.joining(", "));
		return "| `%s` | %s | %s | %s |".formatted(meter.meterName(), meter.type().name().toLowerCase(), tags,
				meter.description());
	}

}
