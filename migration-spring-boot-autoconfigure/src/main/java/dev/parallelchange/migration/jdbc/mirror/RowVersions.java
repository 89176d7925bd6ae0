package dev.parallelchange.migration.jdbc.mirror;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanSql;
import org.jspecify.annotations.Nullable;

/**
 * Tells by the versions of rows which side was written last. Ages are counted in
 * transactions, so that the younger row has the smaller one, even a negative one if it
 * was written after this transaction had begun.
 */
final class RowVersions {

	private static final String VERSIONS = """
			with keys as (
				select {decoded}, item.value as item from jsonb_array_elements(cast(:keys as jsonb)) as item)
			select keys.item as key, {source_age} as source_age, {target_age} as target_age
			from keys left join {source} on {is_source} left join {target} on {is_target}""";

	/**
	 * What seems to be far in the future is older than PostgreSQL can tell.
	 */
	private static final String AGE = """
			case when age(%1$s) < -1000000 then 2147483647 else age(%1$s) end""";

	/** Transactions after which everything pending is younger. */
	private static final int OLD = 1_000_000_000;

	/**
	 * A version is younger than the pass if its transaction had not ended when the pass
	 * began.
	 */
	private static final String CLEAN_AGE = """
			select {age} from %PREFIX%pass
			where plan_id = :plan and fingerprint = :fingerprint and finished_at is not null
				and missing + orphan + different = 0
			order by id desc limit 1""".replace("{age}", AGE.formatted("cast(started_xmin as xid)"));

	/**
	 * What a transaction that appended an entry could see is not later than the entry.
	 * The order of transaction ids tells nothing of that: one that has waited for a row
	 * is older than the one it has waited for. But entries have an id that was made when
	 * they were, which must do where a transaction sees what was there when it began.
	 */
	private static final String LATER_THAN_PENDING = """
			with keys as (
				select {decoded}, item.value as item from jsonb_array_elements(cast(:keys as jsonb)) as item)
			select keys.item as key from keys join {written} on {is_written}
			where not (
				select bool_or(case when {age} > {limit} then true
					when entry.created_snapshot is null then {age} > {entry_age}
					else pg_visible_in_snapshot({full_xid}, entry.created_snapshot) end)
				from %PREFIX%pending as entry
				where entry.plan_id = :plan and entry.side = :side and entry.key = keys.item)""";

	/**
	 * The transaction id with its epoch, of a version that is not too old.
	 */
	private static final String FULL_XID = """
			cast(cast(cast(cast(pg_current_xact_id() as text) as numeric)
				+ age(cast(pg_current_xact_id() as xid)) - {age} as text) as xid8)""";

	private final MigrationDatabase database;

	private final DerivedPlan plan;

	RowVersions(MigrationDatabase database, DerivedPlan plan) {
		this.database = database;
		this.plan = plan;
	}

	/**
	 * Return whether a row whose other side was written last is a conflict: only with
	 * proxies, where the database carries nothing over, and only after a clean pass.
	 * Versions of two databases cannot be compared, and what travels is mirrored later.
	 */
	static boolean areConflictsPossible(DerivedPlan plan, MigrationPhase phase) {
		return plan.mirror() == MirrorKind.PROXIES && !plan.rowsTravel()
				&& (phase == MigrationPhase.DUAL_READ || phase == MigrationPhase.CUTOVER);
	}

	Map<RowKey, Versions> of(Collection<RowKey> keys) {
		if (keys.isEmpty()) {
			return Map.of();
		}
		PlanSql sql = new PlanSql(this.plan);
		String statement = VERSIONS.replace("{decoded}", sql.decodedKey("item.value"))
			.replace("{source_age}", AGE.formatted("source.xmin"))
			.replace("{target_age}", AGE.formatted("target.xmin"))
			.replace("{source}", sql.from(MigrationSide.SOURCE))
			.replace("{target}", sql.from(MigrationSide.TARGET))
			.replace("{is_source}", sql.keyEquals(MigrationSide.SOURCE, "keys"))
			.replace("{is_target}", sql.keyEquals(MigrationSide.TARGET, "keys"));
		Integer clean = cleanAge();
		boolean sameRow = this.plan.shape() == PlanShape.COLUMN;
		Map<RowKey, Versions> versions = new HashMap<>();
		this.database.sql(statement).param("keys", RowKey.toJsonArray(keys)).query((rs) -> {
			Versions of = new Versions(age(rs, "source_age"), age(rs, "target_age"), clean, sameRow);
			versions.put(new RowKey(rs.getString("key")), of);
		});
		return versions;
	}

