package dev.parallelchange.migration.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.GateClosedException;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationStatus;
import org.jspecify.annotations.Nullable;

/**
 * A plan's way to a phase, forward or back, with a hold there so that it does not go
 * beyond.
 */
final class PlanWalk {

	/** What is closed for shorter than this may be about to open. */
	private static final Duration CONFIRMATION = Duration.ofSeconds(5);

	private static final String REASON = "the test asks for it";

	private final MigrationRunner runner;

	private final String planId;

	private final LatestFailures failures;

	PlanWalk(MigrationRunner runner, String planId, LatestFailures failures) {
		this.runner = runner;
		this.planId = planId;
		this.failures = failures;
	}

	MigrationStatus to(MigrationPhase phase, Patience patience) {
		Attempt attempt = new Attempt(phase);
		return patience.until(attempt::look, attempt::failure);
	}

	/** One walk. */
	private final class Attempt {

		private final MigrationPhase phase;

		private boolean asked;

		private List<Gate> closed = List.of();

		private @Nullable Long stuckSince;

		Attempt(MigrationPhase phase) {
			this.phase = phase;
		}

		@Nullable MigrationStatus look() {
			MigrationStatus status = status();
			if (status.phase() == this.phase) {
				return status;
			}
			approve(status);
			if (!this.asked) {
				ask();
			}
			if (this.asked) {
				this.closed = closed(status);
			}
			if (isStuck(status)) {
				throw new AssertionError(failure());
			}
			return null;
		}

		private void approve(MigrationStatus status) {
			MigrationStatus.NextStep next = status.next();
			if (next != null && next.phase().isAtLeast(status.phase()) && this.phase.isAtLeast(next.phase())
					&& closed(status).stream().anyMatch((gate) -> gate.name().equals("approval"))) {
				PlanWalk.this.runner.change(PlanWalk.this.planId,
						ChangeRequest.approve(next.phase(), PlanTester.ACTOR, REASON));
			}
		}

		/**
		 * A request for an adjacent phase is refused while a gate is closed.
		 */
		private void ask() {
			try {
				PlanWalk.this.runner.change(PlanWalk.this.planId, new ChangeRequest(this.phase, this.phase, null, null,
						null, null, PlanTester.ACTOR, REASON, false, false));
				this.asked = true;
			}
			catch (GateClosedException ex) {
				this.closed = ex.getGates();
			}
		}

		/**
		 * Whether nothing that is under way can open the closed gates.
		 */
		private boolean isStuck(MigrationStatus status) {
			BackfillStatus copy = status.backfill();
			boolean copying = copy != null
					&& (copy.state() == BackfillStatus.State.MEASURING || copy.state() == BackfillStatus.State.RUNNING);
			if (copying || this.closed.stream().allMatch(Gate::waiting)) {
				this.stuckSince = null;
				return false;
			}
			long now = System.nanoTime();
			if (this.stuckSince == null) {
				this.stuckSince = now;
			}
			return now - this.stuckSince > CONFIRMATION.toNanos();
		}

		private List<Gate> closed(MigrationStatus status) {
			MigrationStatus.NextStep next = status.next();
			return (next != null) ? next.gates().stream().filter((gate) -> !gate.open()).toList() : List.of();
		}

		private MigrationStatus status() {
			return PlanWalk.this.runner.status(PlanWalk.this.planId);
		}

		private String failure() {
			MigrationStatus status = status();
			List<String> lines = new ArrayList<>();
			lines.add("Plan '%s' is in %s and has not come to %s.".formatted(status.id(), status.phase(), this.phase));
			this.closed.forEach((gate) -> lines.add("Gate " + gate));
			BackfillStatus copy = status.backfill();
			if (copy != null && copy.state() != BackfillStatus.State.FINISHED) {
				lines.add("The copy is %s after %d of %d rows%s%s".formatted(copy.state(), copy.rowsDone(),
						copy.rowsEstimated(), (copy.pauseReason() != null) ? ": " + copy.pauseReason() : "",
						(copy.lastError() != null) ? "; its latest error: " + copy.lastError() : ""));
			}
			String failed = PlanWalk.this.failures.of(status.id());
			if (failed != null) {
				lines.add("The runner " + failed);
			}
			return String.join("\n- ", lines);
		}

	}

}
