package dev.parallelchange.migration;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Whether all live instances mean the same by a plan.
 *
 * @param accepted the fingerprint of the definition that the cluster has accepted;
 * {@code null} before {@link MigrationPhase#DUAL_WRITE}
 * @param agreed whether all live instances have it, or the same one before any is
 * accepted
 * @param differing the instances that have another one; they do no work for the plan
 */
public record DefinitionStatus(@Nullable String accepted, boolean agreed, List<Differing> differing) {

	public DefinitionStatus {
		differing = List.copyOf(differing);
	}

	/**
	 * An instance whose definition is not the accepted one.
	 *
	 * @param instance the instance's id
	 * @param host the host's name and the process's id
	 * @param fingerprint the fingerprint of its definition; {@code null} if it has none
	 * @param differences what differs, part by part, or why it has no definition
	 */
	public record Differing(String instance, String host, @Nullable String fingerprint, List<String> differences) {

		public Differing {
			differences = List.copyOf(differences);
		}

		@Override
		public String toString() {
			return this.host + " (" + String.join("; ", this.differences) + ")";
		}

	}

}
