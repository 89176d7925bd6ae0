package dev.parallelchange.migration.script;

import java.util.List;
import java.util.stream.Collectors;

import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.ScriptFinding;
import dev.parallelchange.migration.ScriptObservation;
import dev.parallelchange.migration.ScriptStatus;
import dev.parallelchange.migration.ScriptStatus.State;
import dev.parallelchange.migration.script.ScriptTool.History;
import dev.parallelchange.migration.script.sql.SqlScript;
import org.jspecify.annotations.Nullable;

/**
 * The conditions that are about scripts: nothing in them is dangerous, and all of them
 * have been run.
 */
final class ScriptGates {

	private final ScriptStore store;

	private final ScriptReviews reviews;

	ScriptGates(ScriptStore store, ScriptReviews reviews) {
		this.store = store;
		this.reviews = reviews;
	}

	List<Gate> of(ScriptWork work, MigrationPhase from, MigrationPhase to) {
		if (!to.isAtLeast(from)) {
			return List.of();
		}
		if (to == work.set().phase()) {
			return List.of(review(work));
		}
		if (from != work.set().phase()) {
			return List.of();
		}
		return List.of(review(work),
				(from == MigrationPhase.EXPAND) ? applied("expand-scripts", work) : applied("contract-scripts", work));
	}

	private Gate review(ScriptWork work) {
		List<ScriptFinding> dangers = this.reviews.dangers(work);
		return Gate.of("script-review", dangers.isEmpty(), dangers.size() + " statements that are dangerous" + dangers
			.stream()
			.map((finding) -> "; " + finding)
			.collect(Collectors.joining()), "0 that no comment in the script allows", dangers
				.stream()
				.map((finding) -> "%s line %d: write%n%s%nor allow it by a comment before the statement:%n-- migration:allow %s: <why it does no harm here>"
					.formatted(finding.script(), finding.line(), finding.rewrite(), finding.rule()))
				.collect(Collectors.joining("%n%n".formatted())));
	}

	private Gate applied(String name, ScriptWork work) {
		ScriptSet set = work.set();
		History history = work.history();
		ScriptRun run = this.store.read(set).orElse(null);
		String value = "%s of %d have been run".formatted((history != null) ? applied(set, history) : "?",
				set.scripts().size());
		if (work.isDone(set.phase())) {
			return Gate.of(name, true, value, "all", "");
		}
		if (history != null && !history.changed().isEmpty()) {
			return Gate.of(name, false, value + "; " + work.problem(), "all",
					"restore the text that was run, and write another script for what is to change");
		}
		if (run != null && run.isBlocked(set)) {
			return Gate.of(name, false, "%s; %s: %s".formatted(value, run.script(), run.error()), "all",
					"correct the cause or the script, then: " + Gate.request(set.planId(), "\"scripts\": \"retry\""));
		}
		return Gate.waiting(name, false, value + why(work, run), "all",
				"wait; if it takes too long, end who holds the locks: see 'scripts' of the plan");
	}

	private static String why(ScriptWork work, @Nullable ScriptRun run) {
		if (run != null && run.state() == State.RUNNING) {
			return "; %s is run".formatted(run.script());
		}
		String error = (run != null && run.error() != null) ? run.error() : work.problem();
		return (error != null) ? "; is tried again after: " + error : "";
	}

	private static long applied(ScriptSet set, History history) {
		return set.scripts().size() - set.pending(history.applied()).size();
	}

	List<ScriptStatus> statuses(ScriptWork work) {
		List<ScriptFinding> findings = this.reviews.of(work.set());
		ScriptRun run = this.store.read(work.set()).orElse(null);
		return work.set().scripts().stream().map((script) -> status(work, script, run, findings)).toList();
	}

	private static ScriptStatus status(ScriptWork work, PlanScript script, @Nullable ScriptRun run,
			List<ScriptFinding> findings) {
		String undo = (script.undo() != null) ? script.undo().name() : null;
		List<ScriptObservation> observed = work.observed().getOrDefault(script.name(), List.of());
		List<ScriptFinding> own = findings.stream()
			.filter((finding) -> finding.script().equals(script.name()) || finding.script().equals(undo))
			.toList();
		if (run != null && run.state() != State.APPLIED
				&& (script.name().equals(run.script()) || (undo != null && undo.equals(run.script())))) {
			return status(work.set(), script, run.state(), run.error(), own, observed);
		}
		State state = (work.history() == null) ? State.UNKNOWN
				: work.applied().contains(script.version()) ? State.APPLIED : State.PENDING;
		return status(work.set(), script, state, null, (state == State.APPLIED) ? List.of() : own, observed);
	}

	private static ScriptStatus status(ScriptSet set, PlanScript script, State state, @Nullable String error,
			List<ScriptFinding> findings, List<ScriptObservation> observed) {
		SqlScript undo = set.derived() ? script.undo() : null;
		return new ScriptStatus(set.phase(), script.name(), state, error, findings, observed, set.derived(),
				set.derived() ? script.sql().text() : null, (undo != null) ? undo.text() : null);
	}

	/**
	 * What could be run for a plan that does not ask for it.
	 */
	static List<ScriptStatus> proposed(ScriptSet set) {
		return set.scripts()
			.stream()
			.map((script) -> status(set, script, State.PROPOSED, null, List.of(), List.of()))
			.toList();
	}

}
