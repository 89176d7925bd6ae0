package dev.parallelchange.migration;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MigrationPlanTests {

	private final MigrationPlan least = MigrationPlan.of("least").source("a").target("b").build();

	private final MigrationPlan most = MigrationPlan.of("most")
		.source("users", "id")
		.target("people", "id")
		.rename("mail", "email")
		.map("name", "upper(source.name)")
		.filter("source.name is not null")
		.reverse("name", "lower(target.name)")
		.dependsOn("countries")
		.shape(PlanShape.SPLIT)
		.mirror(MirrorKind.TRIGGERS)
		.switchKind(SwitchKind.RELEASE)
		.phase(MigrationPhase.BACKFILL)
		.uses(MigrationSide.TARGET)
		.flags(new FlagSettings("write", "read", "backfill"))
		.rollout(new RolloutSettings(false, BigDecimal.TEN, false))
		.backfill(BackfillSettings.DEFAULTS.withoutVacuum())
		.verification(
				new VerificationSettings(Duration.ofHours(1), Duration.ofHours(2), BigDecimal.TEN, BigDecimal.TEN, 7))
		.safety(SafetySettings.DEFAULTS.withDryRun())
		.contract(new ContractSettings(SourceRemoval.KEEP, List.of(), Duration.ZERO, Duration.ZERO))
		.scripts(new ScriptSettings("expand", "contract"))
		.finish(new FinishSettings(List.of("name"), Map.of(), Map.of(), Map.of()))
		.readQueries("select name from people where id = :id")
		.transformer(new Names())
		.build();

	@Test
	void aMutatedPlanHasAllOfThePlan() throws ReflectiveOperationException {
		for (RecordComponent component : MigrationPlan.class.getRecordComponents()) {
			assertThat(component.getAccessor().invoke(this.most)).as("%s shows whether it is kept", component.getName())
				.isNotEqualTo(component.getAccessor().invoke(this.least));
		}
		assertThat(this.most.mutate().build()).isEqualTo(this.most);
	}

	@Test
	void aMutatedPlanLeavesThePlanAsItIs() {
		assertThat(this.most.mutate().rename("phone", "telephone").filter(null).build().rename()).hasSize(2);
		assertThat(this.most.rename()).hasSize(1);
		assertThat(this.most.withoutFilter().filter()).isNull();
		assertThat(this.most.filter()).isNotNull();
	}

	private record Names() implements MigrationTransformer {

		@Override
		public String planId() {
			return "most";
		}

		@Override
		public Set<String> sourceColumns() {
			return Set.of("name");
		}

		@Override
		public Set<String> targetColumns() {
			return Set.of("name");
		}

		@Override
		public Map<String, @Nullable Object> toTarget(Map<String, @Nullable Object> source) {
			return source;
		}

	}

}
