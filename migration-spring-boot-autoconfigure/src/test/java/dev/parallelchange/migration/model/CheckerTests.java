package dev.parallelchange.migration.model;

import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The checker, on a counter that two may raise: each reads it, and writes what it has
 * read and one more.
 */
class CheckerTests {

	@Test
	void findsTheShortestScheduleThatLosesACount() {
		Exploration exploration = Checker.explore(new Counter(false), EnumSet.allOf(Violation.class));
		assertThat(exploration.violation()).isEqualTo(Violation.LOST_WRITE);
		assertThat(exploration.schedule()).hasSize(4);
		assertThat(exploration.schedule().get(0)).startsWith("first").contains("reads");
		assertThat(exploration.schedule().get(3)).contains("writes").endsWith("is done");
	}

	@Test
	void visitsEveryStateWhenNothingIsWrong() {
		Exploration exploration = Checker.explore(new Counter(true), EnumSet.of(Violation.LOST_WRITE));
		assertThat(exploration.violation()).isNull();
		assertThat(exploration.states()).isEqualTo(8);
	}

	@Test
	void findsThatAGoalIsOutOfReach() {
		Exploration exploration = Checker.explore(new Counter(true), EnumSet.of(Violation.NO_WAY_ON));
		assertThat(exploration.violation()).isEqualTo(Violation.NO_WAY_ON);
		assertThat(exploration.schedule()).hasSize(4).last().isEqualTo("nobody ever reads again");
	}

	@Test
	void letsPassWhatIsNotLookedFor() {
		Exploration exploration = Checker.explore(new Counter(false), Set.of(Violation.STALE_READ));
		assertThat(exploration.violation()).isNull();
	}

	private static final class Counter implements Model {

		private final boolean locked;

		private final Layout layout = new Layout();

		private final Variable[] actors = { this.layout.add("first", "begins", "has read 0", "has read 1", "is done"),
				this.layout.add("second", "begins", "has read 0", "has read 1", "is done") };

		private final Variable counter = this.layout.add("counter", "0", "1", "2");

		Counter(boolean locked) {
			this.locked = locked;
		}

		@Override
		public Layout layout() {
			return this.layout;
		}

		@Override
		public State initial() {
			return new State(0, 0);
		}

		@Override
		public void steps(State state, Steps steps) {
			for (int number = 0; number < 2; number++) {
				Variable actor = this.actors[number];
				int stage = actor.of(state);
				int other = this.actors[1 - number].of(state);
				String name = (number == 0) ? "first" : "second";
				if (stage == 0 && !(this.locked && (other == 1 || other == 2))) {
					steps.to(name, "reads", actor.set(state, this.counter.of(state) + 1));
				}
				else if (stage == 1 || stage == 2) {
					steps.to(name, "writes", this.counter.set(actor.set(state, 3), stage));
				}
			}
		}

		@Override
		public @Nullable Violation violation(State state) {
			boolean done = this.actors[0].of(state) == 3 && this.actors[1].of(state) == 3;
			return (done && this.counter.of(state) < 2) ? Violation.LOST_WRITE : null;
		}

		@Override
		public Set<String> goals() {
			return Set.of("reads");
		}

	}

}
