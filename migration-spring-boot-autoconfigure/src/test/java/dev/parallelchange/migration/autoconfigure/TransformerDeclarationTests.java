package dev.parallelchange.migration.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlans;
import dev.parallelchange.migration.MigrationTransformer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Transformers that are beans, and the plans that they name.
 */
class TransformerDeclarationTests {

	private static final MigrationPlan PLAN = MigrationPlan.of("user-names").source("users").target("names").build();

	@Test
	void aTransformerBelongsToThePlanThatItNamesInAnyForm() {
		MigrationTransformer transformer = new Nothing("userNames");
		assertThat(plans(PLAN, transformer).get("user-names").transformer()).isSameAs(transformer);
	}

	@Test
	void aPlanThatHasTheBeanAlreadyKeepsIt() {
		MigrationTransformer transformer = new Nothing("user-names");
		MigrationPlan plan = PLAN.withTransformer(transformer);
		assertThat(plans(plan, transformer).get("user-names").transformer()).isSameAs(transformer);
	}

	@Test
	void aTransformerOfNoPlanIsRefused() {
		assertThatExceptionOfType(InvalidPlanException.class).isThrownBy(() -> plans(PLAN, new Nothing("other")))
			.withMessageContaining("names this plan, which there is not")
			.withMessageContaining("[user-names]");
	}

	@Test
	void twoTransformersOfOnePlanAreRefused() {
		assertThatExceptionOfType(InvalidPlanException.class)
			.isThrownBy(() -> plans(PLAN, new Nothing("user-names"), new Nothing("user-names")))
			.withMessageContaining("there are two");
	}

	private static MigrationPlans plans(MigrationPlan plan, MigrationTransformer... transformers) {
		MigrationProperties properties = Binder.get(new MockEnvironment())
			.bindOrCreate("migration", MigrationProperties.class);
		return new PlanDeclarations(properties).with(List.of(plan), List.of(transformers));
	}

	/**
	 * Transforms nothing.
	 */
	private record Nothing(String planId) implements MigrationTransformer {

		@Override
		public Set<String> sourceColumns() {
			return Set.of();
		}

		@Override
		public Set<String> targetColumns() {
			return Set.of();
		}

		@Override
		public Map<String, @Nullable Object> toTarget(Map<String, @Nullable Object> source) {
			return Map.of();
		}

	}

}
