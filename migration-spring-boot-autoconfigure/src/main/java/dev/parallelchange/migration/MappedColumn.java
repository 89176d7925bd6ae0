package dev.parallelchange.migration;

/**
 * A column that a plan writes on one side, computed from the other.
 *
 * @param column the column that is written
 * @param expression SQL over the row of the other side
 * @param explicit whether the plan states the expression; otherwise it was derived
 */
public record MappedColumn(TableColumn column, String expression, boolean explicit) {

}
