package dev.parallelchange.migration.metrics;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.ObservedWork;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.PlanStates;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ObservationListener}.
 */
class ObservationListenerTests {

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final List<Observation.Context> stopped = new ArrayList<>();

	private final PlanStates states = (planId) -> new PlanState(planId, MigrationPhase.BACKFILL, 3, Instant.EPOCH, null,
			null, null, null, null, null, false, null, null);

	private ObservationListener listener(MigrationObservationConvention convention) {
		return new ObservationListener(() -> this.registry, () -> this.states, convention);
	}

	private void handle() {
		this.registry.observationConfig().observationHandler(new ObservationHandler<>() {

			@Override
			public void onStop(Observation.Context context) {
				ObservationListenerTests.this.stopped.add(context);
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

		});
	}

	@Test
	void withoutAHandlerNothingIsDone() {
		assertThat(listener(MigrationObservationConvention.DEFAULT).begin("orders", ObservedWork.CHUNK))
			.isSameAs(ObservedWork.Running.UNOBSERVED);
	}

	@Test
	void aPieceOfWorkIsAnObservationWithFewKeys() {
		handle();
		ObservedWork.Running running = listener(MigrationObservationConvention.DEFAULT).begin("orders",
				ObservedWork.COMPARED_READ);
		assertThat(this.registry.getCurrentObservation()).isNotNull();
		running.end("equal");
		assertThat(this.registry.getCurrentObservation()).isNull();
		assertThat(this.stopped).singleElement().satisfies((context) -> {
			assertThat(context.getName()).isEqualTo("migration.work");
			assertThat(context.getContextualName()).isEqualTo("migration compared read");
			assertThat(context.getLowCardinalityKeyValues()).isEqualTo(
					KeyValues.of("work", "compared read", "plan", "orders", "phase", "BACKFILL", "outcome", "equal"));
			assertThat(context.getHighCardinalityKeyValues()).isEmpty();
		});
	}

	@Test
	void anotherConventionMayNameThem() {
		handle();
		listener(new MigrationObservationConvention() {

			@Override
			public String getName() {
				return "ours";
			}

		}).begin("orders", ObservedWork.CHUNK).end("copied");
		assertThat(this.stopped).extracting(Observation.Context::getName).containsExactly("ours");
	}

	@Test
	void theyAreTimersBesideOurs() {
		SimpleMeterRegistry meters = RecordedMeters.in(new SimpleMeterRegistry());
		this.registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
		listener(MigrationObservationConvention.DEFAULT).begin("orders", ObservedWork.MIRROR).end("mirrored");
		assertThat(meters.get("migration.work").tag("outcome", "mirrored").timer().count()).isOne();
	}

}
