package dev.parallelchange.migration.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Visits all states of a model, nearest first, until one is wrong; then looks for states
 * from which a goal is out of reach. Explicit-state model checking as in Murphi (Dill)
 * and TLC (Lamport, Yu).
 */
final class Checker {

	private final Model model;

	private final StateSet states = new StateSet();

	private final Edges edges;

	private long steps;

	private int current;

	private int wrongState;

	private @Nullable String lostGoal;

	private @Nullable Violation violation;

	private final Set<Violation> violations;

	private Checker(Model model, Set<Violation> violations) {
		this.model = model;
		this.violations = violations;
		this.edges = new Edges(model.goals());
	}

	/**
	 * Visit the states of a model.
	 * @param model the model
	 * @param violations what to look for; anything else is let pass
	 */
	static Exploration explore(Model model, Set<Violation> violations) {
		return new Checker(model, violations).explore();
	}

	private Exploration explore() {
		visit(this.model.initial(), -1);
		Steps found = new Found();
		while (this.current < this.states.size() && this.violation == null) {
			this.model.steps(this.states.get(this.current), found);
			this.current++;
		}
		if (this.violation == null) {
			checkGoals();
		}
		List<String> schedule = (this.violation != null) ? schedule() : List.of();
		return new Exploration(this.states.size(), this.steps, this.violation, schedule);
	}

	private int visit(State state, int parent) {
		int number = this.states.add(this.model.canonical(state), parent);
		if (number >= 0) {
			Violation violation = this.model.violation(state);
			if (violation != null) {
				wrong(violation, number);
			}
		}
		return (number >= 0) ? number : -1 - number;
	}

	private void wrong(Violation what, int number) {
		if (this.violation == null && this.violations.contains(what)) {
			this.violation = what;
			this.wrongState = number;
		}
	}

	private void checkGoals() {
		this.edges.firstWithout(this.states.size()).forEach((goal, state) -> {
			if (state >= 0) {
				wrong(Violation.NO_WAY_ON, state);
				this.lostGoal = (this.lostGoal != null) ? this.lostGoal : goal;
			}
		});
	}

	/**
	 * Follow the steps once more, with the names of their actors: states that stand for
	 * others have mixed them up.
	 */
	private List<String> schedule() {
		List<Integer> numbers = new ArrayList<>();
		for (int number = this.wrongState; number >= 0; number = this.states.parent(number)) {
			numbers.add(0, number);
		}
		List<String> schedule = new ArrayList<>();
		State state = this.model.initial();
		for (int number : numbers.subList(1, numbers.size())) {
			Replay replay = new Replay(state, this.states.get(number));
			this.model.steps(state, replay);
			Assert.state(replay.next != null, "A step must be possible again");
			schedule.add(replay.description);
			state = replay.next;
		}
		schedule.add(last(state));
		schedule.removeIf(String::isEmpty);
		return schedule;
	}

	private String last(State state) {
		if (this.lostGoal != null) {
			return "nobody ever " + this.lostGoal + " again";
		}
		Replay replay = new Replay(state, null);
		this.model.steps(state, replay);
		return replay.description;
	}

	private static String describe(String actor, String action, String consequence) {
		return "%-12s %-46s %s".formatted(actor, action, consequence).stripTrailing();
	}

	private final class Found implements Steps {

		@Override
		public void to(String actor, String action, State next) {
			Checker.this.steps++;
			int from = Checker.this.current;
			int number = visit(next, from);
			Checker.this.edges.add(from, number, action);
		}

		@Override
		public void violates(String actor, String action, Violation violation, State next) {
			wrong(violation, Checker.this.current);
			to(actor, action, next);
		}

	}

	private final class Replay implements Steps {

		private final State state;

		private final @Nullable State wanted;

		private @Nullable State next;

		private String description = "";

		Replay(State state, @Nullable State wanted) {
			this.state = state;
			this.wanted = wanted;
		}

		@Override
		public void to(String actor, String action, State next) {
			if (this.next == null && Checker.this.model.canonical(next).equals(this.wanted)) {
				this.next = next;
				this.description = describe(actor, action, Checker.this.model.layout().changes(this.state, next));
			}
		}

		@Override
		public void violates(String actor, String action, Violation violation, State next) {
			if (this.wanted == null && violation == Checker.this.violation) {
				this.description = describe(actor, action, violation.toString());
			}
			to(actor, action, next);
		}

	}

}
