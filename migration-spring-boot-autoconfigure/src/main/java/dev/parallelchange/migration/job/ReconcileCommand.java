package dev.parallelchange.migration.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.Reconciliation;
import dev.parallelchange.migration.VerificationStatus;
import org.jspecify.annotations.Nullable;

/**
 * Compares all rows of both sides, repairs them if that is asked for, and says what was
 * found.
 */
final class ReconcileCommand implements JobCommand {

	/** What a pass repairs at its end it has counted as a difference. */
	private static final int LOOKS_AFTER_REPAIR = 3;

	private final JobPlans plans;

	private final JobSettings settings;

	private final List<String> repairs = new ArrayList<>();

	ReconcileCommand(JobPlans plans, JobSettings settings) {
		this.plans = plans;
		this.settings = settings;
	}

	@Override
	public JobOutcome run(JobLine line) {
		String plan = line.argument(0);
		Reconciliation wanted = wanted(line);
		MigrationStatus status = this.plans.status(plan);
		if (PurgeCount.purges(status)) {
			return PurgeCount.of(status).run(this.plans, line, () -> ask(plan, wanted));
		}
		if (!isCompared(status)) {
			throw new UsageException("Rows are compared from BACKFILL to CUTOVER, and plan '%s' is in %s"
				.formatted(status.id(), status.phase()));
		}
		ask(plan, wanted);
		return this.plans.await(plan, "the end of a full pass", (now) -> look(now, wanted));
	}

	private void ask(String plan, Reconciliation wanted) {
		this.plans.ask(plan, ChangeRequest.reconcile(wanted, this.settings.actorOrUser(), reason(wanted)));
	}

	private static Reconciliation wanted(JobLine line) {
		if (line.verb() == Verb.VERIFY) {
			return Reconciliation.VERIFY;
		}
		return switch (line.argument(1, "repair").toLowerCase(Locale.ROOT)) {
			case "repair" -> Reconciliation.REPAIR;
			case "keep-source" -> Reconciliation.KEEP_SOURCE;
			case "keep-target" -> Reconciliation.KEEP_TARGET;
			default ->
				throw new UsageException("'%s' is neither keep-source nor keep-target".formatted(line.argument(1)));
		};
	}

	/**
	 * To keep a side's rows is a decision, which nobody takes for no reason.
	 */
	private String reason(Reconciliation wanted) {
		if (wanted.kept() != null) {
			return this.settings.neededReason("To keep a side's rows");
		}
		String reason = this.settings.reason();
		return (reason != null) ? reason : "asked for by a job";
	}

	private static boolean isCompared(MigrationStatus status) {
		return status.phase().isAtLeast(MigrationPhase.BACKFILL) && status.phase().isMirrored();
	}

	/**
	 * The request is withdrawn by the end of a pass that began after it.
	 */
	private @Nullable JobOutcome look(MigrationStatus status, Reconciliation wanted) {
		VerificationStatus verification = status.verification();
		if (!isCompared(status)) {
			return JobOutcome.of(JobResult.FAILED,
					"Plan '%s' has gone to %s, where rows are not compared".formatted(status.id(), status.phase()),
					status);
		}
		if (status.reconcile() != null || verification == null || verification.lastPass() == null) {
			return null;
		}
		String found = found(verification);
		boolean equal = left(verification) == 0 && verification.unconfirmed() == 0 && verification.conflicts() == 0;
		boolean repairing = wanted != Reconciliation.VERIFY || status.phase() == MigrationPhase.BACKFILL;
		if (!equal && repairing && this.repairs.size() < LOOKS_AFTER_REPAIR) {
			this.repairs.add("Before: " + found);
			ask(status.id(), Reconciliation.VERIFY);
			return null;
		}
		List<String> notes = new ArrayList<>(this.repairs);
		notes.addAll(equal ? List.of() : notes(status.id(), verification));
		return JobOutcome
			.of(equal ? JobResult.DONE : JobResult.FINDINGS, "Plan '%s': %s".formatted(status.id(), found), status)
			.noting(notes);
	}

	private static long left(VerificationStatus verification) {
		return verification.missing() + verification.orphan() + verification.different() - verification.repaired();
	}

	private static String found(VerificationStatus verification) {
		return "of %s rows compared, %s are missing in the target, %s in the source, and %s differ; %s were repaired"
			.formatted(Numbers.rows(verification.compared()), Numbers.rows(verification.missing()),
					Numbers.rows(verification.orphan()), Numbers.rows(verification.different()),
					Numbers.rows(verification.repaired()));
	}

	private static List<String> notes(String plan, VerificationStatus verification) {
		List<String> notes = new ArrayList<>();
		if (left(verification) > 0) {
			notes.add("To repair them: " + Remedy.job(Verb.REPAIR, plan));
		}
		if (verification.conflicts() > 0) {
			notes.add(
					"%s are conflicts: something other than the mirror wrote the side that does not lead. Decide which side is right: %s or %s"
						.formatted(Numbers.rows(verification.conflicts()), Remedy.job(Verb.REPAIR, plan, "keep-source"),
								Remedy.job(Verb.REPAIR, plan, "keep-target")));
		}
		if (verification.unconfirmed() > 0) {
			notes.add("%s were waiting for their mirror write whenever they were looked at: run this again"
				.formatted(Numbers.rows(verification.unconfirmed())));
		}
		return notes;
	}

}
