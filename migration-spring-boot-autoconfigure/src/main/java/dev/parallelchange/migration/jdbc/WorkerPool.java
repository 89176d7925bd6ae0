package dev.parallelchange.migration.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;

import javax.sql.DataSource;

/**
 * Connections of the library's own to the application's database. None is handed out
 * before both are known to lead to the same database.
 */
public final class WorkerPool {

	private final DataSource pool;

	private final DataSource application;

	private volatile boolean same;

	/**
	 * Create the pool.
	 * @param pool the connections of the library's own
	 * @param application the application's connections
	 */
	public WorkerPool(DataSource pool, DataSource application) {
		this.pool = pool;
		this.application = application;
	}

	/**
	 * Return whether both lead to the same database of the same server.
	 * @return {@code false} also for a replica of it
	 */
	public boolean isSameDatabase() {
		this.same = this.same || DatabaseIdentity.of(this.pool).equals(DatabaseIdentity.of(this.application));
		return this.same;
	}

	Connection getConnection() throws SQLException {
		if (!this.same && !isSameDatabase()) {
			throw new SQLNonTransientConnectionException(
					"'migration.worker.data-source' leads to another database than the plans' DataSource");
		}
		return this.pool.getConnection();
	}

}
