package dev.parallelchange.migration.jdbc.mirror;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.jdbc.PlanSql;

/**
 * The statements that make one side's rows equal to the other's for a set of keys. They
 * are the same for triggers, proxies, pending keys and repair; only where the keys come
 * from differs. A row that is equal already is not written.
 */
public final class DerivationSql {

	private final DerivedPlan plan;

	private final PlanSql sql;

	public DerivationSql(DerivedPlan plan) {
		this(plan, new PlanSql(plan));
	}

	public DerivationSql(DerivedPlan plan, PlanSql sql) {
		this.plan = plan;
		this.sql = sql;
	}

	/**
	 * Return the statements in the order in which they must run.
	 * @param written the side that is made equal
	 * @param keys a query for the keys as {@code k1} to {@code kn}, without duplicates
	 * @return the statements
	 */
	public List<String> statements(MigrationSide written, String keys) {
		List<String> statements = new ArrayList<>(removals(written, keys));
		statements.addAll(writes(written, keys));
		return List.copyOf(statements);
	}

	/**
	 * Return the statements for keys that have no row to derive from.
	 * @param written the side that is made equal
	 * @param keys a query for the keys
	 * @return the statements
	 */
	public List<String> removals(MigrationSide written, String keys) {
		if (this.plan.shape() == PlanShape.COLUMN) {
			return List.of();
		}
		if (written == MigrationSide.TARGET) {
			return List.of(deleteTarget(keys));
		}
		if (this.plan.shape() == PlanShape.MOVED_TABLE) {
			return List.of(deleteSource(keys));
		}
		return this.plan.reverse().isEmpty() ? List.of() : List.of(clearSource(keys));
	}

	/**
	 * Return the statements for keys that have a row to derive from.
	 * @param written the side that is made equal
	 * @param keys a query for the keys
	 * @return the statements
	 */
	public List<String> writes(MigrationSide written, String keys) {
		if (this.plan.shape() == PlanShape.COLUMN) {
			return List.of((written == MigrationSide.TARGET) ? updateTargetColumns(keys) : updateSourceColumns(keys));
		}
		if (written == MigrationSide.TARGET) {
			return List.of(upsertTarget(keys));
		}
		return this.plan.reverse().isEmpty() ? List.of(insertSource(keys))
				: List.of(updateSource(keys), insertSource(keys));
	}

	/**
	 * Return the statement that changes the rows which are on both sides and differ; it
	 * neither inserts nor locks others.
	 * @param written the side that is made equal
	 * @param keys a query for the keys
	 * @return the statement; empty if the sides share nothing but the key
	 */
	public Optional<String> update(MigrationSide written, String keys) {
		List<MappedColumn> changed = (written == MigrationSide.TARGET) ? this.plan.mapping() : this.plan.reverse();
		if (changed.isEmpty()) {
			return Optional.empty();
		}
		return Optional.of((written == MigrationSide.TARGET) ? updateTarget(keys) : updateSource(keys));
	}

	/**
	 * Return what locks the rows that {@link #statements} would leave alone because they
	 * are equal, to be put behind {@code select}; an upsert locks them by itself. Without
	 * it, who settles a key would take a row for an orphan whose other side is about to
	 * be committed.
	 * @param written the side that is made equal
	 * @param keys a query for the keys
	 * @return an aggregate over the locked rows; empty if nothing need be locked
	 */
	public Optional<String> lock(MigrationSide written, String keys) {
		if (this.plan.shape() == PlanShape.COLUMN || (written == MigrationSide.TARGET && this.sql.mapsColumns())) {
			return Optional.empty();
		}
		return Optional.of("""
				count(*) from (
					select 1 from %s join (%s) as keys on %s
					order by %s for no key update of %s) as locked""".formatted(this.sql.from(written), keys,
				this.sql.keyEquals(written, "keys"), this.sql.key(written), PlanSql.alias(written)));
	}

