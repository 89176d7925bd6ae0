package dev.parallelchange.migration.jdbc.rehearse;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.MigrationTable;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.RehearsalRequest;
import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.TableColumn;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.SqlExpression;
import dev.parallelchange.migration.jdbc.TableSample;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Brings source rows to the stage: all of them, or some that are spread over the table
 * and its newest ones.
 */
final class SourceStage {

	private static final int NEWEST = 500;

	/** Where few rows pass the filter, more pages are looked at. */
	private static final int WIDER = 8;

	private static final String CREATE = """
			create temporary table migration_rehearsal_source as
			select row_number() over (order by %s) as %s, %s from %s where %s""";

	private static final String ADD = """
			insert into %s select %d + row_number() over (order by %s), %s from %s where %s and %s""";

	private static final String SPREAD = """
			%1$s and (%2$s) in (
				(select %2$s from %3$s tablesample system (%4$s) where %1$s limit %5$d)
				union (select %2$s from %3$s order by %6$s limit %7$d))""";

	private final MigrationDatabase database;

	private final DerivedPlan plan;

	private final PlanSql sql;

	private final JdbcTemplate template;

	private final RehearsalTime time;

	SourceStage(MigrationDatabase database, DerivedPlan plan, RehearsalTime time) {
		this.database = database;
		this.plan = plan;
		this.time = time;
		this.sql = new PlanSql(plan);
		this.template = new JdbcTemplate(database.connections());
	}

	/**
	 * The rows that are rehearsed, as a condition over the source.
	 */
	static String condition(DerivedPlan plan, RehearsalRequest request, double percent) {
		PlanSql sql = new PlanSql(plan);
		if (request.all() || percent == 100) {
			return sql.filter();
		}
		return SPREAD.formatted(sql.filter(), sql.key(MigrationSide.SOURCE), sql.from(MigrationSide.SOURCE),
				String.format(Locale.ROOT, "%.6f", percent), 2 * request.rows(),
				PlanSql.list(plan.source().key(), (column) -> "source." + column.sql() + " desc"), NEWEST);
	}

	/**
	 * Fill the stage.
	 */
	Filled fill(RehearsalRequest request) {
		double percent = request.all() ? 100
				: TableSample.percent(this.database, this.plan.source().sql(), request.rows(), 1);
		if (percent == 100) {
			return fill();
		}
		long rows = create(request, percent);
		while (percent < 100 && rows < request.rows() / 2 && this.plan.plan().filter() != null) {
			percent = Math.min(100, WIDER * percent);
			if (!widen(request, percent)) {
				return new Filled(count(), false, 1);
			}
			rows = count();
		}
		return new Filled(rows, percent == 100, 1);
	}

	/**
	 * With all rows, or with those that there is time to read.
	 */
	private Filled fill() {
		this.template.execute(CREATE.formatted(this.sql.key(MigrationSide.SOURCE), Stage.NUMBER, columns(),
				this.sql.from(MigrationSide.SOURCE), "false"));
		AtomicLong rows = new AtomicLong();
		double share = new PageRanges(this.database, this.plan.source().sql(), this.time).each((range) -> rows
			.addAndGet(this.template.update(ADD.formatted(Stage.SOURCE, rows.get(), this.sql.key(MigrationSide.SOURCE),
					columns(), this.sql.from(MigrationSide.SOURCE), this.sql.filter(), range))));
		return new Filled(rows.get(), share == 1, share);
	}

	/**
	 * Few rows are better than none.
	 */
	private boolean widen(RehearsalRequest request, double percent) {
		try {
			this.database.nested(() -> {
				this.template.execute("drop table " + Stage.SOURCE);
				create(request, percent);
			});
			return true;
		}
		catch (DataAccessException ex) {
			if (StatementFailure.of(ex).kind() != StatementFailure.Kind.TIMEOUT) {
				throw ex;
			}
			return false;
		}
	}

	private long create(RehearsalRequest request, double percent) {
		this.template.execute(CREATE.formatted(this.sql.key(MigrationSide.SOURCE), Stage.NUMBER, columns(),
				this.sql.from(MigrationSide.SOURCE), condition(this.plan, request, percent)));
		return count();
	}

	private long count() {
		Long count = this.template.queryForObject("select count(*) from " + Stage.SOURCE, Long.class);
		return (count != null) ? count : 0;
	}

	/**
	 * What the plan does not read stays where it is: it may be large.
	 */
	private String columns() {
		MigrationTable source = this.plan.source();
		Set<String> read = new LinkedHashSet<>();
		source.key().forEach((column) -> read.add(column.name()));
		this.plan.mapping().forEach((mapped) -> read.addAll(new SqlExpression(mapped.expression()).sourceColumns()));
		return PlanSql.list(source.columns()
			.stream()
			.filter((column) -> this.plan.shape() == PlanShape.COLUMN || read.contains(column.name()))
			.toList(), (TableColumn column) -> "source." + column.sql());
	}

	/**
	 * What is on the stage.
	 *
	 * @param rows the number of rows
	 * @param all whether these are all of the plan's
	 * @param share the share of the rows to be read for which there was time
	 */
	record Filled(long rows, boolean all, double share) {

	}

}
