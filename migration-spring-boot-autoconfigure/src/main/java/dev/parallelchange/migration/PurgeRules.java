package dev.parallelchange.migration;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * What may be said about a plan that deletes rows: most settings have no meaning for it,
 * and one that is not heeded is not taken.
 */
final class PurgeRules {

	private final MigrationPlan plan;

	PurgeRules(MigrationPlan plan) {
		this.plan = plan;
	}

	void check() {
		if (!StringUtils.hasText(this.plan.filter())) {
			throw new InvalidPlanException(this.plan.id(), "purge", "there is no condition",
					"State which rows are deleted, such as \"created_at < now() - interval '1 year'\"");
		}
		refuse("target", !this.plan.target().equals(this.plan.source()), this.plan.target());
		refuse("source.sequence", this.plan.source().sequence() != null, this.plan.source().sequence());
		refuse("rename", !this.plan.rename().isEmpty(), this.plan.rename());
		refuse("mapping", !this.plan.mapping().isEmpty(), this.plan.mapping());
		refuse("reverse", !this.plan.reverse().isEmpty(), this.plan.reverse());
		refuse("depends-on", !this.plan.dependsOn().isEmpty(), this.plan.dependsOn());
		refuse("mirror", this.plan.mirror() != null, this.plan.mirror());
		refuse("switch", this.plan.switchKind() != null, this.plan.switchKind());
		refuse("uses", this.plan.uses() != null, this.plan.uses());
		refuse("flags.write", this.plan.flags().write() != null, this.plan.flags().write());
		refuse("flags.read", this.plan.flags().read() != null, this.plan.flags().read());
		refuse("scripts", !this.plan.scripts().equals(ScriptSettings.DEFAULTS), this.plan.scripts());
		refuse("finish", !this.plan.finish().isEmpty(), this.plan.finish());
		refuse("read-queries", !this.plan.readQueries().isEmpty(), this.plan.readQueries());
		refuse("transformer", this.plan.transformer() != null, this.plan.transformer());
		MigrationPhase phase = this.plan.phase();
		checkPhases("phase", (phase != null) ? Set.of(phase) : Set.of());
	}

	private void checkPhases(String property, Set<MigrationPhase> phases) {
		phases.stream().filter((phase) -> !this.plan.phases().contains(phase)).findFirst().ifPresent((phase) -> {
			throw new InvalidPlanException(this.plan.id(), property,
					"'%s' is no phase of a plan that deletes rows".formatted(phase),
					"Use one of " + this.plan.phases() + ", or leave it out");
		});
	}

	private void refuse(String property, boolean stated, @Nullable Object value) {
		if (stated) {
			throw new InvalidPlanException(this.plan.id(), property,
					"'%s' has no meaning for a plan that deletes rows".formatted(value),
					"Leave it out, or leave out 'purge' if the plan is to move data");
		}
	}

}
