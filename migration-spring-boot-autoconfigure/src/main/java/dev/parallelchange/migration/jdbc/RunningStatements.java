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

	private final Map<String, Set<PreparedStatement>> running = new ConcurrentHashMap<>();

	public int update(MigrationDatabase database, String planId, String sql, Map<String, @Nullable Object> parameters) {
		return run(database, planId, sql, parameters, PreparedStatement::executeUpdate);
	}

	/**
	 * Run a query for a single text.
	 */
	public String query(MigrationDatabase database, String planId, String sql,
			Map<String, @Nullable Object> parameters) {
		return run(database, planId, sql, parameters, (statement) -> {
			try (ResultSet rows = statement.executeQuery()) {
				rows.next();
				return rows.getString(1);
			}
		});
	}

	@SuppressWarnings("NullAway")
	private <T> T run(MigrationDatabase database, String planId, String sql, Map<String, @Nullable Object> parameters,
			PreparedStatementCallback<T> work) {
		return new NamedParameterJdbcTemplate(database.dataSource()).execute(sql, parameters, (statement) -> {
			Set<PreparedStatement> statements = this.running.computeIfAbsent(planId,
					(id) -> ConcurrentHashMap.newKeySet());
			statements.add(statement);
			try {
				return work.doInPreparedStatement(statement);
			}
			finally {
				statements.remove(statement);
			}
		});
	}

	public void cancel(String planId) {
		for (PreparedStatement statement : this.running.getOrDefault(planId, Set.of())) {
			try {
				statement.cancel();
			}
			catch (SQLException ex) {
				// The statement's timeout will end it.
			}
		}
	}

}
