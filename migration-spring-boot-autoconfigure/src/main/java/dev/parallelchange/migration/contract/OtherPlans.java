package dev.parallelchange.migration.contract;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.PlanState;

/**
 * The application's plans, as far as one may need what another gives up.
 */
final class OtherPlans {

	private final Map<String, Known> known = new ConcurrentHashMap<>();

	void saw(DerivedPlan plan, PlanState state) {
		this.known.put(plan.id(), new Known(plan, state.phase()));
	}

	/**
	 * Find plans that are under way and need a plan's source.
	 * @param columns what goes where the table stays
	 */
	List<String> needing(DerivedPlan plan, List<String> columns) {
		return this.known.values()
			.stream()
			.filter((other) -> !other.plan().id().equals(plan.id()) && other.phase().isMirrored())
			.filter((other) -> other.plan().source().isSameTable(plan.source())
					|| other.plan().target().isSameTable(plan.source()))
			.filter((other) -> plan.shape() == PlanShape.MOVED_TABLE || isDisturbed(other, columns))
			.map((other) -> "%s in %s".formatted(other.plan().id(), other.phase()))
			.sorted()
			.toList();
	}

	/**
	 * A copy stops when one of its tables is altered. Otherwise only those are disturbed
	 * that may read or write the columns.
	 */
	private static boolean isDisturbed(Known other, List<String> columns) {
		boolean copies = !other.phase().isAtLeast(MigrationPhase.DUAL_READ);
		return !columns.isEmpty() && (copies || columns.stream().anyMatch((column) -> names(other.plan(), column)));
	}

	private static boolean names(DerivedPlan plan, String column) {
		Stream<MappedColumn> mapped = Stream.concat(plan.mapping().stream(), plan.reverse().stream());
		String filter = plan.plan().filter();
		return (filter != null && filter.contains(column))
				|| mapped.anyMatch((each) -> each.column().name().equals(column) || each.expression().contains(column));
	}

	/**
	 * A plan and where it stands.
	 */
	private record Known(DerivedPlan plan, MigrationPhase phase) {

	}

}
