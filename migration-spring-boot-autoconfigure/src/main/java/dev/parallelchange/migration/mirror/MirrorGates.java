package dev.parallelchange.migration.mirror;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.TableColumn;
import org.jspecify.annotations.Nullable;

/**
 * The conditions that the mirror sets for the steps of a plan.
 */
final class MirrorGates {

	private static final Duration MAX_AGE = Duration.ofSeconds(5);

	private static final String WAIT = "The runner applies them; see the plan's mirror for the latest error";

	private final MirrorTriggers triggers;

	private final PendingKeys pending;

	private final ForeignKeys foreignKeys;

	private final AcrossWork across;

	private final Function<String, @Nullable String> triggersError;

	/**
	 * Create the gates.
	 * @param triggersError returns why the triggers of a plan could not be created when
	 * that was last tried, or {@code null}
	 */
	MirrorGates(MirrorTriggers triggers, PendingKeys pending, ForeignKeys foreignKeys, AcrossWork across,
			Function<String, @Nullable String> triggersError) {
		this.triggers = triggers;
		this.pending = pending;
		this.foreignKeys = foreignKeys;
		this.across = across;
		this.triggersError = triggersError;
	}

	List<Gate> gates(DerivedPlan plan, MigrationPhase from, MigrationPhase to) {
		if (to.compareTo(from) < 0) {
			return (from == MigrationPhase.CUTOVER) ? List.of(toSource(plan), quarantine(plan)) : List.of();
		}
		return switch (to) {
			case DUAL_WRITE -> List.of(foreignKeys(plan), sourceColumns(plan));
			case BACKFILL -> List.of(mirror(plan));
			case DUAL_READ -> List.of((plan.mirror() == MirrorKind.TRIGGERS) ? toTarget(plan) : recentToTarget(plan),
					quarantine(plan));
			case CUTOVER -> plan.isAcrossDatabases() ? List.of(toTarget(plan), quarantine(plan), this.across.gate(plan))
					: List.of(toTarget(plan), quarantine(plan));
			case CONTRACT -> plan.plan().contract().drops() ? List.of(toSource(plan), toTarget(plan), quarantine(plan))
					: List.of(toSource(plan));
			default -> List.of();
		};
	}

	private Gate foreignKeys(DerivedPlan plan) {
		List<String> refusing = this.foreignKeys.refusing(plan);
		return Gate.of("foreign-keys", refusing.isEmpty(), refusing.size() + " that refuse a delete from the source", 0,
				String.join("; ", refusing));
	}

	private static Gate sourceColumns(DerivedPlan plan) {
		List<TableColumn> unfilled = new ArrayList<>();
		if (plan.shape() == PlanShape.MOVED_TABLE && plan.isReversible()) {
			unfilled.addAll(plan.source().columns());
			unfilled.removeAll(plan.source().key());
			plan.reverse().forEach((mapped) -> unfilled.remove(mapped.column()));
			unfilled.removeIf(TableColumn::isOptional);
		}
		return Gate.of("source-columns", unfilled.isEmpty(),
				unfilled.size() + " that need a value which writers of the target do not give", 0,
				String.join("; ",
						unfilled.stream()
							.map((column) -> "alter table %s alter column %s drop not null"
								.formatted(plan.source().sql(), column.sql()))
							.toList()));
	}

	private Gate mirror(DerivedPlan plan) {
		boolean open = plan.mirror() == MirrorKind.PROXIES || this.triggers.installed(plan);
		String error = open ? null : this.triggersError.apply(plan.id());
		String value = open ? "mirroring"
				: "the triggers are not installed" + ((error != null) ? ", the database says: " + error : "");
		return Gate.waiting("mirror", open, value, "mirroring",
				"The runner creates them as soon as it gets a short lock on both tables; "
						+ "end transactions that have written them for long, and correct what the database complains about");
	}

	private Gate recentToTarget(DerivedPlan plan) {
		Optional<Duration> oldest = this.pending.figures(plan).oldestToTarget();
		boolean open = oldest.isEmpty() || oldest.get().compareTo(MAX_AGE) <= 0;
		return Gate.waiting("pending", open,
				oldest.map((age) -> "oldest is " + age.toSeconds() + " s old").orElse("none"), "none older than 5 s",
				WAIT);
	}

	private Gate toTarget(DerivedPlan plan) {
		long keys = this.pending.figures(plan).toTarget();
		return Gate.waiting("pending", keys == 0, keys, 0, WAIT);
	}

	private Gate toSource(DerivedPlan plan) {
		long keys = this.pending.figures(plan).toSource();
		return Gate.waiting("pending-to-source", keys == 0, keys, 0, WAIT);
	}

	private Gate quarantine(DerivedPlan plan) {
		long rows = this.pending.figures(plan).quarantined();
		return Gate.of("quarantine", rows == 0, rows, 0,
				"Correct the rows on the leading side; they are tried again by themselves. Their keys and errors are "
						+ "under 'backfill.quarantine' of GET /actuator/migrations/" + plan.id());
	}

}
