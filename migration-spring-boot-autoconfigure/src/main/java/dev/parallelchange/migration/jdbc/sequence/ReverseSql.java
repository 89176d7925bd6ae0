package dev.parallelchange.migration.jdbc.sequence;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MappedColumn;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.SentRows;
import dev.parallelchange.migration.jdbc.SqlExpression;

/**
 * The statement that tries the reverse of a plan on target rows without writing: for each
 * it builds the source row that the reverse would write, and maps that back.
 *
 * <p>
 * The reverse sees the source row as it is, as after an update of the target, and once
 * more a source row that knows nothing of the target row, as after an insert. So one that
 * only repeats what the source has is found.
 */
public final class ReverseSql {

	private static final Set<String> CUTTING_TYPES = Set.of("character varying", "character", "bit", "bit varying");

	private static final String TRY = """
			with tried as materialized (select row_of_plan.* from (%s) as row_of_plan limit cast(:limit as bigint)),
			looked as (%s)
			select (select count(*) from tried) as tried, count(distinct key) filter (where not ok) as failed, (
				select cast(coalesce(jsonb_agg(sample.key), '[]') as text) from (
					select distinct cast(key as text) as key from looked where not ok order by 1 limit 20) as sample
				) as samples
			from looked""";

	private static final String COME_BACK = """
			select %s as key, coalesce(verdict.ok, false) as ok
			from %s
			cross join lateral (select %s) as written
			cross join lateral (select (%s) as ok from (select written.*) as source) as verdict""";

	private static final String STAY_AWAY = """
			select %s as key, (%s) is not true%s as ok from %s""";

	/** The source row after its target row has been deleted. */
	private static final String CLEARED = """
			tried as target join %1$s as existing on %2$s
			cross join lateral (
				select %3$s from (select existing.*) as source left join %4$s on false) as source""";

	private final DerivedPlan plan;

	private final PlanSql sql;

	/** The source columns that the filter reads. */
	private final Set<String> read;

	ReverseSql(DerivedPlan plan) {
		this(plan, new PlanSql(plan));
	}

	/**
	 * Create the statement.
	 * @param plan the plan
	 * @param sql says where the target's rows are
	 */
	public ReverseSql(DerivedPlan plan, PlanSql sql) {
		this.plan = plan;
		this.sql = sql;
		this.read = new SqlExpression(this.sql.filter()).sourceColumns();
	}

	/**
	 * A query for the number of rows tried, of those that failed, and some of their keys.
	 * @return the query, with the parameters {@code limit} and {@code percent}; without
	 * the latter where the rows are not in their table
	 */
	public String statement() {
		List<String> looks = new ArrayList<>();
		looks.add(comeBack(
				"tried as target join %s on %s".formatted(this.sql.from(MigrationSide.SOURCE), this.sql.sidesMatch()),
				(column) -> "source." + column.sql()));
		switch (this.plan.shape()) {
			case COLUMN -> looks.add(comeBack(blank(), (column) -> "source." + column.sql()));
			case MOVED_TABLE -> looks
				.add(comeBack("tried as target left join %s on false".formatted(this.sql.from(MigrationSide.SOURCE)),
						this::initial));
			case SPLIT -> {
				looks.add(comeBack(cleared(), (column) -> "source." + column.sql()));
				if (this.plan.plan().filter() != null) {
					looks.add(STAY_AWAY.formatted(key(), this.sql.filter(), accepted(), cleared()));
				}
			}
		}
		return TRY.formatted(rows(), String.join("\nunion all\n", looks));
	}

