package dev.parallelchange.migration.jdbc.mirror;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.verify.Difference;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows of which the side that does not lead was written last by something other
 * than the mirror, and keeps them. Runs in the thread's transaction.
 */
public final class JdbcConflicts {

	private static final String PHASE = "select phase from %PREFIX%plan where id = :plan";

	private static final String ATTRIBUTE = """
			update %PREFIX%divergence as divergence set changed = cast(:changed as text),
				conflict = divergence.conflict or :conflict
			from jsonb_array_elements(cast(:keys as jsonb)) as item
			where divergence.plan_id = :plan and divergence.key = item.value""";

	/**
	 * It belongs to the pass that may be running, since that may have passed the key.
	 */
	private static final String ADD = """
			insert into %PREFIX%divergence as divergence (plan_id, key, kind, pass_id, changed, conflict)
			values (:plan, cast(:key as jsonb), :kind,
				coalesce((select max(id) from %PREFIX%pass where plan_id = :plan), 0), :changed, true)
			on conflict (plan_id, key) do update set changed = excluded.changed, conflict = true,
				pass_id = greatest(divergence.pass_id, excluded.pass_id)""";

	private final MigrationDatabase database;

	private final DerivedPlan plan;

	private final RowVersions versions;

	public JdbcConflicts(MigrationDatabase database, DerivedPlan plan) {
		this.database = database;
		this.plan = plan;
		this.versions = new RowVersions(database, plan);
	}

	/**
	 * Record for divergences which side was written last.
	 */
	public void attribute(Collection<RowKey> keys) {
		if (keys.isEmpty() || this.plan.rowsTravel()) {
			return;
		}
		MigrationPhase phase = phase();
		boolean possible = RowVersions.areConflictsPossible(this.plan, phase);
		MigrationSide leading = phase.leadingSide();
		this.versions.of(keys)
			.entrySet()
			.stream()
			.collect(Collectors.groupingBy(
					(entry) -> new Attribution(entry.getValue().changed(leading),
							possible && entry.getValue().isConflict(leading)),
					Collectors.mapping(Map.Entry::getKey, Collectors.toList())))
			.forEach(this::attribute);
	}

	private void attribute(Attribution attribution, List<RowKey> keys) {
		this.database.sql(ATTRIBUTE)
			.param("plan", this.plan.id())
			.param("keys", RowKey.toJsonArray(keys))
			.param("changed", name(attribution.changed()), java.sql.Types.VARCHAR)
			.param("conflict", attribution.conflict())
			.update();
	}

	/**
	 * Return those of some rows that nobody but a person may make equal.
	 */
	public Set<RowKey> among(Collection<RowKey> keys) {
		return differing(keys, (phase) -> writtenLast(phase, keys)).stream()
			.map(Difference::key)
			.collect(Collectors.toSet());
	}

	/**
	 * Record those of some rows that were written after what is pending toward them, and
	 * return them.
	 * @param written the side to write
	 */
	Set<RowKey> addLater(MigrationSide written, Collection<RowKey> keys) {
		List<Difference> found = differing(keys, (phase) -> this.versions.laterThanPending(written, keys));
		found.forEach((difference) -> this.database.sql(ADD)
			.param("plan", this.plan.id())
			.param("key", difference.key().json())
			.param("kind", difference.kind().name())
			.param("changed", name(written))
			.update());
		return found.stream().map(Difference::key).collect(Collectors.toSet());
	}

	private Set<RowKey> writtenLast(MigrationPhase phase, Collection<RowKey> keys) {
		Map<RowKey, RowVersions.Versions> rows = this.versions.of(keys);
		return keys.stream()
			.filter((key) -> rows.containsKey(key) && rows.get(key).isConflict(phase.leadingSide()))
			.collect(Collectors.toSet());
	}

	private List<Difference> differing(Collection<RowKey> keys, Function<MigrationPhase, Set<RowKey>> suspicion) {
		if (keys.isEmpty() || this.plan.mirror() != MirrorKind.PROXIES) {
			return List.of();
		}
		MigrationPhase phase = phase();
		if (!RowVersions.areConflictsPossible(this.plan, phase)) {
			return List.of();
		}
		Set<RowKey> suspects = suspicion.apply(phase);
		return suspects.isEmpty() ? List.of()
				: new JdbcComparison(this.database, this.plan).compare(suspects).differences();
	}

	private MigrationPhase phase() {
		return this.database.sql(PHASE)
			.param("plan", this.plan.id())
			.query(String.class)
			.optional()
			.map(MigrationPhase::valueOf)
			.orElse(MigrationPhase.OFF);
	}

	private static @Nullable String name(@Nullable MigrationSide side) {
		return (side != null) ? side.name() : null;
	}

	private record Attribution(@Nullable MigrationSide changed, boolean conflict) {

	}

}
