package dev.parallelchange.migration.metrics;

import java.util.Locale;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names observations and their keys; a bean of this type replaces the default. There are
 * no values of rows among the keys.
 */
public interface MigrationObservationConvention extends ObservationConvention<MigrationObservationContext> {

	/** The convention that applies where there is no bean. */
	MigrationObservationConvention DEFAULT = new MigrationObservationConvention() {
	};

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof MigrationObservationContext;
	}

	@Override
	default String getName() {
		return "migration.work";
	}

	@Override
	default String getContextualName(MigrationObservationContext context) {
		return "migration " + work(context);
	}

	@Override
	default KeyValues getLowCardinalityKeyValues(MigrationObservationContext context) {
		return KeyValues.of("work", work(context), "plan", context.getPlanId(), "phase", context.getPhase().name(),
				"outcome", context.getOutcome());
	}

	private static String work(MigrationObservationContext context) {
		return context.getWork().name().toLowerCase(Locale.ROOT).replace('_', ' ');
	}

}
