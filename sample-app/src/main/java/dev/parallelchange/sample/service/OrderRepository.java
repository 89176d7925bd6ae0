package dev.parallelchange.sample.service;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import dev.parallelchange.migration.MigrationSide;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The orders. One release of the service knows the column {@code status} only, the next
 * one the column {@code state} only; to have both in one code base, the column is a
 * setting here.
 */
public class OrderRepository {

	private static final String INSERT = """
			insert into orders (user_id, amount, %s) values (:userId, :amount, :state) returning id""";

	private static final String UPDATE = """
			update orders set %s = :state where id = :id""";

	private static final String SELECT = """
			select id, user_id, amount, %s as state from orders where id in (:ids)""";

	private final JdbcClient client;

	private final String column;

	/**
	 * Create the repository of a release.
	 * @param client where the orders are
	 * @param uses the side that the release knows
	 */
	public OrderRepository(JdbcClient client, MigrationSide uses) {
		this.client = client;
		this.column = (uses == MigrationSide.TARGET) ? "state" : "status";
	}

	/**
	 * Place an order.
	 * @param userId the id of the user who places it
	 * @param amount what it costs
	 * @param state its first state
	 * @return the new order's id
	 */
	public long insert(long userId, BigDecimal amount, String state) {
		return this.client.sql(INSERT.formatted(this.column))
			.param("userId", userId)
			.param("amount", amount)
			.param("state", state)
			.query(Long.class)
			.single();
	}

	/**
	 * Change an order's state.
	 * @param id the order's id
	 * @param state the new state
	 * @return whether there is such an order
	 */
	public boolean updateState(long id, String state) {
		return this.client.sql(UPDATE.formatted(this.column)).param("id", id).param("state", state).update() == 1;
	}

	/**
	 * Find an order.
	 * @param id the order's id
	 * @return the order, if there is one
	 */
	public Optional<Order> findById(long id) {
		return findByIdIn(List.of(id)).stream().findFirst();
	}

	/**
	 * Find several orders.
	 * @param ids the orders' ids
	 * @return those that there are
	 */
	public List<Order> findByIdIn(Collection<Long> ids) {
		return this.client.sql(SELECT.formatted(this.column)).param("ids", ids).query(Order.class).list();
	}

}
