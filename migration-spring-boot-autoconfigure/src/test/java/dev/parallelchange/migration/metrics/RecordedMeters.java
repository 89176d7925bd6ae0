package dev.parallelchange.migration.metrics;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.PlanStates;
import dev.parallelchange.migration.WebhookResult;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Has each meter recorded at least once.
 */
final class RecordedMeters {

	static final PlanStates STATES = PlanState::initial;

	private RecordedMeters() {
	}

	static <R extends MeterRegistry> R in(R registry) {
		new MigrationGauges(CountingRunner::new, () -> STATES, List.of("user-settings")).bindTo(registry);
		everythingHappensTo(new MeterListener(() -> registry));
		return registry;
	}

	static void everythingHappensTo(MigrationListener listener) {
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
		listener.webhookCalled(plan, WebhookResult.SENT);
	}

	static final class CountingRunner implements MigrationRunner {

		final AtomicInteger questions = new AtomicInteger();

		boolean dead;

		@Nullable MigrationStatus status;

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
			return (this.status != null) ? this.status : new MigrationStatus.Builder(PlanState.initial(planId)).build();
		}

		@Override
		public MigrationStatus change(String planId, ChangeRequest request) {
			throw new IllegalStateException();
		}

	}

}
