package dev.parallelchange.migration.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.contract.SourceWatch.Seen;
import dev.parallelchange.migration.contract.SourceWatch.Sighting;
import org.jspecify.annotations.Nullable;

/**
 * Judges what has been seen of others that use a source table. What was seen closes the
 * gate until nothing more is seen, or until somebody approves who knows of it: an
 * approval counts for what was seen before it.
 */
final class SourceUse {

	private static final int SHOWN = 3;

	private final SourceWatch watch;

	SourceUse(SourceWatch watch) {
		this.watch = watch;
	}

	void look(DerivedPlan plan, long epoch) {
		if (isLookedAt(plan)) {
			this.watch.look(plan, epoch);
		}
	}

	Gate gate(DerivedPlan plan) {
		if (!isLookedAt(plan)) {
			return Gate.of("source-usage", true, "not looked at", "contract.quiet is 0 s", "");
		}
		Duration quiet = plan.plan().contract().quiet();
		String limit = "nobody seen for %d s".formatted(quiet.toSeconds());
		Seen seen = this.watch.seen(plan);
		List<String> uses = uses(plan, seen, quiet);
		if (!uses.isEmpty()) {
			return Gate.of("source-usage", false, String.join("; ", uses) + "; " + visibility(plan, seen), limit,
					("stop them, and wait; or, if it is known why and does not matter, say so now: %s"
						.formatted(Gate.request(plan.id(), "\"approve\": \"%s\"".formatted(MigrationPhase.CONTRACT)))));
		}
		boolean open = seen.watched().compareTo(quiet) >= 0;
		return Gate.waiting("source-usage", open,
				"no unapproved use seen in %d s; ".formatted(seen.watched().toSeconds()) + visibility(plan, seen),
				limit, "wait, or shorten migration.plans.%s.contract.quiet".formatted(plan.id()));
	}

	private static boolean isLookedAt(DerivedPlan plan) {
		return !plan.plan().contract().quiet().isZero();
	}

	private static List<String> uses(DerivedPlan plan, Seen seen, Duration quiet) {
		List<String> uses = new ArrayList<>();
		List<Sighting> sightings = seen.sightings()
			.stream()
			.filter((sighting) -> matters(plan, sighting.age(), seen.approvalAge(), quiet))
			.toList();
		sightings.stream()
			.limit(SHOWN)
			.map((sighting) -> "seen %d times, %d s ago, by %s: %s".formatted(sighting.times(),
					sighting.age().toSeconds(), sighting.who(), sighting.statement()))
			.forEach(uses::add);
		if (sightings.size() > SHOWN) {
			uses.add((sightings.size() - SHOWN) + " further statements");
		}
		Duration scanAge = seen.scanAge();
		if (scanAge != null && matters(plan, scanAge, seen.approvalAge(), quiet)) {
			uses.add("%d scans or writes that are not the library's, the last %d s ago".formatted(seen.scans(),
					scanAge.toSeconds()));
		}
		return uses;
	}

	/**
	 * The proxies of the plan read the source themselves, to compare; whoever approves
	 * has to know that others cannot be told from them.
	 */
	private static boolean matters(DerivedPlan plan, Duration age, @Nullable Duration approvalAge, Duration quiet) {
		boolean approved = approvalAge != null
				&& (plan.mirror() == MirrorKind.PROXIES || approvalAge.compareTo(age) <= 0);
		return !approved && age.compareTo(quiet) < 0;
	}

	/**
	 * What could not be seen is never told as if nobody were there.
	 */
	private static String visibility(DerivedPlan plan, Seen seen) {
		String told = (plan.mirror() == MirrorKind.PROXIES)
				? "the proxies read the source too, so that the counters tell nothing"
				: "the counters could tell of others for %d s of that".formatted(seen.told().toSeconds());
		return (seen.invisible() == 0) ? told
				: told + ", and the statements of %d sessions are not visible: grant pg_read_all_stats"
					.formatted(seen.invisible());
	}

}
