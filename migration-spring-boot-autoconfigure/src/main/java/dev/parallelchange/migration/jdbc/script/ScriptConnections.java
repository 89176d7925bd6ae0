package dev.parallelchange.migration.jdbc.script;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Connections with limits for scripts. In a transaction the limits are the transaction's
 * own, so that nothing is left in a session; outside of one they are set for the session
 * only where it has others, and set back.
 */
final class ScriptConnections extends DelegatingDataSource {

	private static final String LOCAL = """
			select set_config('lock_timeout', ?, true), set_config('statement_timeout', ?, true)""";

	private static final String SESSION = """
			select set_config('lock_timeout', ?, false), set_config('statement_timeout', ?, false)""";

	private static final String CURRENT = """
			select current_setting('lock_timeout'), current_setting('statement_timeout'),
				cast(current_setting('lock_timeout') as interval) = cast(? as interval)
				and cast(current_setting('statement_timeout') as interval) = cast(? as interval)""";

	private final ScriptLimits limits;

	private final Guard guard;

	ScriptConnections(DataSource dataSource, ScriptLimits limits, Guard guard) {
		super(dataSource);
		this.limits = limits;
		this.guard = guard;
	}

	@Override
	public Connection getConnection() throws SQLException {
		return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
				new LimitedConnection(super.getConnection()));
	}

	/**
	 * Sees that a transaction may go on.
	 */
	@FunctionalInterface
	interface Guard {

		void check(Connection connection) throws SQLException;

	}

	/**
	 * Sets the limits before the first statement.
	 */
	private final class LimitedConnection implements InvocationHandler {

		private final Connection connection;

		private boolean limited;

		private String @Nullable [] before;

		LimitedConnection(Connection connection) {
			this.connection = connection;
		}

		@Override
		public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
			switch (method.getName()) {
				case "createStatement", "prepareStatement", "prepareCall" -> limit();
				case "commit", "rollback", "setAutoCommit" -> this.limited = false;
				case "close" -> restore();
				case "equals" -> {
					return arguments != null && proxy == arguments[0];
				}
				case "hashCode" -> {
					return System.identityHashCode(proxy);
				}
				default -> {
				}
			}
			try {
				return method.invoke(this.connection, arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		}

		private void limit() throws SQLException {
			if (this.limited) {
				return;
			}
			this.limited = true;
			if (!this.connection.getAutoCommit()) {
				ScriptConnections.this.guard.check(this.connection);
				set(LOCAL, milliseconds());
			}
			else if (this.before == null) {
				limitSession();
			}
		}

		private void limitSession() throws SQLException {
			try (PreparedStatement statement = prepared(CURRENT, milliseconds());
					ResultSet rows = statement.executeQuery()) {
				rows.next();
				if (!rows.getBoolean(3)) {
					this.before = new String[] { rows.getString(1), rows.getString(2) };
				}
			}
			if (this.before != null) {
				set(SESSION, milliseconds());
			}
		}

		private void restore() throws SQLException {
			String[] old = this.before;
			if (old != null && !this.connection.isClosed()) {
				this.before = null;
				if (!this.connection.getAutoCommit()) {
					this.connection.rollback();
					this.connection.setAutoCommit(true);
				}
				set(SESSION, old);
			}
		}

		private String[] milliseconds() {
			return new String[] { ScriptConnections.this.limits.lock().toMillis() + "ms",
					ScriptConnections.this.limits.statement().toMillis() + "ms" };
		}

		private void set(String sql, String[] values) throws SQLException {
			try (PreparedStatement statement = prepared(sql, values); ResultSet rows = statement.executeQuery()) {
				rows.next();
			}
		}

		private PreparedStatement prepared(String sql, String[] values) throws SQLException {
			PreparedStatement statement = this.connection.prepareStatement(sql);
			statement.setString(1, values[0]);
			statement.setString(2, values[1]);
			return statement;
		}

	}

}
