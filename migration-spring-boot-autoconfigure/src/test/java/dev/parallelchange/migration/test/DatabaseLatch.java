package dev.parallelchange.migration.test;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import org.awaitility.Awaitility;

/**
 * A point at which statements of the database wait until a test lets them go on.
 */
public final class DatabaseLatch implements AutoCloseable {

	private static final long NUMBER = 4711;

	/**
	 * What a function or trigger performs to wait at the latch.
	 */
	public static final String WAIT = "pg_advisory_xact_lock_shared(%d)".formatted(NUMBER);

	private final TestDatabase database;

	private final Connection connection;

	/**
	 * Create a latch that is closed.
	 * @param database the database
	 */
	public DatabaseLatch(TestDatabase database) {
		this.database = database;
		try {
			this.connection = database.dataSource().getConnection();
			execute("select pg_advisory_lock(%d)".formatted(NUMBER));
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Create a trigger that lets an insert wait before its row is there.
	 * @param database the database
	 * @param table the table
	 * @param condition which inserts wait
	 */
	public static void stop(TestDatabase database, String table, String condition) {
		database.execute("""
				create or replace function stop_%1$s() returns trigger language plpgsql set lock_timeout = 0 as
				$$ begin if %2$s then perform %3$s; end if; return new; end $$""".formatted(table, condition, WAIT),
				"create trigger stop before insert on %1$s for each row execute function stop_%1$s()".formatted(table));
	}

	/**
	 * Wait until statements wait at the latch.
	 * @param statements how many
	 */
	public void awaitArrival(int statements) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollInterval(Duration.ofMillis(10))
			.until(() -> waiting() == statements);
	}

	/**
	 * Count the statements that wait at the latch.
	 * @return their number
	 */
	public long waiting() {
		return this.database.jdbcClient()
			.sql("""
					select count(*) from pg_locks l join pg_database d on d.oid = l.database
					where locktype = 'advisory' and not granted and objid = ? and datname = current_database()""")
			.param(NUMBER)
			.query(Long.class)
			.single();
	}

	/**
	 * Let everybody go on, now and later.
	 */
	public void open() {
		execute("select pg_advisory_unlock_all()");
	}

	@Override
	public void close() {
		open();
		try {
			this.connection.close();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void execute(String sql) {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
