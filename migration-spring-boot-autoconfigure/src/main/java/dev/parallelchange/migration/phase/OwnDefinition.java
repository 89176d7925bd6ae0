package dev.parallelchange.migration.phase;

import java.util.List;

import dev.parallelchange.migration.PlanDefinition;
import org.jspecify.annotations.Nullable;

/**
 * What one instance means by a plan.
 *
 * @param fingerprint the fingerprint of its definition; {@code null} if it has none
 * @param definition the definition; {@code null} if it has none, or the accepted one
 * @param problem why it has none; {@code null} if it has one or has not tried yet
 */
public record OwnDefinition(@Nullable String fingerprint, @Nullable PlanDefinition definition,
		@Nullable String problem) {

	static OwnDefinition of(@Nullable PlanDefinition definition, @Nullable String problem) {
		if (definition == null || problem != null) {
			return new OwnDefinition(null, null, problem);
		}
		return new OwnDefinition(definition.fingerprint(), definition, null);
	}

	boolean is(PlanDefinition other) {
		return other.fingerprint().equals(this.fingerprint);
	}

	/**
	 * Word what differs from another definition.
	 */
	List<String> differencesFrom(PlanDefinition other) {
		if (this.problem != null) {
			return List.of(this.problem);
		}
		return (this.definition != null) ? this.definition.differencesFrom(other)
				: List.of("it has not derived the plan yet");
	}

}
