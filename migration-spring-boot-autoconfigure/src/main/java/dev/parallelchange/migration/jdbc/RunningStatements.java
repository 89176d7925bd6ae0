package dev.parallelchange.migration.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Runs statements so that they can be cancelled from another thread.
 */
final class RunningStatements {

	private final NamedParameterJdbcTemplate template;

	private final Map<String, Set<PreparedStatement>> running = new ConcurrentHashMap<>();

	RunningStatements(MigrationDatabase database) {
		this.template = new NamedParameterJdbcTemplate(database.dataSource());
	}

	int update(String planId, String sql, Map<String, @Nullable Object> parameters) {
		Integer rows = this.template.execute(sql, parameters, (statement) -> update(planId, statement));
		return (rows != null) ? rows : 0;
	}

	private Integer update(String planId, PreparedStatement statement) throws SQLException {
		Set<PreparedStatement> statements = this.running.computeIfAbsent(planId, (id) -> ConcurrentHashMap.newKeySet());
		statements.add(statement);
		try {
			return statement.executeUpdate();
		}
		finally {
			statements.remove(statement);
		}
	}

	void cancel(String planId) {
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
