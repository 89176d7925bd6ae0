package dev.parallelchange.migration.metrics;

import java.util.function.Supplier;

import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.ObservedWork;
import dev.parallelchange.migration.PlanStates;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.util.function.SingletonSupplier;

/**
 * Makes an observation of each piece of work, which tracing turns into spans. Exceptions
 * are left out, since their messages may show values of rows.
 */
public class ObservationListener implements MigrationListener {

	private final Supplier<ObservationRegistry> registry;

	private final Supplier<PlanStates> states;

	private final MigrationObservationConvention convention;

	/**
	 * Create the listener.
	 * @param registry supplies the registry, asked for at the first piece of work
	 * @param states supplies where the plans stand
	 * @param convention names observations and their keys
	 */
	public ObservationListener(Supplier<ObservationRegistry> registry, Supplier<PlanStates> states,
			MigrationObservationConvention convention) {
		this.registry = SingletonSupplier.of(registry);
		this.states = SingletonSupplier.of(states);
		this.convention = convention;
	}

	@Override
	public ObservedWork.Running begin(String planId, ObservedWork work) {
		ObservationRegistry observations = this.registry.get();
		if (observations.isNoop()) {
			return ObservedWork.Running.UNOBSERVED;
		}
		MigrationObservationContext context = new MigrationObservationContext(work, planId,
				this.states.get().current(planId).phase());
		Observation observation = Observation.start(this.convention, () -> context, observations);
		Observation.Scope scope = observation.openScope();
		return (outcome) -> {
			context.setOutcome(outcome);
			scope.close();
			observation.stop();
		};
	}

}
