package dev.parallelchange.migration.jdbc.rehearse;

import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanSql;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The temporary tables in which a plan is rehearsed; they are gone with the transaction.
 *
 * @param database the target's database
 * @param plan the plan as it stands there
 * @param sql the pieces of SQL over the source rows on the stage
 * @param written what the copy writes
 * @param rows the number of source rows on the stage
 * @param all whether these are all rows
 * @param share the share of the rows to be rehearsed for which there was time to read
 * them
 * @param report what is found
 * @param time the time that is left
 */
record Stage(MigrationDatabase database, DerivedPlan plan, PlanSql sql, List<WrittenColumn> written, long rows,
		boolean all, double share, Report report, RehearsalTime time) {

	/**
	 * The source rows, numbered from 1; those that were read together in the order of the
	 * key.
	 */
	static final String SOURCE = "pg_temp.migration_rehearsal_source";

	/** The target without indexes, so that it takes rows that collide. */
	static final String COPY = "pg_temp.migration_rehearsal_copy";

	/** The target with all its indexes. */
	static final String INDEXED = "pg_temp.migration_rehearsal_indexed";

	/** The column that numbers the source rows. */
	static final String NUMBER = "migration_number";

	/**
	 * About how many rows were to be rehearsed.
	 */
	long wanted() {
		return Math.max(this.rows, Math.round(this.rows / this.share));
	}

	/**
	 * Statements without parameters: what a catalogue says may hold question marks.
	 */
	JdbcTemplate template() {
		return new JdbcTemplate(this.database.connections());
	}

	/**
	 * The copy of source rows of which the condition holds.
	 */
	String insert(String table, String condition) {
		return "insert into %s (%s) overriding system value select %s from %s where %s".formatted(table,
				WrittenColumn.columns(this.written), WrittenColumn.values(this.written),
				this.sql.from(MigrationSide.SOURCE), condition);
	}

	static String quote(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

	/**
	 * The rows of the copy under the target's alias.
	 */
	static String copied() {
		return COPY + " as target";
	}

	/**
	 * The key of a row of the copy.
	 */
	String key() {
		return "cast(" + this.sql.keyAsJson(MigrationSide.TARGET) + " as text)";
	}

	/**
	 * Whether the plan writes one of these columns.
	 */
	boolean writes(List<String> columns) {
		return this.plan.mapping().stream().anyMatch((mapped) -> columns.contains(mapped.column().name()))
				|| (this.plan.shape() != PlanShape.COLUMN
						&& this.plan.target().key().stream().anyMatch((column) -> columns.contains(column.name())));
	}

}
