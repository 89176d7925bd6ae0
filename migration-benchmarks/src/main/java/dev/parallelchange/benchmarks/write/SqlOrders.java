package dev.parallelchange.benchmarks.write;

import java.math.BigDecimal;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Orders in one of the two tables.
 */
public class SqlOrders implements OrderRepository {

	private final JdbcTemplate jdbc;

	private final String table;

	/**
	 * Create the repository.
	 * @param jdbc the database
	 * @param table the table
	 */
	public SqlOrders(JdbcTemplate jdbc, String table) {
		this.jdbc = jdbc;
		this.table = table;
	}

	@Override
	public void insertOrder(long id, BigDecimal amount) {
		this.jdbc.update("insert into " + this.table + " values (?, 1, 'PAID', ?, 'a new order', now())", id, amount);
	}

	@Override
	public void deleteOrder(long id) {
		this.jdbc.update("delete from " + this.table + " where id = ?", id);
	}

	@Override
	public void updateAmount(long id, BigDecimal amount) {
		this.jdbc.update("update " + this.table + " set amount = ? where id = ?", amount, id);
	}

	@Override
	public BigDecimal findAmount(long id) {
		BigDecimal amount = this.jdbc.queryForObject("select amount from " + this.table + " where id = ?",
				BigDecimal.class, id);
		return (amount != null) ? amount : BigDecimal.ZERO;
	}

}
