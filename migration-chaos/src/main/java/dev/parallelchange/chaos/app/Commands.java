package dev.parallelchange.chaos.app;

import java.util.List;
import java.util.stream.Collectors;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.Reconciliation;

import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.stereotype.Component;

/**
 * What can be asked of an instance.
 */
@Component
class Commands {

	private static final String ACTOR = "chaos";

	private final MigrationRunner runner;

	private final SwitchedFlags flags;

	private final Traffic traffic;

	private final ApplicationAvailability availability;

	Commands(MigrationRunner runner, SwitchedFlags flags, Traffic traffic, ApplicationAvailability availability) {
		this.runner = runner;
		this.flags = flags;
		this.traffic = traffic;
		this.availability = availability;
	}

	String run(List<String> command) {
		switch (command.get(0)) {
			case "ready":
				return this.availability.getReadinessState().toString();
			case "quiet":
				this.traffic.stop();
				return "no calls";
			case "exit":
				this.traffic.stop();
				return "bye";
			case "status":
				return describe(this.runner.status(command.get(1)));
			case "flag":
				this.flags.set(command.get(1), MigrationFlag.valueOf(command.get(2)), Integer.parseInt(command.get(3)));
				return "turned";
			default:
				return describe(this.runner.change(command.get(1), request(command.get(0), command.get(2))));
		}
	}

	private static ChangeRequest request(String what, String value) {
		return switch (what) {
			case "phase" -> ChangeRequest.phase(MigrationPhase.valueOf(value), ACTOR, "chaos");
			case "hold" -> new ChangeRequest(null, MigrationPhase.valueOf(value), null, null, null, null, ACTOR,
					"chaos", false, false);
			case "approve" -> ChangeRequest.approve(MigrationPhase.valueOf(value), ACTOR, "chaos");
			case "reconcile" -> ChangeRequest.reconcile(Reconciliation.valueOf(value), ACTOR, "chaos");
			case "backfill" -> ChangeRequest.backfill(Boolean.parseBoolean(value), ACTOR, "chaos");
			default -> throw new IllegalArgumentException("Unknown command " + what);
		};
	}

	private static String describe(MigrationStatus status) {
		MigrationStatus.NextStep next = status.next();
		String closed = (next == null) ? ""
				: next.gates()
					.stream()
					.filter((gate) -> !gate.open())
					.map(Commands::describe)
					.collect(Collectors.joining("; "));
		return "%s %d %s".formatted(status.phase(), status.epoch(), closed.isEmpty() ? "open" : closed);
	}

	private static String describe(Gate gate) {
		return "%s: %s (needed: %s)".formatted(gate.name(), gate.value(), gate.limit());
	}

}
