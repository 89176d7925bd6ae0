package dev.parallelchange.migration.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

import dev.parallelchange.migration.MigrationPhase;

import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Keeps the commits of writers and the change of a plan's leading side apart: writers
 * share the lock with each other in their last statement, the change takes it alone.
 */
public final class EpochLock {

	/** A row's lock would cost each writer a write of the plan's row. */
	private static final String KEY = """
			hashtextextended(cast(cast(to_regclass('%PREFIX%plan') as oid) as text) || {plan}, 0)""";

	private static final String TAKE = "select set_config('lock_timeout', '300ms', true), pg_advisory_xact_lock(" + KEY
			+ ")";

	/**
	 * Two statements in one round trip. The lock is one of its own, since the snapshot of
	 * a statement is older than the locks that it waits for.
	 */
	private static final String SHARE = "select pg_advisory_xact_lock_shared(" + KEY + """
			);
			select phase, epoch, current_setting('transaction_isolation') = 'read committed' as fresh
			from %PREFIX%plan where id = {plan}""";

	/**
	 * A transaction that sees one snapshot from its beginning fails here if the row has
	 * changed since.
	 */
	private static final String SHARE_ROW = """
			select phase, epoch, true as fresh from %PREFIX%plan where id = {plan} for share""";

	private final MigrationDatabase database;

	private final JdbcTemplate template;

	public EpochLock(MigrationDatabase database) {
		this.database = database;
		this.template = new JdbcTemplate(database.connections());
	}

	/**
	 * Wait, shortly, for the writers that are committing, and let no other commit before
	 * the thread's transaction has ended.
	 */
	public void take(String planId) {
		this.database.sql(TAKE.replace("{plan}", TriggerNames.literal(planId))).query((row) -> {
		});
	}

	/**
	 * Keep the plan's leading side until the thread's transaction has ended.
	 * @return where the plan stands, if it is known
	 */
	public Optional<Standing> share(String planId) {
		Optional<Standing> found = this.template.execute((ConnectionCallback<Optional<Standing>>) (connection) -> {
			try (Statement statement = connection.createStatement()) {
				return found(planId, statement, statement.execute(sharing(planId)));
			}
		});
		return (found != null) ? found : Optional.empty();
	}

	/**
	 * Return the statements of {@link #share}, to put others behind them that need no
	 * round trip of their own then.
	 */
	public String sharing(String planId) {
		return of(SHARE, planId);
	}

	/**
	 * Return what {@link #sharing} has found.
	 * @param statement the statement, whose results up to those are read
	 * @param rows whether its first result is one of rows
	 */
	public Optional<Standing> found(String planId, Statement statement, boolean rows) throws SQLException {
		Optional<Standing> seen = read(statement, rows);
		if (seen.isEmpty() || seen.get().fresh()) {
			return seen;
		}
		try (Statement again = statement.getConnection().createStatement()) {
			return read(again, again.execute(of(SHARE_ROW, planId)));
		}
	}

	private String of(String statements, String planId) {
		return this.database.tables().in(statements.replace("{plan}", TriggerNames.literal(planId)));
	}

	private static Optional<Standing> read(Statement statement, boolean first) throws SQLException {
		Optional<Standing> standing = Optional.empty();
		for (boolean rows = first; rows && standing.isEmpty(); rows = statement.getMoreResults()) {
			standing = standing(statement);
		}
		return standing;
	}

	private static Optional<Standing> standing(Statement statement) throws SQLException {
		try (ResultSet row = statement.getResultSet()) {
			if (row.getMetaData().getColumnCount() < 3 || !row.next()) {
				return Optional.empty();
			}
			return Optional.of(new Standing(MigrationPhase.valueOf(row.getString("phase")), row.getLong("epoch"),
					row.getBoolean("fresh")));
		}
	}

	/**
	 * Where a plan stands.
	 *
	 * @param fresh whether the row was read after the lock was had
	 */
	public record Standing(MigrationPhase phase, long epoch, boolean fresh) {

	}

}
