package dev.parallelchange.migration.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.SourceState;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.contract.SourceDependents.UnmovedRows;
import org.jspecify.annotations.Nullable;

/**
 * The conditions for hiding a source and for dropping it.
 */
final class ContractGates {

	private static final long COUNT_AGE = Duration.ofSeconds(30).toNanos();

	private final SourceStore sources;

	private final SourceDependents dependents;

	private final SourceUse use;

	private final OtherPlans others = new OtherPlans();

	private final Map<String, Counted> counted = new ConcurrentHashMap<>();

	ContractGates(SourceStore sources, SourceDependents dependents, SourceUse use) {
		this.sources = sources;
		this.dependents = dependents;
		this.use = use;
	}

	List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		if (from == MigrationPhase.CUTOVER && to == MigrationPhase.CONTRACT) {
			if (!plan.plan().contract().drops()) {
				return List.of(sourceColumns(plan));
			}
			List<Gate> gates = new ArrayList<>(List.of(dependents(plan), otherPlans(plan), unmovedRows(plan)));
			if (plan.shape() == PlanShape.MOVED_TABLE) {
				gates.add(this.use.gate(plan));
			}
			return gates;
		}
		if (from == MigrationPhase.CONTRACT && to == MigrationPhase.COMPLETED && plan.plan().contract().drops()) {
			return List.of(soak(plan), dependents(plan), otherPlans(plan));
		}
		return List.of();
	}

	/**
	 * The mirror fills them until {@code CONTRACT}; what is hidden accepts null from then
	 * on.
	 */
	private static Gate sourceColumns(DerivedPlan plan) {
		List<String> unfilled = (plan.shape() != PlanShape.COLUMN) ? List.of()
				: plan.reverse()
					.stream()
					.map(MappedColumn::column)
					.filter((column) -> !column.isOptional())
					.map(TableColumn::sql)
					.toList();
		return Gate.of("source-columns", unfilled.isEmpty(),
				unfilled.size() + " that need a value which writers of the target do not give", 0,
				String.join("; ",
						unfilled.stream()
							.map((column) -> "alter table %s alter column %s drop not null"
								.formatted(plan.source().sql(), column))
							.toList()));
	}

	private Gate dependents(DerivedPlan plan) {
		List<String> found = this.dependents.find(plan);
		return Gate.of("dependents", found.isEmpty(), found.size() + " that depend on the source", 0,
				String.join("; ", found));
	}

	private Gate otherPlans(DerivedPlan plan) {
		List<String> found = this.others.needing(plan, this.dependents.columns(plan));
		return Gate.of("other-plans", found.isEmpty(), found.isEmpty() ? "none" : String.join(", ", found),
				"no plan under way that needs the source", "complete these plans first, or take them back to OFF");
	}

	/**
	 * Remember where a plan stands.
	 */
	void saw(DerivedPlan plan, PlanState state) {
		this.others.saw(plan, state);
	}

	/**
	 * Looking for them takes a while in a large table, and a status is often asked for.
	 */
	private Gate unmovedRows(DerivedPlan plan) {
		Counted last = this.counted.get(plan.id());
		if (last == null || System.nanoTime() - last.at() > COUNT_AGE) {
			last = new Counted(this.dependents.unmovedRows(plan), System.nanoTime());
			this.counted.put(plan.id(), last);
		}
		UnmovedRows rows = last.rows();
		return Gate.of("unmoved-rows", rows.count() == 0,
				(rows.count() > UnmovedRows.LIMIT) ? "more than " + UnmovedRows.LIMIT : rows.count(),
				"0 source rows that the filter leaves out and that would be dropped",
				"Move or delete them, or set migration.plans.%s.contract.source to keep: %s limit 10"
					.formatted(plan.id(), rows.query()));
	}

	private Gate soak(DerivedPlan plan) {
		Duration soak = plan.plan().contract().soak();
		String limit = "hidden for %d s".formatted(soak.toSeconds());
		StoredSource stored = this.sources.read(plan).orElse(null);
		if (stored == null || (stored.source() == SourceState.SHOWN && stored.wanted() != SourceState.SHOWN)) {
			return Gate.waiting("soak", false, "not hidden yet", limit,
					"The runner hides it as soon as it gets a short lock; see 'contract.lastError' of the plan");
		}
		if (!stored.isAsWanted()) {
			return Gate.waiting("soak", false, "being shown", limit, shownBy(plan, stored.wantedBy()));
		}
		if (stored.source() == SourceState.SHOWN) {
			return Gate.of("soak", false, "shown", limit, shownBy(plan, stored.wantedBy()));
		}
		return Gate.waiting("soak", stored.names().isEmpty() || stored.age().compareTo(soak) >= 0,
				stored.names().isEmpty() ? "nothing is hidden, and nothing will be dropped"
						: "hidden for %d s".formatted(stored.age().toSeconds()),
				limit, "wait, or shorten migration.plans.%s.contract.soak".formatted(plan.id()));
	}

	private static String shownBy(DerivedPlan plan, @Nullable String wantedBy) {
		return "%s has it shown; when nobody needs it any more: %s".formatted(wantedBy,
				Gate.request(plan.id(), "\"source\": \"hidden\""));
	}

	private record Counted(UnmovedRows rows, long at) {

	}

}
