package dev.parallelchange.migration.verify;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.VerificationSettings;
import org.jspecify.annotations.Nullable;

/**
 * The gates that rest on the last full pass.
 */
final class VerificationGates {

	private final VerificationStore store;

	private final CopyCompletion copy;

	VerificationGates(VerificationStore store, CopyCompletion copy) {
		this.store = store;
		this.copy = copy;
	}

	List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		if (from == MigrationPhase.CUTOVER && to == MigrationPhase.DUAL_READ) {
			PassOverview overview = this.store.overview(plan);
			return with(plan, overview, true, parity(plan, overview.last(), false));
		}
		boolean forward = from.compareTo(to) < 0;
		if (forward && (to == MigrationPhase.DUAL_READ || to == MigrationPhase.CUTOVER || isSourceLost(plan, to))) {
			PassOverview overview = this.store.overview(plan);
			return with(plan, overview, to != MigrationPhase.DUAL_READ,
					parity(plan, overview.last(), from == MigrationPhase.BACKFILL), age(plan, from, overview));
		}
		Gate conflicts = (forward && to == MigrationPhase.CONTRACT) ? conflicts(plan) : null;
		return (conflicts != null) ? List.of(conflicts) : List.of();
	}

	/**
	 * With triggers the database carries every write over, so that there are none.
	 */
	private @Nullable Gate conflicts(DerivedPlan plan) {
		if (plan.mirror() != MirrorKind.PROXIES) {
			return null;
		}
		long conflicts = this.store.conflicts(plan);
		String keepTarget = plan.isReversible() ? ", or " + post(plan, "keep-target") + " if the target's are" : "";
		return Gate.of("conflicts", conflicts == 0, conflicts, 0,
				"Somebody has written rows around the mirror. Look at those with \"conflict\" under "
						+ "'verification.samples' of GET /actuator/migrations/" + plan.id()
						+ ", let them be written through the repository only, then " + post(plan, "keep-source")
						+ " if the source's values are right" + keepTarget);
	}

	/**
	 * Without a way back nothing keeps the source equal in {@code CUTOVER}.
	 */
	private static boolean isSourceLost(DerivedPlan plan, MigrationPhase to) {
		return to == MigrationPhase.CONTRACT && plan.isReversible() && plan.plan().contract().drops();
	}

	private List<Gate> with(DerivedPlan plan, PassOverview overview, boolean withConflicts, Gate... gates) {
		List<Gate> all = new ArrayList<>(List.of(gates));
		Gate conflicts = withConflicts ? conflicts(plan) : null;
		if (conflicts != null) {
			all.add(conflicts);
		}
		if (!plan.plan().dependsOn().isEmpty()) {
			all.add(lookups(plan, overview));
		}
		return all;
	}

	private static Gate lookups(DerivedPlan plan, PassOverview overview) {
		Pass last = overview.last();
		boolean open = overview.lookupsWritten() == null || (last != null && !overview.isBeforeLookups(last));
		return Gate.waiting("lookups", open,
				open ? "not written since the last pass began" : "written, noticed at " + overview.lookupsWritten(),
				"a full pass that began after %s were written".formatted(plan.plan().dependsOn()),
				"Wait for the next pass, or " + post(plan, "verify"));
	}

	private static Gate parity(DerivedPlan plan, @Nullable Pass last, boolean repairedByItself) {
		String limit = "at least %s %%, and no divergence left".formatted(plan.plan().verification().minParity());
		if (last == null) {
			return Gate.waiting("parity", false, "no full pass yet", limit, passFollows(plan));
		}
		boolean open = last.isClean() && last.parity().compareTo(plan.plan().verification().minParity()) >= 0;
		String value = "%s %% (%d missing, %d orphan, %d different, %d unconfirmed, %d repaired of %d rows)".formatted(
				last.parity().toPlainString(), last.missing(), last.orphan(), last.different(), last.unconfirmed(),
				last.repaired(), last.compared());
		String remedy = parityRemedy(plan, last, repairedByItself && last.repair());
		return repairedByItself ? Gate.waiting("parity", open, value, limit, remedy)
				: Gate.of("parity", open, value, limit, remedy);
	}

	private static String passFollows(DerivedPlan plan) {
		return "Wait for the pass that follows the copy by itself, or " + post(plan, "verify");
	}

	private static String parityRemedy(DerivedPlan plan, Pass last, boolean goesOn) {
		if (last.isClean()) {
			return "Rows wait for their mirror write; wait for pending keys to be applied, then "
					+ post(plan, "verify");
		}
		if (last.isRepaired()) {
			return "All divergences have been repaired; a pass that finds none opens the gate: "
					+ (goesOn ? "wait for the next one, or " : "") + post(plan, "verify");
		}
		return (goesOn ? "Wait for the next pass, which repairs by itself, or " : "") + post(plan, "repair")
				+ "; the keys are under 'verification.samples' of GET /actuator/migrations/" + plan.id()
				+ ", and a row that cannot be repaired says why"
				+ ((plan.mirror() == MirrorKind.PROXIES) ? "; conflicts are left alone: see the gate 'conflicts'" : "");
	}

	private Gate age(DerivedPlan plan, MigrationPhase from, PassOverview overview) {
		VerificationSettings settings = plan.plan().verification();
		String limit = "at most %d s, begun after the copy had finished".formatted(settings.maxAge().toSeconds());
		Instant copied = this.copy.finishedAt(plan);
		if (copied == null) {
			return Gate.waiting("verification-age", false,
					"the copy, or a transaction that has been open since its end, has not finished", limit,
					"Wait until both have finished, or end the oldest transaction: select pid, query from pg_stat_activity "
							+ "where backend_xid is not null order by age(backend_xid) desc limit 1; a pass follows by itself");
		}
		Pass last = overview.last();
		if (last == null || last.finishedAt() == null) {
			return Gate.waiting("verification-age", false, "no full pass yet", limit, passFollows(plan));
		}
		String tooEarly = tooEarly(from, overview, last, copied);
		if (tooEarly != null) {
			return Gate.waiting("verification-age", false, tooEarly, limit, post(plan, "verify"));
		}
		Duration age = Duration.between(last.finishedAt(), overview.now());
		boolean open = age.compareTo(settings.maxAge()) <= 0;
		return Gate.waiting("verification-age", open, "%d s".formatted(Math.max(0, age.toSeconds())), limit,
				post(plan, "verify"));
	}

	/**
	 * A stay in an earlier phase may have switched the mirror off, so that only a pass of
	 * this stay in {@link MigrationPhase#BACKFILL} tells that the target is complete.
	 */
	private static @Nullable String tooEarly(MigrationPhase from, PassOverview overview, Pass last, Instant copied) {
		if (last.startedAt().isBefore(copied)) {
			return "begun before the copy had finished";
		}
		return (from == MigrationPhase.BACKFILL && last.epoch() != overview.epoch())
				? "begun before the plan entered BACKFILL" : null;
	}

	private static String post(DerivedPlan plan, String reconcile) {
		return Gate.request(plan.id(), "\"reconcile\": \"%s\"".formatted(reconcile));
	}

}