	/**
	 * Return what locks the rows to derive from, and yields their keys. A transaction
	 * that has found no row to write holds no lock, and would derive from a row that
	 * somebody else is about to change, and overwrite what follows from that.
	 * @param written the side that is made equal
	 * @param keys an expression that yields a JSON array of keys
	 * @return a query; empty if both sides are one row
	 */
	Optional<String> lockOrigins(MigrationSide written, String keys) {
		if (this.plan.shape() == PlanShape.COLUMN) {
			return Optional.empty();
		}
		MigrationSide origin = written.other();
		return Optional.of("""
				select keys.item as key
				from (select %s, item.value as item from jsonb_array_elements(%s) as item
					order by %s) as keys, %s""".formatted(this.sql.decodedKey("item.value"), keys, this.sql.ks(),
				each("select", origin, "for share of " + PlanSql.alias(origin))));
	}

	/**
	 * Return a condition that holds if a key has more than one row to derive from: at
	 * {@code REPEATABLE READ} a row that somebody has deleted is there beside one that
	 * this transaction has inserted since.
	 * @param written the side that is made equal
	 * @param keys a query for the keys
	 * @return the condition
	 */
	public String severalOrigins(MigrationSide written, String keys) {
		return "exists (select from (%s) as keys, %s where origin.versions > 1)".formatted(keys,
				each("select count(*) as versions", written.other(), ""));
	}

	/**
	 * All rows of each key. A join would end with the first row, as it takes a unique key
	 * for one.
	 */
	private String each(String select, MigrationSide origin, String lock) {
		return "lateral (%s from %s where %s offset 0 %s) as origin".formatted(select, this.sql.from(origin),
				this.sql.keyEquals(origin, "keys"), lock);
	}

	private String deleteTarget(String keys) {
		return """
				delete from %s using (%s) as keys
				where %s and not exists (select from %s where %s and %s)""".formatted(
				this.sql.from(MigrationSide.TARGET), keys, this.sql.keyEquals(MigrationSide.TARGET, "keys"),
				this.sql.from(MigrationSide.SOURCE), this.sql.sidesMatch(), this.sql.filter());
	}

	private String upsertTarget(String keys) {
		String insert = """
				insert into %s (%s) overriding system value
				select %s from %s join (%s) as keys on %s
				where %s order by %s
				on conflict (%s)""".formatted(this.sql.from(MigrationSide.TARGET), columns(MigrationSide.TARGET),
				join(this.sql.key(MigrationSide.SOURCE), this.sql.mappedValues()), this.sql.from(MigrationSide.SOURCE),
				keys, this.sql.keyEquals(MigrationSide.SOURCE, "keys"), this.sql.filter(),
				this.sql.key(MigrationSide.SOURCE), keyColumns(MigrationSide.TARGET));
		if (!this.sql.mapsColumns()) {
			return insert + " do nothing";
		}
		List<MappedColumn> mapping = this.plan.mapping();
		return insert + """
				 do update set %s
				where (%s) is distinct from (%s)""".formatted(
				PlanSql.list(mapping, (mapped) -> mapped.column().sql() + " = excluded." + mapped.column().sql()),
				PlanSql.list(mapping,
						(mapped) -> PlanSql.comparable(mapped.column(), "target." + mapped.column().sql())),
				PlanSql.list(mapping,
						(mapped) -> PlanSql.comparable(mapped.column(), "excluded." + mapped.column().sql())));
	}

	private String updateTarget(String keys) {
		return """
				update %s set %s
				from %s join (%s) as keys on %s
				where %s and %s and %s""".formatted(this.sql.from(MigrationSide.TARGET),
				PlanSql.assignments(this.plan.mapping()), this.sql.from(MigrationSide.SOURCE), keys,
				this.sql.keyEquals(MigrationSide.SOURCE, "keys"), this.sql.sidesMatch(), this.sql.filter(),
				this.sql.differs());
	}

