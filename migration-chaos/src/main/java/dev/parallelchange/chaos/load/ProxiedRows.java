package dev.parallelchange.chaos.load;

import dev.parallelchange.migration.MigratedRepository;

/**
 * Rows of {@link Plan#PROXIED}.
 */
@MigratedRepository("proxied")
public interface ProxiedRows extends RowRepository {

}
