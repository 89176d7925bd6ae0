package dev.parallelchange.migration.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import javax.sql.DataSource;

import dev.parallelchange.migration.test.TestDatabase;

import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Connections of their own, in which a test does something at a certain moment.
 */
public final class InterferingDataSource extends DelegatingDataSource {

	private final BeforeStatement beforeStatement;

	private final Commit commit;

	InterferingDataSource(TestDatabase database, BeforeStatement beforeStatement, Commit commit) {
		super(new DriverManagerDataSource(database.jdbcUrl()));
		this.beforeStatement = beforeStatement;
		this.commit = commit;
	}

	public static DataSource beforeStatement(TestDatabase database, BeforeStatement beforeStatement) {
		return new InterferingDataSource(database, beforeStatement, Connection::commit);
	}

	public static DataSource onCommit(TestDatabase database, Commit commit) {
		return new InterferingDataSource(database, (sql) -> {
		}, commit);
	}

	@Override
	public Connection getConnection() throws SQLException {
		Connection connection = super.getConnection();
		return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
				(proxy, method, arguments) -> {
					if (method.getName().equals("prepareStatement")) {
						this.beforeStatement.reach((String) arguments[0]);
					}
					if (method.getName().equals("commit")) {
						this.commit.commit(connection);
						return null;
					}
					try {
						return method.invoke(connection, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	/**
	 * Ends a connection as a server does that goes down.
	 */
	public static void kill(TestDatabase database, Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select pg_backend_pid()");
				ResultSet row = statement.executeQuery()) {
			row.next();
			database.jdbcClient()
				.sql("select pg_terminate_backend(?, 5000)")
				.param(row.getInt(1))
				.query(Boolean.class)
				.single();
		}
	}

	/** What happens before a statement is prepared. */
	@FunctionalInterface
	public interface BeforeStatement {

		void reach(String sql);

	}

	/** What happens instead of a commit. */
	@FunctionalInterface
	public interface Commit {

		void commit(Connection connection) throws SQLException;

	}

}
