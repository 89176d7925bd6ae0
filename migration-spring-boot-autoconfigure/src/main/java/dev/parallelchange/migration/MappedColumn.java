package dev.parallelchange.migration;

/**
 * A column that a plan writes on one side, computed from the other.
 *
 * @param column the column that is written
 * @param expression SQL over the row of the other side
 * @param explicit whether the plan states the expression; otherwise it was derived
 * @param transformed whether a {@link MigrationTransformer} computes the value; then the
 * expression is no SQL, and tells what it reads
 */
public record MappedColumn(TableColumn column, String expression, boolean explicit, boolean transformed) {

	/**
	 * Create a column that is computed by SQL.
	 * @param column the column that is written
	 * @param expression SQL over the row of the other side
	 * @param explicit whether the plan states the expression
	 */
	public MappedColumn(TableColumn column, String expression, boolean explicit) {
		this(column, expression, explicit, false);
	}

}