	private String deleteSource(String keys) {
		return """
				delete from %s using (%s) as keys
				where %s and %s and not exists (select from %s where %s)""".formatted(
				this.sql.from(MigrationSide.SOURCE), keys, this.sql.keyEquals(MigrationSide.SOURCE, "keys"),
				this.sql.filter(), this.sql.from(MigrationSide.TARGET), this.sql.sidesMatch());
	}

	/**
	 * The rows of a split stay: their columns get the values that the reverse yields for
	 * a target row of nulls.
	 */
	private String clearSource(String keys) {
		return """
				update %s set %s
				from (%s) as keys left join %s on %s
				where %s and %s and target.%s is null and (%s) is distinct from (%s)""".formatted(
				this.sql.from(MigrationSide.SOURCE), PlanSql.assignments(this.plan.reverse()), keys,
				this.sql.from(MigrationSide.TARGET), this.sql.keyEquals(MigrationSide.TARGET, "keys"),
				this.sql.keyEquals(MigrationSide.SOURCE, "keys"), this.sql.filter(),
				this.plan.target().key().get(0).sql(),
				PlanSql.list(this.plan.reverse(),
						(mapped) -> PlanSql.comparable(mapped.column(), "source." + mapped.column().sql())),
				PlanSql.list(this.plan.reverse(),
						(mapped) -> PlanSql.comparable(mapped.column(), PlanSql.value(mapped))));
	}

	private String updateSource(String keys) {
		return """
				update %s set %s
				from %s join (%s) as keys on %s
				where %s and (%s is not true or %s)""".formatted(this.sql.from(MigrationSide.SOURCE),
				PlanSql.assignments(this.plan.reverse()), this.sql.from(MigrationSide.TARGET), keys,
				this.sql.keyEquals(MigrationSide.TARGET, "keys"), this.sql.sidesMatch(), this.sql.filter(),
				this.sql.differs());
	}

	private String insertSource(String keys) {
		return """
				insert into %s (%s) overriding system value
				select %s from %s join (%s) as keys on %s left join %s on %s
				where source.%s is null order by %s
				on conflict (%s) do nothing""".formatted(this.plan.source().sql(), columns(MigrationSide.SOURCE),
				join(this.sql.key(MigrationSide.TARGET), PlanSql.list(this.plan.reverse(), PlanSql::value)),
				this.sql.from(MigrationSide.TARGET), keys, this.sql.keyEquals(MigrationSide.TARGET, "keys"),
				this.sql.from(MigrationSide.SOURCE), this.sql.sidesMatch(), this.plan.source().key().get(0).sql(),
				this.sql.key(MigrationSide.TARGET), keyColumns(MigrationSide.SOURCE));
	}

	private String updateTargetColumns(String keys) {
		return """
				update %s set %s from (%s) as keys
				where %s and %s and %s""".formatted(this.sql.from(MigrationSide.SOURCE),
				PlanSql.assignments(this.plan.mapping()), keys, this.sql.keyEquals(MigrationSide.SOURCE, "keys"),
				this.sql.filter(), this.sql.differs("source"));
	}

	private String updateSourceColumns(String keys) {
		return """
				update %s set %s from (%s) as keys join %s on %s
				where %s and %s and %s""".formatted(this.sql.from(MigrationSide.SOURCE),
				PlanSql.assignments(this.plan.reverse()), keys, this.sql.from(MigrationSide.TARGET),
				this.sql.keyEquals(MigrationSide.TARGET, "keys"), this.sql.sidesMatch(), this.sql.filter(),
				this.sql.differs());
	}

	private String columns(MigrationSide side) {
		List<MappedColumn> written = (side == MigrationSide.TARGET) ? this.plan.mapping() : this.plan.reverse();
		return join(keyColumns(side), PlanSql.list(written, (mapped) -> mapped.column().sql()));
	}

	private String keyColumns(MigrationSide side) {
		return PlanSql.list(this.plan.table(side).key(), (column) -> column.sql());
	}

	private static String join(String first, String second) {
		return second.isEmpty() ? first : first + ", " + second;
	}

}
