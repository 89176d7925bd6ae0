package dev.parallelchange.migration.jdbc.mirror;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.CopyTransaction;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.TriggerNames;

/**
 * The statements that move values out of the way which must be unique in the target, so
 * that rows can exchange them. They stand before those that make the rows equal, in one
 * transaction, so that nobody else sees what they write. A row is never removed for that:
 * whoever waits for it would find it gone.
 */
public final class ExchangeSql {

	/**
	 * The mirror back must leave these rows alone, as it leaves the copier's.
	 */
	private static final String QUIET = "set local %s = %s";

	/**
	 * Only what is certain to be made equal afterwards is moved: rows whose origin nobody
	 * else can change, in a table whose rows no trigger of the application keeps from
	 * being written. A value that a foreign key refers to would take other rows along.
	 */
	private static final String MOVE = """
			with movable as materialized (
				select cast(a.attname as text) as name from pg_attribute a
				where a.attrelid = cast({table} as regclass) and a.attnum > 0 and not a.attisdropped
					and exists (select from pg_index i
						where i.indrelid = a.attrelid and (i.indisunique or i.indisexclusion) and (a.attnum = any(i.indkey)
							or exists (select from pg_depend d
								where d.classid = cast('pg_class' as regclass) and d.objid = i.indexrelid
									and d.refobjid = a.attrelid and d.refobjsubid = a.attnum)))
					and not exists (select from pg_constraint f
						where f.contype = 'f' and f.confrelid = a.attrelid and a.attnum = any(f.confkey))
					and not exists (select from pg_trigger t
						where t.tgrelid = a.attrelid and not t.tgisinternal and t.tgtype & 17 = 17)
			), held as materialized (
				select {keys_of_rows}, {differences}
				from {source} join ({keys}) as keys on {source_key} join {target} on {match}
				where {filter}
				order by {order} for no key update of target for share of source skip locked
			)
			update {target} set {assignments} from held where {held_key}""";

	private static final Set<String> INTEGERS = Set.of("smallint", "integer", "bigint");

	private static final Set<String> TEXTS = Set.of("text", "character varying");

	private final DerivedPlan plan;

	private final PlanSql sql;

	public ExchangeSql(DerivedPlan plan) {
		this.plan = plan;
		this.sql = new PlanSql(plan);
	}

	/**
	 * Return the statements; none if this side's values are not moved. The rows of a
	 * source are more than what a plan knows of them.
	 */
	public List<String> statements(MigrationSide written, String keys) {
		if (written == MigrationSide.SOURCE || this.plan.shape() == PlanShape.COLUMN || !this.sql.mapsColumns()) {
			return List.of();
		}
		return List.of(QUIET.formatted(CopyTransaction.COPYING, TriggerNames.literal(this.plan.id())), move(keys),
				QUIET.formatted(CopyTransaction.COPYING, "''"));
	}

	private String move(String keys) {
		return MOVE.replace("{table}", TriggerNames.literal(this.plan.target().sql()))
			.replace("{keys_of_rows}", this.sql.keyAsK("target", MigrationSide.TARGET))
			.replace("{differences}", numbered(this::difference, ", "))
			.replace("{source}", this.sql.from(MigrationSide.SOURCE))
			.replace("{target}", this.sql.from(MigrationSide.TARGET))
			.replace("{keys}", keys)
			.replace("{source_key}", this.sql.keyEquals(MigrationSide.SOURCE, "keys"))
			.replace("{match}", this.sql.sidesMatch())
			.replace("{filter}", this.sql.filter())
			.replace("{order}", this.sql.key(MigrationSide.TARGET))
			.replace("{assignments}", numbered(this::assignment, ", "))
			.replace("{held_key}", this.sql.keyEquals(MigrationSide.TARGET, "held"));
	}

	private String numbered(java.util.function.IntFunction<String> item, String separator) {
		return IntStream.range(0, this.plan.mapping().size()).mapToObj(item).collect(Collectors.joining(separator));
	}

	private String difference(int number) {
		MappedColumn mapped = this.plan.mapping().get(number);
		return PlanSql.comparable(mapped.column(), "target." + mapped.column().sql()) + " is distinct from "
				+ PlanSql.comparable(mapped.column(), PlanSql.value(mapped)) + " as m" + (number + 1);
	}

	private String assignment(int number) {
		TableColumn column = this.plan.mapping().get(number).column();
		return "%1$s = case when held.m%2$d and %3$s in (select name from movable) then %4$s else target.%1$s end"
			.formatted(column.sql(), number + 1, TriggerNames.literal(column.name()), moved(column));
	}

	/**
	 * A value that is as unique as the one it stands for, and that no other row is likely
	 * to have; if one has, the rows are refused as before.
	 */
	private static String moved(TableColumn column) {
		String value = "target." + column.sql();
		if (column.nullable()) {
			return "null";
		}
		if (INTEGERS.contains(column.baseType())) {
			return "~ " + value;
		}
		if (TEXTS.contains(column.baseType())) {
			return value + " || '~migration'";
		}
		return column.baseType().equals("uuid") ? "cast(md5(cast(" + value + " as text)) as uuid)" : value;
	}

}
