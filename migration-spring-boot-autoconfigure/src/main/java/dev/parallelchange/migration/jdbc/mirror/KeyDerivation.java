package dev.parallelchange.migration.jdbc.mirror;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.SqlStates;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Makes one side's rows equal to the other's for given keys, in the transaction that has
 * written the other side.
 */
public final class KeyDerivation {

	/**
	 * What has been locked is known to the statements behind it without a round trip.
	 */
	private static final String KEEP_ORIGINS = """
			select set_config('migration.origins', coalesce(cast(jsonb_agg(origins.key) as text), '[]'), true)
			from (%s) as origins""";

	private static final String KEYS = "cast(:keys as jsonb)";

	private static final String ORIGINS = "cast(current_setting('migration.origins') as jsonb)";

	private final MigrationDatabase database;

	private final NamedParameterJdbcTemplate template;

	private final boolean locks;

	public KeyDerivation(MigrationDatabase database) {
		this(database, true);
	}

	/**
	 * Create a derivation that can be shown to need its locks.
	 */
	public KeyDerivation(MigrationDatabase database, boolean locks) {
		this.database = database;
		this.template = new NamedParameterJdbcTemplate(database.connections());
		this.locks = locks;
	}

	/**
	 * Derive rows in the thread's transaction. A row that appears after those to derive
	 * from have been locked is left to whoever writes it.
	 * @param plan the plan
	 * @param written the side that is made equal
	 * @param keys the keys of the rows
	 * @return the number of rows that have been written
	 */
	public int derive(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
		String statements = statements(plan, written, keys.size() == 1);
		return exchanging(plan, written, keys, () -> updated(statements, keys));
	}

	/**
	 * Return the statements that derive rows, to be run in one round trip. Each of them
	 * has a snapshot that is newer than the locks of those before it.
	 * @param plan the plan
	 * @param written the side that is made equal
	 * @param single whether there is one key, and not several
	 * @return the statements, separated by semicolons, with the parameter {@code :keys}
	 */
	String statements(DerivedPlan plan, MigrationSide written, boolean single) {
		DerivationSql sql = new DerivationSql(plan);
		PlanSql pieces = new PlanSql(plan);
		String keys = keys(pieces, KEYS, single);
		Optional<String> origins = this.locks ? sql.lockOrigins(written, KEYS) : Optional.empty();
		List<String> statements = new ArrayList<>();
		origins.map(KEEP_ORIGINS::formatted).ifPresent(statements::add);
		if (this.locks) {
			sql.lock(written, keys).map("select "::concat).ifPresent(statements::add);
		}
		statements.addAll(sql.removals(written, keys));
		statements.addAll(sql.writes(written, origins.isPresent() ? keys(pieces, ORIGINS, single) : keys));
		return String.join(";\n", statements);
	}

	/**
	 * The planner takes a set for a hundred keys, for which it would read a table of some
	 * thousand rows as a whole.
	 */
	private static String keys(PlanSql pieces, String json, boolean single) {
		return single ? "select " + pieces.decodedKey("(" + json + " -> 0)") : pieces.keysOf(json);
	}

	private int updated(String statements, Collection<RowKey> keys) {
		Integer updated = this.template.execute(statements, Map.of("keys", RowKey.toJsonArray(keys)),
				KeyDerivation::updated);
		return (updated != null) ? updated : 0;
	}

	private static int updated(PreparedStatement statement) throws SQLException {
		int updated = 0;
		boolean rows = statement.execute();
		while (rows || statement.getUpdateCount() >= 0) {
			updated += rows ? 0 : statement.getUpdateCount();
			rows = statement.getMoreResults();
		}
		return updated;
	}

	int run(String statement, Collection<RowKey> keys) {
		return keys.isEmpty() ? 0 : this.database.sql(statement).param("keys", RowKey.toJsonArray(keys)).update();
	}

	/**
	 * Do work that makes rows equal. Rows that collide may do so only on their way, as
	 * when two exchange a value.
	 */
	int exchanging(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys, IntSupplier work) {
		if (keys.size() < 2) {
			return work.getAsInt();
		}
		List<String> moves = new ExchangeSql(plan).statements(written, new PlanSql(plan).keysOfParameter());
		if (moves.isEmpty()) {
			return work.getAsInt();
		}
		this.database.sql("savepoint derivation").update();
		try {
			int rows = work.getAsInt();
			this.database.sql("release savepoint derivation").update();
			return rows;
		}
		catch (DataIntegrityViolationException ex) {
			if (!SqlStates.isCollision(ex)) {
				throw ex;
			}
			this.database.sql("rollback to savepoint derivation").update();
			moves.forEach((move) -> run(move, keys));
			return work.getAsInt();
		}
	}

}
