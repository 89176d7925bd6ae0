package dev.parallelchange.migration.across;

import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.MigrationKey;
import org.jspecify.annotations.Nullable;

/**
 * Balances, of which no change may be lost.
 */
@MigratedRepository("accounts")
interface Accounts {

	@Nullable Long findBalance(@MigrationKey long id);

	void insert(@MigrationKey long id, long balance);

	void updateBalance(@MigrationKey long id, long difference);

	void delete(@MigrationKey long id);

}
