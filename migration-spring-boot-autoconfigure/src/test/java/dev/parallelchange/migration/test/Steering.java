package dev.parallelchange.migration.test;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A {@code DataSource} between the library and the database, by which a test acts before
 * a statement, or changes it: so a proof takes away what protects without a switch in the
 * library.
 */
public final class Steering extends DelegatingDataSource {

	private final MigrationDatabase database = new MigrationDatabase(this,
			new MigrationTables(MigrationTables.DEFAULT_PREFIX));

	private final List<Replacement> replacements = new CopyOnWriteArrayList<>();

	private final List<Stop> stops = new CopyOnWriteArrayList<>();

	private volatile Action beforeCommit = (connection) -> {
	};

	private volatile Action afterCommit = (connection) -> {
	};

	/**
	 * Steer what the library does in a database.
	 * @param database the database
	 */
	public Steering(TestDatabase database) {
		super(database.dataSource());
	}

	/**
	 * Return the database as the library is to see it.
	 * @return a database whose statements come by here
	 */
	public MigrationDatabase database() {
		return this.database;
	}

	/**
	 * Change all statements.
	 * @param pattern the text to replace; a dot stands for the end of a line too
	 * @param replacement the new text
	 * @return this
	 */
	public Steering replace(String pattern, String replacement) {
		this.replacements.add(new Replacement(Pattern.compile(pattern, Pattern.DOTALL), replacement));
		return this;
	}

	/**
	 * Act before the first statement that contains a text, in the thread that runs it.
	 * @param text a part of the statement, after replacements
	 * @param action the action
	 * @return this
	 */
	public Steering beforeFirst(String text, Action action) {
		AtomicBoolean done = new AtomicBoolean();
		return beforeEach(text, (connection) -> {
			if (done.compareAndSet(false, true)) {
				action.on(connection);
			}
		});
	}

	/**
	 * Act before each statement that contains a text, in the thread that runs it.
	 * @param text a part of the statement, after replacements
	 * @param action the action
	 * @return this
	 */
	public Steering beforeEach(String text, Action action) {
		this.stops.add(new Stop(text, action));
		return this;
	}

	/**
	 * Act before each commit.
	 * @param action the action
	 */
	public void beforeCommit(Action action) {
		this.beforeCommit = action;
	}

	/**
	 * Act after each commit, before the committer learns of it.
	 * @param action the action
	 */
	public void afterCommit(Action action) {
		this.afterCommit = action;
	}

	/**
	 * End a connection as the death of its process does.
	 * @param connection the connection
	 * @throws SQLException if it cannot be ended
	 */
	public void kill(Connection connection) throws SQLException {
		int process = connection.unwrap(PGConnection.class).getBackendPID();
		try (Connection other = super.getConnection(); Statement statement = other.createStatement()) {
			statement.execute("select pg_terminate_backend(%d, 10000)".formatted(process));
		}
	}

	@Override
	public Connection getConnection() throws SQLException {
		Connection connection = super.getConnection();
		return proxy(Connection.class, (method, arguments) -> switch (method.getName()) {
			case "prepareStatement" -> {
				Object[] changed = arguments.clone();
				changed[0] = steer(connection, (String) arguments[0]);
				yield method.invoke(connection, changed);
			}
			case "createStatement" -> statement(connection, (Statement) method.invoke(connection, arguments));
			case "commit" -> {
				this.beforeCommit.on(connection);
				method.invoke(connection, arguments);
				this.afterCommit.on(connection);
				yield null;
			}
			default -> method.invoke(connection, arguments);
		});
	}

	private Statement statement(Connection connection, Statement statement) {
		return proxy(Statement.class, (method, arguments) -> {
			Object[] changed = (arguments != null) ? arguments.clone() : null;
			if (method.getName().startsWith("execute") && changed != null && changed[0] instanceof String sql) {
				changed[0] = steer(connection, sql);
			}
			return method.invoke(statement, changed);
		});
	}

	private String steer(Connection connection, String sql) throws SQLException {
		String steered = sql;
		for (Replacement replacement : this.replacements) {
			steered = replacement.pattern().matcher(steered).replaceAll(replacement.text());
		}
		for (Stop stop : this.stops) {
			if (steered.contains(stop.text())) {
				stop.action().on(connection);
			}
		}
		return steered;
	}

	private static <T> T proxy(Class<T> type, Handler handler) {
		return type
			.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (self, method, arguments) -> {
				try {
					return handler.handle(method, arguments);
				}
				catch (InvocationTargetException ex) {
					throw ex.getTargetException();
				}
			}));
	}

	/**
	 * What a test does at a certain moment.
	 */
	@FunctionalInterface
	public interface Action {

		/**
		 * Act.
		 * @param connection the connection on which the library works
		 * @throws SQLException to let the library's statement fail with it
		 */
		void on(Connection connection) throws SQLException;

	}

	@FunctionalInterface
	private interface Handler {

		@Nullable Object handle(Method method, Object @Nullable [] arguments) throws Throwable;

	}

	private record Replacement(Pattern pattern, String text) {

	}

	private record Stop(String text, Action action) {

	}

}
