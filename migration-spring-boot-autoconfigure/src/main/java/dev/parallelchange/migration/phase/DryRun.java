package dev.parallelchange.migration.phase;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MirrorKind;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * What keeps a plan from moving while an instance only looks.
 *
 * <p>
 * The instance has its lease and acknowledges as all others do: one that the others did
 * not wait for would write the source without a mirror as soon as they go on. For the
 * same reason it mirrors and works as usual where a plan is under way already.
 */
final class DryRun {

	private static final Log logger = LogFactory.getLog(DryRun.class);

	private final Set<String> told = ConcurrentHashMap.newKeySet();

	/**
	 * Whether there is nothing to do for a plan: nothing has ever begun that the engines
	 * would have to keep up, or clear away.
	 */
	static boolean isIdle(DerivedPlan plan, StoredPlan stored) {
		return plan.plan().safety().dryRun() && stored.phase() == MigrationPhase.OFF && stored.state().epoch() == 0;
	}

	/**
	 * Say once in each phase what comes of it.
	 */
	void tell(DerivedPlan plan, MigrationPhase phase) {
		if (!plan.plan().safety().dryRun() || !this.told.add(plan.id() + phase)) {
			return;
		}
		if (phase == MigrationPhase.OFF) {
			logger.info("Plan '%s' is in dry run: its gates are measured, and nothing is written or moved"
				.formatted(plan.id()));
		}
		else {
			logger.warn(
					"Plan '%s' is in %s already, so that this instance takes part in it although safety.dry-run is set; the plan moves no step forward"
						.formatted(plan.id(), phase));
		}
	}

	static boolean isIn(Agreement agreement) {
		return agreement.participants().stream().anyMatch(Participant::dryRun);
	}

	/**
	 * The gate of a step forward, while an instance only looks.
	 */
	static Gate gate(Step step) {
		String hosts = step.agreement()
			.participants()
			.stream()
			.filter(Participant::dryRun)
			.map(Participant::host)
			.collect(Collectors.joining(", "));
		return gate(step.plan(), "instances in dry run: " + hosts, step.from(), step.to());
	}

	/**
	 * Why a request is not recorded.
	 */
	static Gate refusal(DerivedPlan plan, MigrationPhase from, MigrationPhase asked) {
		return gate(plan, "this instance is in dry run, so that nothing has been recorded or done", from, asked);
	}

	private static Gate gate(DerivedPlan plan, String value, MigrationPhase from, MigrationPhase to) {
		return Gate.of("dry-run", false, value, "no live instance in dry run",
				"to have it done, remove migration.plans.%s.safety.dry-run (or that of migration.defaults) everywhere; it would: %s"
					.formatted(plan.id(), String.join("; ", effects(plan, from, to))));
	}

	private static List<String> effects(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		List<String> effects = new ArrayList<>();
		for (MigrationPhase phase = from; phase != to;) {
			MigrationPhase next = plan.plan().step(phase, to);
			if (next == phase) {
				return effects;
			}
			phase = next;
			effects.add(phase + ": " + effect(plan, phase));
		}
		return effects;
	}

	private static String effect(DerivedPlan plan, MigrationPhase phase) {
		String source = plan.source().toString();
		String target = plan.target().toString();
		return switch (phase) {
			case OFF -> "use the source alone";
			case EXPAND -> "run the expand scripts, if there are any";
			case DUAL_WRITE -> (plan.mirror() == MirrorKind.TRIGGERS) ? "create triggers on " + tables(source, target)
					: "mirror the writes of proxies to " + target;
			case BACKFILL ->
				plan.isPurge() ? "delete the rows of %s that match %s".formatted(source, plan.plan().filter())
						: "copy the rows of %s to %s, and compare all of them".formatted(source, target);
			case DUAL_READ -> "let reads of %s go to %s".formatted(source, target);
			case CUTOVER ->
				plan.isReversible() ? "let writes lead on %s, and mirror them to %s".formatted(target, source)
						: "let writes lead on %s, without a way back".formatted(target);
			case CONTRACT -> plan.plan().contract().drops() ? "stop the mirror, and hide what has moved from " + source
					: "stop the mirror";
			case COMPLETED -> plan.isPurge() ? "do nothing more" : plan.plan().contract().drops()
					? "drop what is hidden of " + source : "leave " + source + " alone";
		};
	}

	private static String tables(String source, String target) {
		return source.equals(target) ? source : source + " and " + target;
	}

}
