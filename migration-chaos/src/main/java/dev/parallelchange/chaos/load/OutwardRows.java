package dev.parallelchange.chaos.load;

import dev.parallelchange.migration.MigratedRepository;

/**
 * Rows of {@link Plan#OUTWARD}.
 */
@MigratedRepository("outward")
public interface OutwardRows extends RowRepository {

}
