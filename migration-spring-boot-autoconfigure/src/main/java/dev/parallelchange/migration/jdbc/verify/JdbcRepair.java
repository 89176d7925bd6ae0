package dev.parallelchange.migration.jdbc.verify;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntSupplier;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.DivergenceKind;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.AcceptedDefinition;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.VerificationSql;
import dev.parallelchange.migration.jdbc.mirror.AcrossDerivation;
import dev.parallelchange.migration.jdbc.mirror.JdbcConflicts;
import dev.parallelchange.migration.jdbc.mirror.KeySettlement;
import dev.parallelchange.migration.jdbc.mirror.RowComparison;
import dev.parallelchange.migration.verify.Difference;

/**
 * Makes rows equal that have been found different, each time in a transaction of its own
 * in which the plan cannot go on.
 */
final class JdbcRepair {

	private static final String LOCK_EPOCH = """
			select epoch from %%PREFIX%%plan as plan where id = :plan and epoch = :epoch and %s for share"""
		.formatted(AcceptedDefinition.FITS);

	private static final String FORGET = """
			delete from %PREFIX%divergence as divergence using jsonb_array_elements(cast(:keys as jsonb)) as item
			where divergence.plan_id = :plan and divergence.key = item.value""";

	private static final String ADD_ERROR = """
			update %PREFIX%divergence set error = :error where plan_id = :plan and key = cast(:key as jsonb)""";

	private static final String NOT_THE_INVERSE = "still different after it has been derived; "
			+ "the mapping and the reverse do not fit this row";

	private final MigrationDatabase database;

	private final PlanDatabases databases;

	private final KeySettlement settlement;

	private final int isolation;

	JdbcRepair(PlanDatabases databases, KeySettlement settlement, int isolation) {
		this.database = databases.main();
		this.databases = databases;
		this.settlement = settlement;
		this.isolation = isolation;
	}

	/**
	 * Derive rows again, but for those that wait in quarantine or are in conflict.
	 * @return how many are equal; empty if the plan has gone on
	 */
	OptionalInt repair(DerivedPlan plan, long epoch, MigrationSide written, List<RowKey> keys) {
		return inEpoch(plan, epoch,
				() -> settle(plan, written, notQuarantined(plan, keys), new JdbcConflicts(this.database, plan)::among));
	}

	/**
	 * Make rows equal to those of the side that a person has decided to keep.
	 * @return how many are equal; empty if the plan has gone on
	 */
	OptionalInt resolve(DerivedPlan plan, long epoch, MigrationSide kept, List<RowKey> keys) {
		return inEpoch(plan, epoch, () -> {
			int equal = settle(plan, kept.other(), keys, (locked) -> Set.of());
			return (kept == MigrationSide.TARGET) ? equal + bringBack(plan, keys) : equal;
		});
	}

	/**
	 * A source row of a split stays when its target row was deleted; what remains of it
	 * is a target row of defaults.
	 */
	private int bringBack(DerivedPlan plan, List<RowKey> keys) {
		if (plan.shape() != PlanShape.SPLIT) {
			return 0;
		}
		List<RowKey> missing = RowComparison.of(this.databases, plan)
			.compare(keys)
			.differences()
			.stream()
			.filter((difference) -> difference.kind() == DivergenceKind.MISSING)
			.map(Difference::key)
			.toList();
		return settle(plan, MigrationSide.TARGET, missing, (locked) -> Set.of());
	}

	private OptionalInt inEpoch(DerivedPlan plan, long epoch, IntSupplier work) {
		return this.database.inTransaction(this.isolation, () -> {
			PassLimits.apply(this.database, plan, true);
			boolean current = this.database.sql(LOCK_EPOCH)
				.params(Map.of("plan", plan.id(), "fingerprint", plan.fingerprint()))
				.param("epoch", epoch)
				.query(Long.class)
				.optional()
				.isPresent();
			return current ? OptionalInt.of(work.getAsInt()) : OptionalInt.empty();
		});
	}

	private int settle(DerivedPlan plan, MigrationSide written, List<RowKey> keys,
			Function<Set<RowKey>, Set<RowKey>> leftAlone) {
		if (plan.rowsTravel()) {
			new AcrossDerivation(this.databases).deriveApart(plan, written, keys);
			return settled(plan, Set.copyOf(keys));
		}
		return settled(plan, this.settlement.settle(plan, written, keys, leftAlone));
	}

	private int settled(DerivedPlan plan, Set<RowKey> settled) {
		Set<RowKey> left = stillDifferent(plan, settled);
		left.forEach((key) -> addError(plan, key, NOT_THE_INVERSE));
		List<RowKey> repaired = settled.stream().filter((key) -> !left.contains(key)).toList();
		this.database.sql(FORGET).param("plan", plan.id()).param("keys", RowKey.toJsonArray(repaired)).update();
		return repaired.size();
	}

	private List<RowKey> notQuarantined(DerivedPlan plan, List<RowKey> keys) {
		return this.database.sql(new VerificationSql(plan).notQuarantined())
			.param("plan", plan.id())
			.param("keys", RowKey.toJsonArray(keys))
			.query(String.class)
			.list()
			.stream()
			.map(RowKey::new)
			.toList();
	}

	private Set<RowKey> stillDifferent(DerivedPlan plan, Set<RowKey> keys) {
		Set<RowKey> different = new HashSet<>();
		RowComparison.of(this.databases, plan)
			.compare(keys)
			.differences()
			.stream()
			.filter((difference) -> !plan.rowsTravel() || !difference.pending())
			.map(Difference::key)
			.forEach(different::add);
		return different;
	}

	void addError(DerivedPlan plan, RowKey key, String error) {
		this.database.sql(ADD_ERROR).param("plan", plan.id()).param("key", key.json()).param("error", error).update();
	}

}
