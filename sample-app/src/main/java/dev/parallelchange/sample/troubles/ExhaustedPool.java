package dev.parallelchange.sample.troubles;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import com.zaxxer.hikari.HikariDataSource;

/**
 * Slow queries take all connections of the service's pool, and more wait for one.
 */
final class ExhaustedPool implements Trouble {

	private static final int WAITING = 8;

	private final HikariDataSource pool;

	private volatile boolean planted;

	ExhaustedPool(HikariDataSource pool) {
		this.pool = pool;
	}

	@Override
	public String name() {
		return "exhausted-pool";
	}

	@Override
	public String shows() {
		return "While rows are copied: the copy leaves the connections to those who wait for one";
	}

	@Override
	public synchronized void plant() {
		if (this.planted) {
			return;
		}
		this.planted = true;
		for (int i = 0; i < this.pool.getMaximumPoolSize() + WAITING; i++) {
			Thread thread = new Thread(this::query, "slow-query-" + i);
			thread.setDaemon(true);
			thread.start();
		}
	}

	private void query() {
		while (this.planted && !this.pool.isClosed()) {
			try (Connection connection = this.pool.getConnection();
					Statement statement = connection.createStatement()) {
				statement.execute("select pg_sleep(0.1)");
			}
			catch (SQLException ex) {
				// It waited in vain, and asks again.
			}
		}
	}

	@Override
	public synchronized void heal() {
		this.planted = false;
	}

}
