package dev.parallelchange.migration.sequence;

import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.SwitchKind;
import org.jspecify.annotations.Nullable;

/**
 * The condition that both sides never make the same key.
 */
final class SequenceGates {

	private final SequenceStore store;

	SequenceGates(SequenceStore store) {
		this.store = store;
	}

	List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		SequenceNeed need = need(plan, from, to);
		if (need == null) {
			return List.of();
		}
		List<Gate> gates = this.store.read(plan, from).stream().map((pair) -> gate(plan, pair, need)).toList();
		Gate closed = gates.stream().filter((gate) -> !gate.open()).findFirst().orElse(null);
		if (closed != null) {
			return List.of(closed);
		}
		List<String> values = new ArrayList<>();
		gates.forEach((gate) -> values.add(gate.value()));
		return List.of(Gate.of("sequences", true,
				values.isEmpty() ? "no key comes from a sequence" : String.join(", ", values),
				gates.isEmpty() ? "no common key" : gates.get(0).limit(), ""));
	}

	/**
	 * Writers of the target begin with {@code DUAL_READ} where a release switches; where
	 * the mirror ends, one side goes on alone, with nobody to move its sequence.
	 */
	private static @Nullable SequenceNeed need(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		boolean forward = to.isAtLeast(from);
		return switch (to) {
			case EXPAND -> forward ? null : SequenceNeed.SOURCE_AHEAD;
			case DUAL_READ -> (forward && plan.switchKind() != SwitchKind.RELEASE) ? null : SequenceNeed.APART;
			case CUTOVER -> SequenceNeed.APART;
			case CONTRACT -> SequenceNeed.TARGET_AHEAD;
			default -> null;
		};
	}

	private static Gate gate(DerivedPlan plan, SequencePair pair, SequenceNeed need) {
		KeySequence source = pair.source();
		KeySequence target = pair.target();
		if (source == null && target != null) {
			return closed("%s draws keys, of column '%s' it is not known".formatted(target.name(), pair.column()),
					"the sequence of both sides' keys", unknownSource(plan));
		}
		if (source == null || target == null || !pair.isSeparate()) {
			return Gate.of("sequences", true,
					(source == null) ? "none" : (target == null) ? source.name() + " alone" : "both " + source.name(),
					"no common key", "");
		}
		for (MigrationSide side : MigrationSide.values()) {
			Gate problem = problem(pair.on(side), pair.on(side.other()));
			if (problem != null) {
				return problem;
			}
		}
		return measured(plan, pair, need);
	}

	private static Gate measured(DerivedPlan plan, SequencePair pair, SequenceNeed need) {
		String value = "%s at %d, %s at %d, %d keys apart".formatted(pair.on(MigrationSide.SOURCE).name(),
				pair.on(MigrationSide.SOURCE).last(), pair.on(MigrationSide.TARGET).name(),
				pair.on(MigrationSide.TARGET).last(), pair.apart());
		String limit = "at least %d keys apart%s".formatted(pair.needed(), switch (need) {
			case APART -> "";
			case SOURCE_AHEAD -> ", and the source's above what the target's has handed out";
			case TARGET_AHEAD -> ", and the target's above what the source's has handed out";
		});
		if (pair.left(need) < pair.needed()) {
			return Gate.of("sequences", false,
					"%s; %d are left up to %d".formatted(value, pair.left(need), pair.limit()), limit,
					("Widen the columns and sequences of both sides to bigint, or lower "
							+ "migration.plans.%s.safety.sequence-margin, or let both sides take keys from one sequence")
						.formatted(plan.id()));
		}
		return Gate.waiting("sequences", pair.holds(need), value, limit,
				"The runner sets the lower one above the other by itself");
	}

	private static @Nullable Gate problem(KeySequence sequence, KeySequence other) {
		String share = "let both sides take keys from one sequence: alter table … alter column … set default nextval('%s')"
			.formatted(other.name());
		if (!sequence.permitted()) {
			return closed(sequence.name() + " may not be read and set", "a sequence that the runner may set",
					"grant select, update on sequence %s to the application's role".formatted(sequence.name()));
		}
		if (sequence.cycle()) {
			return closed(sequence.name() + " starts again at its end", "a sequence that never repeats a value",
					"alter sequence %s no cycle".formatted(sequence.name()));
		}
		if (sequence.increment() < 0) {
			return closed("%s descends by %d".formatted(sequence.name(), -sequence.increment()),
					"a sequence that ascends", "It cannot be kept apart; " + share);
		}
		return null;
	}

	private static Gate closed(String value, String limit, String remedy) {
		return Gate.of("sequences", false, value, limit, remedy);
	}

	private static String unknownSource(DerivedPlan plan) {
		return ("Name the sequence that the application takes the source's keys from in "
				+ "migration.plans.%s.source.sequence, or 'none' there if no key of the source can meet one of %s's")
			.formatted(plan.id(), plan.target());
	}

}
