package dev.parallelchange.migration.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PlanState;
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

	private final CountingRunner runner = new CountingRunner();

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
		new MigrationGauges(() -> this.runner, List.of("user-settings")).bindTo(this.registry);
		everythingHappensTo(new MeterListener(() -> this.registry));
		assertThat(this.registry.find(meter.meterName()).meters()).isNotEmpty().allSatisfy((recorded) -> {
			assertThat(recorded.getId().getTags()).extracting(Tag::getKey).containsExactlyInAnyOrder(meter.tags());
			assertThat(recorded.getId().getTag("plan")).isEqualTo("user-settings");
			assertThat(recorded.getId().getDescription()).isEqualTo(meter.description());
			assertThat(recorded.getId().getType()).isEqualTo(Meter.Type.valueOf(meter.type().name()));
		});
	}

	@Test
	void nothingElseIsRecorded() {
		new MigrationGauges(() -> this.runner, List.of("user-settings")).bindTo(this.registry);
		everythingHappensTo(new MeterListener(() -> this.registry));
		assertThat(this.registry.getMeters().stream().map((meter) -> meter.getId().getName()).distinct())
			.containsExactlyInAnyOrderElementsOf(
					Arrays.stream(MigrationMeter.values()).map(MigrationMeter::meterName).toList());
	}

	@Test
	void allGaugesOfAScrapeReadOneStatus() {
		new MigrationGauges(() -> this.runner, List.of("user-settings", "order-state")).bindTo(this.registry);
		this.registry.getMeters().forEach((meter) -> meter.measure().forEach((measurement) -> measurement.getValue()));
		assertThat(this.runner.questions).hasValue(2);
	}

	@Test
	void aScrapeAsksADeadDatabaseOnce() {
		this.runner.dead = true;
		new MigrationGauges(() -> this.runner, List.of("user-settings")).bindTo(this.registry);
		assertThat(this.registry.getMeters()).allSatisfy(
				(meter) -> meter.measure().forEach((measurement) -> assertThat(measurement.getValue()).isNaN()));
		assertThat(this.runner.questions).hasValue(1);
	}

	private static void everythingHappensTo(MigrationListener listener) {
		String plan = "user-settings";
		listener.onEvent(new MigrationEvent.PhaseChanged(plan, MigrationPhase.OFF, MigrationPhase.EXPAND, 1, "a", "b"));
		listener.onEvent(new MigrationEvent.DivergenceFound(plan, 10, 1));
		listener.onEvent(new MigrationEvent.ActivityFailed(plan, "mirror", "error"));
		listener.chunkCopied(plan, 10, Duration.ofMillis(1));
		listener.mirrored(plan, MigrationSide.TARGET, 1, Duration.ofMillis(1));
		listener.mirrorFailed(plan, MigrationSide.TARGET, 1, new IllegalStateException());
		listener.readRouted(plan, MigrationSide.SOURCE, Duration.ofMillis(1));
		listener.readFellBack(plan);
		listener.readCompared(plan, false);
	}

	private String row(MigrationMeter meter) {
		String tags = Arrays.stream(meter.tags()).map("`%s`"::formatted).collect(Collectors.joining(", "));
		return "| `%s` | %s | %s | %s |".formatted(meter.meterName(), meter.type().name().toLowerCase(), tags,
				meter.description());
	}

	private static final class CountingRunner implements MigrationRunner {

		private final AtomicInteger questions = new AtomicInteger();

		private boolean dead;

		@Override
		public List<MigrationStatus> list() {
			throw new IllegalStateException();
		}

		@Override
		public MigrationStatus status(String planId) {
			this.questions.incrementAndGet();
			if (this.dead) {
				throw new IllegalStateException("no connection");
			}
			return new MigrationStatus.Builder(PlanState.initial(planId)).build();
		}

		@Override
		public MigrationStatus change(String planId, ChangeRequest request) {
			throw new IllegalStateException();
		}

	}

}
