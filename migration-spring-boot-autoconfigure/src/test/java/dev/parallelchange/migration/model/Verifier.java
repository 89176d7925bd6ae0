package dev.parallelchange.migration.model;

import java.util.Set;

import dev.parallelchange.migration.MigrationSide;

/**
 * Compares both sides, each look in one snapshot; what two looks have found different is
 * repaired.
 */
final class Verifier {

	private static final String NAME = "verifier";

	private final Rows rows;

	private final Repairer repairer;

	private final Set<Rule> rules;

	private final Variable clean;

	private final Variable seen;

	private final Variable sourceRead;

	private final Variable differed;

	Verifier(Layout layout, Rows rows, Repairer repairer, Set<Rule> rules) {
		this.rows = rows;
		this.repairer = repairer;
		this.rules = rules;
		this.clean = layout.flag("last pass clean");
		this.seen = layout.flag("difference seen");
		this.sourceRead = layout.add("verifier has read", "nothing", "absent", "even", "odd");
		this.differed = layout.flag("the sides have differed");
	}

	boolean isClean(State state) {
		return this.clean.isSet(state);
	}

	State cleaned(State state, boolean clean) {
		return this.clean.set(state, clean);
	}

	/**
	 * A pass belongs to one epoch.
	 */
	State givenUp(State state) {
		return this.differed.set(this.sourceRead.set(this.seen.set(state, false), 0), false);
	}

	/**
	 * Remember, for a verdict, whether the sides have ever differed since the pass began.
	 */
	State observed(State state) {
		boolean running = this.sourceRead.isSet(state) || this.seen.isSet(state);
		return (running && !this.rows.areEqual(state)) ? this.differed.set(state, true) : state;
	}

	void steps(State state, MigrationSide written, Steps steps) {
		if (this.rules.contains(Rule.VERIFIER_ONE_SNAPSHOT)) {
			look(state, this.rows.value(state, MigrationSide.SOURCE), written, steps);
		}
		else if (this.sourceRead.isSet(state)) {
			look(this.sourceRead.set(state, 0), this.sourceRead.of(state) - 1, written, steps);
		}
		else {
			int source = this.rows.value(state, MigrationSide.SOURCE);
			steps.to(NAME, "reads the source", this.sourceRead.set(state, source + 1));
		}
	}

	private void look(State state, int source, MigrationSide written, Steps steps) {
		if (source == this.rows.value(state, MigrationSide.TARGET)) {
			steps.to(NAME, "finds both sides equal", cleaned(givenUp(state), true));
		}
		else if (this.rows.isPending(state, written)) {
			steps.to(NAME, "leaves a pending key out", cleaned(givenUp(state), false));
		}
		else if (!this.seen.isSet(state)) {
			steps.to(NAME, "sees a difference", this.seen.set(state, true));
		}
		else {
			boolean real = this.rules.contains(Rule.VERIFIER_ONE_SNAPSHOT) || this.differed.isSet(state)
					|| !this.rows.areEqual(state);
			confirm(cleaned(givenUp(state), false), real, steps);
		}
	}

	private void confirm(State state, boolean real, Steps steps) {
		if (real) {
			steps.to(NAME, "confirms a difference", this.repairer.ask(state));
		}
		else {
			steps.violates(NAME, "confirms a difference", Violation.FALSE_VERDICT, this.repairer.ask(state));
		}
	}

}