	/**
	 * Return those of some keys of which a side's row was written after all that is
	 * pending toward it.
	 */
	Set<RowKey> laterThanPending(MigrationSide written, Collection<RowKey> keys) {
		PlanSql sql = new PlanSql(this.plan);
		String age = AGE.formatted(PlanSql.alias(written) + ".xmin");
		String statement = LATER_THAN_PENDING.replace("{decoded}", sql.decodedKey("item.value"))
			.replace("{written}", sql.from(written))
			.replace("{is_written}", sql.keyEquals(written, "keys"))
			.replace("{full_xid}", FULL_XID)
			.replace("{age}", age)
			.replace("{entry_age}", AGE.formatted("entry.xmin"))
			.replace("{limit}", String.valueOf(OLD));
		return Set.copyOf(this.database.sql(statement)
			.param("keys", RowKey.toJsonArray(keys))
			.param("plan", this.plan.id())
			.param("side", written.name())
			.query((rs, row) -> new RowKey(rs.getString("key")))
			.list());
	}

	private @Nullable Integer cleanAge() {
		return this.database.sql(CLEAN_AGE)
			.param("plan", this.plan.id())
			.param("fingerprint", this.plan.fingerprint())
			.query(Integer.class)
			.optional()
			.orElse(null);
	}

	private static @Nullable Integer age(ResultSet rs, String column) throws SQLException {
		int age = rs.getInt(column);
		return rs.wasNull() ? null : age;
	}

	/**
	 * The ages of both rows of a key.
	 *
	 * @param source the age of the source row; {@code null} if there is none
	 * @param target the age of the target row; {@code null} if there is none
	 * @param clean the age of the beginning of the last clean pass; {@code null} if there
	 * is none
	 * @param sameRow whether both sides are columns of one row
	 */
	record Versions(@Nullable Integer source, @Nullable Integer target, @Nullable Integer clean, boolean sameRow) {

		/**
		 * Return the side that was written last. A row that is on one side only was
		 * written there since both were equal, or else deleted on the other side. Where
		 * both rows were written since then, the leading one may have been mirrored and
		 * the other one changed before that, so that nothing is certain.
		 */
		@Nullable MigrationSide changed(MigrationSide leading) {
			if (this.sameRow || (this.source == null && this.target == null)) {
				return null;
			}
			if (this.source == null || this.target == null) {
				MigrationSide present = (this.source != null) ? MigrationSide.SOURCE : MigrationSide.TARGET;
				return (this.clean == null) ? null : isWrittenSince(present) ? present : present.other();
			}
			int order = this.source.compareTo(this.target);
			MigrationSide newer = (order < 0) ? MigrationSide.SOURCE : (order > 0) ? MigrationSide.TARGET : null;
			return (newer == leading && isWrittenSince(leading.other())) ? null : newer;
		}

		/**
		 * Return whether the side that does not lead was or may have been written last.
		 * What one transaction wrote on both sides is the mirror's.
		 */
		boolean isConflict(MigrationSide leading) {
			MigrationSide changed = changed(leading);
			if (changed != null) {
				return changed != leading;
			}
			boolean bothByOne = !this.sameRow && this.source != null && this.source.equals(this.target);
			return !bothByOne && isWrittenSince(leading.other());
		}

		private boolean isWrittenSince(MigrationSide side) {
			Integer own = age(side);
			return own != null && this.clean != null && own <= this.clean;
		}

		private @Nullable Integer age(MigrationSide side) {
			return (side == MigrationSide.SOURCE) ? this.source : this.target;
		}

	}

}
