package dev.parallelchange.benchmarks.write;

import java.math.BigDecimal;

import dev.parallelchange.benchmarks.world.Application;
import dev.parallelchange.migration.MigratedRepository;
import dev.parallelchange.migration.MigrationKey;

/**
 * The application's way to its orders.
 */
@MigratedRepository(Application.PLAN)
public interface OrderRepository {

	/**
	 * Add an order.
	 * @param id its key
	 * @param amount its amount
	 */
	void insertOrder(@MigrationKey long id, BigDecimal amount);

	/**
	 * Remove an order.
	 * @param id its key
	 */
	void deleteOrder(@MigrationKey long id);

	/**
	 * Change an order.
	 * @param id its key
	 * @param amount its new amount
	 */
	void updateAmount(@MigrationKey long id, BigDecimal amount);

	/**
	 * Find an order's amount.
	 * @param id its key
	 * @return the amount
	 */
	BigDecimal findAmount(@MigrationKey long id);

}
