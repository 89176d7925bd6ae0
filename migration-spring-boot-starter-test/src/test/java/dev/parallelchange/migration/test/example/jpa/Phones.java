package dev.parallelchange.migration.test.example.jpa;

import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.MigrationKey;
import org.jspecify.annotations.Nullable;

@MigratedRepository("customer-contact")
public interface Phones {

	@Nullable String findPhone(@MigrationKey long customerId);

	void setPhone(@MigrationKey long customerId, String phone);

}
