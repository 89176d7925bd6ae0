package dev.parallelchange.migration.job;

import java.util.List;

import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationStatus;

/**
 * What a job has to say at its end.
 *
 * @param result how it ended
 * @param message what happened, to which plan
 * @param gates the closed gates that matter for it
 * @param plans the plans as they stand
 * @param notes what else is to be known or done
 */
record JobOutcome(JobResult result, String message, List<Gate> gates, List<MigrationStatus> plans, List<String> notes) {

	JobOutcome {
		gates = List.copyOf(gates);
		plans = List.copyOf(plans);
		notes = List.copyOf(notes);
	}

	static JobOutcome of(JobResult result, String message, MigrationStatus... plans) {
		return new JobOutcome(result, message, List.of(), List.of(plans), List.of());
	}

	JobOutcome with(List<Gate> gates) {
		return new JobOutcome(this.result, this.message, gates, this.plans, this.notes);
	}

	JobOutcome showing(List<MigrationStatus> plans) {
		return new JobOutcome(this.result, this.message, this.gates, plans, this.notes);
	}

	JobOutcome noting(List<String> notes) {
		return new JobOutcome(this.result, this.message, this.gates, this.plans, notes);
	}

}
