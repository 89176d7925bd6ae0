package dev.parallelchange.migration.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.PreparedStatementCallback;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Runs statements so that they can be cancelled from another thread.
 */
public final class RunningStatements {

	private final Map<String, Set<Cancellation>> running = new ConcurrentHashMap<>();

	public int update(MigrationDatabase database, String planId, String sql, Map<String, @Nullable Object> parameters) {
		return run(database, planId, sql, parameters, PreparedStatement::executeUpdate);
	}

	/**
	 * Run a query for a single row.
	 */
	public <T> T query(MigrationDatabase database, String planId, String sql, Map<String, @Nullable Object> parameters,
			Row<T> row) {
		return run(database, planId, sql, parameters, (statement) -> {
			try (ResultSet rows = statement.executeQuery()) {
				rows.next();
				return row.read(rows);
			}
		});
	}

	@SuppressWarnings("NullAway")
	private <T> T run(MigrationDatabase database, String planId, String sql, Map<String, @Nullable Object> parameters,
			PreparedStatementCallback<T> work) {
		return new NamedParameterJdbcTemplate(database.connections()).execute(sql, parameters,
				(statement) -> run(planId, statement::cancel, () -> work.doInPreparedStatement(statement)));
	}

	/**
	 * Run work that is not one statement.
	 * @param cancellation has the work fail soon
	 */
	public <T> T run(String planId, Cancellation cancellation, Work<T> work) throws SQLException {
		Set<Cancellation> cancellations = this.running.computeIfAbsent(planId, (id) -> ConcurrentHashMap.newKeySet());
		cancellations.add(cancellation);
		try {
			return work.run();
		}
		finally {
			cancellations.remove(cancellation);
		}
	}

	public void cancel(String planId) {
		for (Cancellation cancellation : this.running.getOrDefault(planId, Set.of())) {
			try {
				cancellation.cancel();
			}
			catch (SQLException ex) {
				// The statement's timeout will end it.
			}
		}
	}

	/**
	 * Has work fail soon.
	 */
	@FunctionalInterface
	public interface Cancellation {

		void cancel() throws SQLException;

	}

	/**
	 * Reads a row.
	 */
	@FunctionalInterface
	public interface Row<T> {

		T read(ResultSet row) throws SQLException;

	}

	/**
	 * Work that can be cancelled.
	 */
	@FunctionalInterface
	public interface Work<T> {

		T run() throws SQLException;

	}

}
