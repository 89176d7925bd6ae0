package dev.parallelchange.migration.model;

import java.util.Set;
import java.util.function.UnaryOperator;

import dev.parallelchange.migration.MigrationSide;

/**
 * Copies the row if the target lacks it: one statement, which reads and inserts at
 * different moments.
 */
final class Copier {

	private static final String NAME = "copier";

	private final Rows rows;

	private final Locks locks;

	private final Set<Rule> rules;

	private final boolean mirroredBack;

	private final UnaryOperator<State> finish;

	private final Variable read;

	private final Variable copied;

	/**
	 * Create the copier.
	 * @param triggers whether triggers see what it writes
	 * @param finish what happens at the moment when the copy has finished
	 */
	Copier(Layout layout, Rows rows, Locks locks, Set<Rule> rules, boolean triggers, UnaryOperator<State> finish) {
		this.mirroredBack = triggers && !rules.contains(Rule.COPIER_IS_MARKED);
		this.finish = finish;
		this.rows = rows;
		this.locks = locks;
		this.rules = rules;
		this.read = layout.add("copier has read", "nothing", "even", "odd");
		this.copied = layout.flag("copied");
	}

	boolean isCopied(State state) {
		return this.copied.isSet(state);
	}

	State finished(State state, boolean finished) {
		return this.copied.set(state, finished);
	}

	/**
	 * Name the copier's steps; what it has read before its plan moved on it may still
	 * insert.
	 */
	void steps(State state, boolean begins, Steps steps) {
		if (this.read.isSet(state)) {
			steps.to(NAME, "crashes", this.read.set(state, 0));
			insert(state, steps);
		}
		else if (begins && !isCopied(state)) {
			int value = this.rows.value(state, MigrationSide.SOURCE);
			boolean absent = !this.rows.isPresent(state, MigrationSide.TARGET)
					|| !this.rules.contains(Rule.COPIER_NEVER_OVERWRITES);
			if (value != Effect.ABSENT && absent) {
				steps.to(NAME, "reads the row", this.read.set(state, value));
			}
			else {
				steps.to(NAME, "finds nothing to insert", finish(state));
			}
		}
	}

	private void insert(State state, Steps steps) {
		if (this.locks.isLocked(state, MigrationSide.TARGET)) {
			return;
		}
		boolean present = this.rows.isPresent(state, MigrationSide.TARGET);
		if (present && this.rules.contains(Rule.COPIER_NEVER_OVERWRITES)) {
			steps.to(NAME, "finds the row and reads again", this.read.set(state, 0));
			return;
		}
		int value = this.read.of(state);
		State next = this.rows.write(state, MigrationSide.TARGET, value);
		if (this.mirroredBack && !this.locks.isLocked(state, MigrationSide.SOURCE)) {
			next = this.rows.write(next, MigrationSide.SOURCE, value);
		}
		next = finish(this.read.set(next, 0));
		if (present && this.rows.isTrue(state, MigrationSide.TARGET) && !this.rows.isTrue(next, MigrationSide.TARGET)) {
			steps.violates(NAME, "writes the row", Violation.UNDONE_MIRROR, next);
		}
		else {
			steps.to(NAME, "inserts the row", next);
		}
	}

	private State finish(State state) {
		return this.finish.apply(finished(state, true));
	}

}
