package dev.parallelchange.migration.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.DefinitionStatus;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.GateClosedException;
import dev.parallelchange.migration.HiddenValues;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import org.jspecify.annotations.Nullable;

/**
 * A plan's way to a phase, forward or back: asks for it and waits until the plan is
 * there, or until nothing but a person can bring it on.
 *
 * <p>
 * A request is not taken back when the job ends: the plan goes on as soon as it can, as
 * after a request to the endpoint.
 */
final class PhaseWalk {

	/** What is closed for fewer looks than these may be about to open. */
	private static final int CONFIRMING_LOOKS = 5;

	private static final Duration SHORTEST_CONFIRMATION = Duration.ofSeconds(1);

	private final JobPlans plans;

	private final String plan;

	private final MigrationPhase destination;

	private final boolean forward;

	private final boolean force;

	private boolean asked;

	private @Nullable Long stuckSince;

	private PhaseWalk(JobPlans plans, String plan, MigrationPhase destination, boolean forward, boolean force) {
		this.plans = plans;
		this.plan = plan;
		this.destination = destination;
		this.forward = forward;
		this.force = force;
	}

	static PhaseWalk forward(JobPlans plans, String plan, MigrationPhase destination) {
		return new PhaseWalk(plans, plan, destination, true, false);
	}

	static PhaseWalk back(JobPlans plans, String plan, MigrationPhase destination) {
		return new PhaseWalk(plans, plan, destination, false, false);
	}

	/**
	 * One step, whatever the gates of the data say.
	 */
	static PhaseWalk forced(JobPlans plans, MigrationStatus status, MigrationPhase destination) {
		return new PhaseWalk(plans, status.id(), destination, destination.isAtLeast(status.phase()), true);
	}

	JobOutcome run() {
		JobOutcome outcome = this.plans.await(this.plan, this.destination.name(), this::look);
		boolean stands = this.asked && outcome.result() != JobResult.DONE && outcome.result() != JobResult.FAILED;
		return stands ? outcome.noting(notes(outcome)) : outcome;
	}

	private @Nullable JobOutcome look(MigrationStatus status) {
		if (isReached(status.phase())) {
			return JobOutcome.of(JobResult.DONE, "Plan '%s' is in %s".formatted(status.id(), status.phase()), status);
		}
		if (isAlone(status)) {
			return alone(status);
		}
		List<Gate> closed = this.asked ? closed(status) : ask();
		boolean copying = isCopying(status, closed);
		boolean stuck = !closed.stream().allMatch(Gate::waiting) && !copying;
		boolean elsewhere = this.asked && !leadsThere(status);
		if (!stuck && !elsewhere) {
			this.stuckSince = null;
			return null;
		}
		if (this.asked && !isConfirmed()) {
			return null;
		}
		return stuck ? closed(status, closed) : elsewhere(status);
	}

	private boolean isReached(MigrationPhase phase) {
		return this.forward ? phase.isAtLeast(this.destination) : this.destination.isAtLeast(phase);
	}

	/**
	 * Ask for the phase until that is accepted.
	 * @return the gates for which it is refused
	 */
	private List<Gate> ask() {
		try {
			this.plans.ask(this.plan, this.destination, this.force);
			this.asked = true;
			return List.of();
		}
		catch (GateClosedException ex) {
			return HiddenValues.hide(ex.getGates());
		}
	}

	/**
	 * A forced step that has been accepted is not kept by gates that it skips, and those
	 * that it does not were open.
	 */
	private List<Gate> closed(MigrationStatus status) {
		return this.force ? List.of() : JobPlans.closed(status);
	}

	/**
	 * A copy that is under way is let come to its end, since it may have no other worker,
	 * and all that is wrong is known then.
	 */
	private static boolean isCopying(MigrationStatus status, List<Gate> closed) {
		BackfillStatus backfill = status.backfill();
		return backfill != null
				&& (backfill.state() == BackfillStatus.State.MEASURING
						|| backfill.state() == BackfillStatus.State.RUNNING)
				&& closed.stream().anyMatch((gate) -> gate.name().equals("backfill"));
	}

	private boolean leadsThere(MigrationStatus status) {
		MigrationPhase requested = status.requested();
		if (requested == null || requested == status.phase()) {
			return false;
		}
		return requested.isAtLeast(status.phase()) == this.forward;
	}

	private boolean isConfirmed() {
		long now = System.nanoTime();
		if (this.stuckSince == null) {
			this.stuckSince = now;
		}
		Duration looks = this.plans.poll().multipliedBy(CONFIRMING_LOOKS);
		Duration confirmation = (looks.compareTo(SHORTEST_CONFIRMATION) > 0) ? looks : SHORTEST_CONFIRMATION;
		return now - this.stuckSince >= confirmation.toNanos();
	}

	private JobOutcome closed(MigrationStatus status, List<Gate> closed) {
		boolean approval = closed.stream()
			.filter((gate) -> !gate.waiting())
			.allMatch((gate) -> gate.name().equals("approval"));
		return JobOutcome
			.of(approval ? JobResult.APPROVAL_MISSING : JobResult.GATE_CLOSED,
					"Plan '%s' is in %s and cannot go on to %s".formatted(status.id(), status.phase(),
							this.destination),
					status)
			.with(closed);
	}

	/**
	 * Whether this process means something else by the plan than the cluster, and nobody
	 * else is there to work for it.
	 */
	private static boolean isAlone(MigrationStatus status) {
		DefinitionStatus definition = status.definition();
		return definition != null && !definition.agreed()
				&& status.instances().stream().allMatch(MigrationStatus.InstanceStatus::self);
	}

	private static JobOutcome alone(MigrationStatus status) {
		DefinitionStatus definition = Objects.requireNonNull(status.definition());
		return JobOutcome.of(JobResult.GATE_CLOSED,
				"Plan '%s' stands: nobody has its accepted definition; run the job of the release that has it, or accept this one: %s. It differs on %s"
					.formatted(status.id(), Remedy.reasoned(Verb.ACCEPT, status.id(), "definition"),
							definition.differing().stream().map(Object::toString).collect(Collectors.joining(", "))),
				status);
	}

	private JobOutcome elsewhere(MigrationStatus status) {
		MigrationPhase requested = status.requested();
		String who = (requested != null) ? "%s asks for %s".formatted(status.requestedBy(), requested)
				: lastRequest(status);
		return JobOutcome.of(JobResult.FAILED, "Plan '%s' is in %s and does not go to %s: %s".formatted(status.id(),
				status.phase(), this.destination, who), status);
	}

	/**
	 * A request is forgotten when it has been carried out.
	 */
	private String lastRequest(MigrationStatus status) {
		return status.history()
			.stream()
			.filter((entry) -> entry.action().equals("request") && entry.to() != this.destination)
			.findFirst()
			.map((entry) -> "%s has asked for %s at %s".formatted(entry.actor(), entry.to(), entry.at()))
			.orElse("nobody asks for it any more");
	}

	private List<String> notes(JobOutcome outcome) {
		if (outcome.plans().isEmpty()) {
			return List.of();
		}
		MigrationStatus status = outcome.plans().get(0);
		List<String> notes = new ArrayList<>();
		notes.add("The request stands: the plan goes on to %s when it can. To take it back: %s".formatted(
				this.destination,
				Remedy.job(this.forward ? Verb.ROLLBACK : Verb.ADVANCE, status.id(), status.phase().name())));
		if (status.instances().stream().allMatch(MigrationStatus.InstanceStatus::self)) {
			notes.add("No other instance is live, so that nothing happens until one is, or this job runs again");
		}
		return notes;
	}

}