	/**
	 * A query for the source rows that the reverse would write, as a transformer reads
	 * them.
	 * @param mapping the mapping, of which the values of SQL are left out
	 * @param reads the columns that the transformer reads
	 */
	String written(List<MappedColumn> mapping, List<TableColumn> reads) {
		Stream<String> keys = this.plan.target().key().stream().map((column) -> "target." + column.sql());
		Stream<String> others = mapping.stream().filter((mapped) -> !mapped.transformed()).map((mapped) -> "null");
		Stream<String> read = reads.stream().map((column) -> "written." + column.sql());
		return SentRows.selectTexts(Stream.of(keys, others, read).flatMap(Function.identity()),
				"%s left join %s on %s cross join lateral (select %s) as written".formatted(
						this.sql.from(MigrationSide.TARGET), this.sql.from(MigrationSide.SOURCE), this.sql.sidesMatch(),
						columns((column) -> "source." + column.sql())));
	}

	private String rows() {
		String sample = " tablesample system (cast(:percent as double precision))";
		if (this.plan.shape() == PlanShape.COLUMN && !this.sql.isSent(MigrationSide.TARGET)) {
			return "select source.* from %s%s where %s".formatted(this.sql.from(MigrationSide.SOURCE), sample,
					this.sql.filter());
		}
		return "select target.* from %s%s".formatted(this.sql.from(MigrationSide.TARGET),
				this.sql.isSent(MigrationSide.TARGET) ? "" : sample);
	}

	private String comeBack(String rows, Function<TableColumn, String> untouched) {
		return COME_BACK.formatted(key(), rows, columns(untouched),
				this.sql.filter() + " and not (" + this.sql.differs() + ")" + accepted());
	}

	private String key() {
		return this.sql.keyAsJson(MigrationSide.TARGET);
	}

	/**
	 * All columns of the source row as the reverse would leave them.
	 */
	private String columns(Function<TableColumn, String> untouched) {
		List<TableColumn> key = this.plan.source().key();
		return PlanSql.list(this.plan.source().columns(), (column) -> {
			int position = key.indexOf(column);
			String value = (position >= 0)
					? "cast(target.%s as %s)".formatted(this.plan.target().key().get(position).sql(), column.type())
					: reversed(column, untouched);
			return value + " as " + column.sql();
		});
	}

	private String reversed(TableColumn column, Function<TableColumn, String> untouched) {
		return this.plan.reverse()
			.stream()
			.filter((mapped) -> mapped.column().equals(column))
			.map(PlanSql::value)
			.findFirst()
			.orElseGet(() -> untouched.apply(column));
	}

	private String cleared() {
		String columns = PlanSql.list(this.plan.source().columns(),
				(column) -> reversed(column, (other) -> "source." + other.sql()) + " as " + column.sql());
		return CLEARED.formatted(this.plan.source().sql(), this.sql.sidesMatch().replace("source.", "existing."),
				columns, this.sql.from(MigrationSide.TARGET));
	}

	/**
	 * A new row of one table, before its trigger fills the source's columns.
	 */
	private String blank() {
		Set<TableColumn> written = this.plan.reverse().stream().map(MappedColumn::column).collect(Collectors.toSet());
		return "tried as target cross join lateral (select %s) as source"
			.formatted(PlanSql.list(this.plan.source().columns(),
					(column) -> (written.contains(column) ? initial(column) : "target." + column.sql()) + " as "
							+ column.sql()));
	}

	/**
	 * What a column of a new row has, where the filter asks for it; a sequence must not
	 * be advanced by looking at a default.
	 */
	private String initial(TableColumn column) {
		String expression = column.defaultExpression();
		boolean computed = expression != null && !expression.contains("nextval(") && this.read.contains(column.name());
		return "cast(%s as %s)".formatted(computed ? expression : "null", column.type());
	}

	/**
	 * The conditions that the source takes the values as they are.
	 */
	private String accepted() {
		return this.plan.reverse().stream().map(MappedColumn::column).map((column) -> {
			String value = "source." + column.sql();
			String fits = CUTTING_TYPES.contains(column.baseType())
					? " and cast(%1$s as %2$s) is not distinct from %1$s".formatted(value, column.type()) : "";
			return (column.nullable() ? "" : " and " + value + " is not null") + fits;
		}).collect(Collectors.joining());
	}

}
