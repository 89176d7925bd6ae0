package dev.parallelchange.migration.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.verify.KeyRange;

/**
 * The statements that compare both sides of a plan, each in a single snapshot.
 */
public final class VerificationSql {

	private static final String UPPER = """
			select cast(jsonb_build_array(%1$s) as text)
			from (%2$s) as bound order by %1$s limit 1""";

	private static final String BOUND = """
			(select %s from %s where %s order by %s offset cast(:skip as bigint) limit 1)""";

	private static final String LOOKED_AT_TABLES = """
			select %s, case when source.%s is null then 'ORPHAN' when target.%s is null then 'MISSING'
				when %s then 'DIFFERENT' end as kind
			from (select * from %s where %s and %s) as source
			full join (select * from %s where %s) as target on %s""";

	private static final String LOOKED_AT_COLUMNS = """
			select %s, case when %s then 'DIFFERENT' end as kind from %s where %s and %s""";

	// A row is counted and forgotten, since what is read twice is kept. Without the
	// offset
	// the planner would compare it wherever its kind is asked for.
	private static final String REPORT = """
			with %s summary as (
				select count(*) as compared, %s, array_agg(kind) filter (where kind is not null) as kinds
				from (%s offset 0) as looked)
			select compared, null as key, null as kind, false as pending from summary
			union all
			select 0, cast(jsonb_build_array(%s) as text), kind, exists (
				select from (select %s from %%PREFIX%%pending as entry where entry.plan_id = :plan) as waiting
				where %s)
			from summary, unnest(%s, kinds) as found(%s, kind)""";

	private static final String NOT_QUARANTINED = """
			select cast(jsonb_build_array(%s) as text) from (%s) as keys
			where not exists (
				select from (select %s from %%PREFIX%%quarantine as held where held.plan_id = :plan) as held
				where %s)
			order by %s""";

	private static final String PENDING = """
			select cast(jsonb_build_array(%s) as text) from (%s) as keys
			where exists (
				select from (select %s from %%PREFIX%%pending as entry where entry.plan_id = :plan) as waiting
				where %s)""";

	private final DerivedPlan plan;

	private final PlanSql sql;

	private final boolean sameTable;

	public VerificationSql(DerivedPlan plan) {
		this(plan, new PlanSql(plan));
	}

	public VerificationSql(DerivedPlan plan, PlanSql sql) {
		this.plan = plan;
		this.sql = sql;
		this.sameTable = plan.shape() == PlanShape.COLUMN;
	}

	/**
	 * A query for the last key of the next chunk; without a row if the chunk is the last.
	 */
	public String upper(boolean bounded) {
		String bounds = bound(MigrationSide.SOURCE, bounded)
				+ (this.sameTable ? "" : " union all " + bound(MigrationSide.TARGET, bounded));
		return UPPER.formatted(keyOf("bound"), bounds);
	}

	/**
	 * The same with the rows of one side alone.
	 */
	public String upper(MigrationSide side, boolean bounded) {
		return UPPER.formatted(keyOf("bound"), bound(side, bounded));
	}

	private String bound(MigrationSide side, boolean bounded) {
		return BOUND.formatted(this.sql.keyAsK(PlanSql.alias(side), side), this.sql.from(side),
				bounded ? this.sql.keyCompares(side, ">", "lower") : "true", this.sql.key(side));
	}

	/**
	 * A query that compares the rows of a range.
	 */
	public String compare(KeyRange range) {
		return report("", looked(within(MigrationSide.SOURCE, range), within(MigrationSide.TARGET, range),
				this.sql.filter(), this.sameTable ? this.sql.differs("source") : this.sql.differs()));
	}

	/**
	 * A query that compares the rows of a range by their keys alone.
	 */
	public String compareKeys(KeyRange range) {
		return report("",
				looked(within(MigrationSide.SOURCE, range), within(MigrationSide.TARGET, range), "true", "true"));
	}

	/**
	 * A query that compares the rows of the parameter {@code :keys}.
	 */
	public String compareSome() {
		return report("keys as (%s),".formatted(this.sql.keysOfParameter()),
				looked(among(MigrationSide.SOURCE), among(MigrationSide.TARGET), this.sql.filter(),
						this.sameTable ? this.sql.differs("source") : this.sql.differs()));
	}

	/**
	 * A query for those of the parameter {@code :keys} that are not in quarantine, in key
	 * order.
	 */
	public String notQuarantined() {
		return NOT_QUARANTINED.formatted(keyOf("keys"), this.sql.keysOfParameter(), this.sql.decodedKey("held.key"),
				sameKey("held", "keys"), keyOf("keys"));
	}

	/**
	 * A query for those of the parameter {@code :keys} that are pending in this database.
	 */
	public String pendingKeys() {
		return PENDING.formatted(keyOf("keys"), this.sql.keysOfParameter(), this.sql.decodedKey("entry.key"),
				sameKey("waiting", "keys"));
	}

	private String looked(String sourceRows, String targetRows, String filter, String differs) {
		if (this.sameTable) {
			return LOOKED_AT_COLUMNS.formatted(this.sql.keyAsK("source", MigrationSide.SOURCE), differs,
					this.sql.from(MigrationSide.SOURCE), sourceRows, filter);
		}
		return LOOKED_AT_TABLES.formatted(eitherKey(), this.plan.source().key().get(0).sql(),
				this.plan.target().key().get(0).sql(), differs, this.sql.from(MigrationSide.SOURCE), sourceRows, filter,
				this.sql.from(MigrationSide.TARGET), targetRows, this.sql.sidesMatch());
	}

	private String report(String with, String looked) {
		return REPORT.formatted(with, each("array_agg(k%1$d) filter (where kind is not null) as k%1$ds"), looked,
				keyOf("found"), this.sql.decodedKey("entry.key"), sameKey("waiting", "found"), each("k%ds"),
				each("k%d"));
	}

	public String within(MigrationSide side, KeyRange range) {
		List<String> conditions = new ArrayList<>(List.of("true"));
		if (this.sql.isSent(side)) {
			return "true";
		}
		if (range.lower() != null) {
			conditions.add(this.sql.keyCompares(side, ">", "lower"));
		}
		if (range.upper() != null) {
			conditions.add(this.sql.keyCompares(side, "<=", "upper"));
		}
		return String.join(" and ", conditions);
	}

	private String among(MigrationSide side) {
		return "exists (select from keys where %s)".formatted(this.sql.keyEquals(side, "keys"));
	}

	private String eitherKey() {
		return positions()
			.mapToObj((i) -> "coalesce(source.%s, target.%s) as k%d".formatted(this.plan.source().key().get(i).sql(),
					this.plan.target().key().get(i).sql(), i + 1))
			.collect(Collectors.joining(", "));
	}

	private String keyOf(String alias) {
		return each(alias + ".k%d");
	}

	private String each(String piece) {
		return positions().mapToObj((i) -> piece.formatted(i + 1)).collect(Collectors.joining(", "));
	}

	private String sameKey(String one, String other) {
		return positions().mapToObj((i) -> "%s.k%d = %s.k%d".formatted(one, i + 1, other, i + 1))
			.collect(Collectors.joining(" and "));
	}

	private IntStream positions() {
		return IntStream.range(0, this.plan.source().key().size());
	}

}
