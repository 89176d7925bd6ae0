package dev.parallelchange.migration.jdbc.script;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.ScriptObservation;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.script.ScriptDatabase;
import dev.parallelchange.migration.script.ScriptSet;
import dev.parallelchange.migration.script.review.Catalog;
import dev.parallelchange.migration.script.sql.AlterTable;
import dev.parallelchange.migration.script.sql.CreateIndex;
import dev.parallelchange.migration.script.sql.SqlScript;
import dev.parallelchange.migration.script.sql.SqlStatement;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs scripts in the database that holds the plans' tables.
 */
public final class JdbcScriptDatabase implements ScriptDatabase {

	/**
	 * Whoever takes the claim over waits for the transaction that holds this lock; the
	 * one who renews it does not.
	 */
	private static final String HELD = """
			select 1 from %PREFIX%script_run
			where plan_id = ? and phase = ? and holder = ? for key share""";

	/**
	 * An index that another backend still builds is invalid too; to drop it waits for
	 * that one's lock on the table.
	 */
	private static final String INVALID = """
			select cast(cast(i.indexrelid as regclass) as text) from pg_index i join pg_class c on c.oid = i.indexrelid
			where not i.indisvalid and c.relkind = 'i' and i.indrelid = to_regclass(?) and c.relname = ?""";

	private static final String HALF_REBUILT = """
			select cast(cast(i.indexrelid as regclass) as text) from pg_index i join pg_class c on c.oid = i.indexrelid
			where not i.indisvalid and c.relkind = 'i' and c.relname ~ '_ccnew[0-9]*$'
				and (i.indrelid = to_regclass(?)
					or i.indrelid = (select o.indrelid from pg_index o where o.indexrelid = to_regclass(?)))""";

	/**
	 * An autovacuum makes way by itself, and of others' transactions a user without
	 * rights is not told.
	 */
	private static final String HOLDER = """
			select format('process %s has %s in a transaction that has been open since %s (%s)', a.pid,
				cast(:table as text), to_char(a.xact_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), a.state)
			from pg_locks l join pg_stat_activity a on a.pid = l.pid
			where l.locktype = 'relation' and l.granted and l.pid <> pg_backend_pid()
				and l.database = (select oid from pg_database where datname = current_database())
				and l.relation = to_regclass(:table) and a.backend_type = 'client backend'
				and a.xact_start < clock_timestamp() - :age * interval '1 ms'
			order by a.xact_start limit 1""";

	private final MigrationDatabase database;

	private final UUID holder;

	/**
	 * Create the database as one instance uses it.
	 * @param database the database
	 * @param holder the instance that claims scripts
	 */
	public JdbcScriptDatabase(MigrationDatabase database, UUID holder) {
		this.database = database;
		this.holder = holder;
	}

	@Override
	public DataSource connections() {
		return this.database.connections();
	}

	@Override
	public DataSource connections(ScriptSet set, SqlScript script, SafetySettings safety) {
		return new ScriptConnections(connections(), ScriptLimits.of(script, safety),
				(connection) -> check(connection, set));
	}

	private void check(Connection connection, ScriptSet set) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(this.database.tables().in(HELD))) {
			statement.setString(1, set.planId());
			statement.setString(2, set.phase().name());
			statement.setObject(3, this.holder);
			try (ResultSet rows = statement.executeQuery()) {
				if (!rows.next()) {
					throw new SQLException(
							"The scripts of plan '%s' have been taken over by another instance".formatted(set.planId()),
							"40001");
				}
			}
		}
	}

	@Override
	public Optional<String> holder(SqlScript script, Duration age) {
		return script.statements()
			.stream()
			.map(AlterTable::of)
			.filter((alter) -> alter != null && alter.isExclusive())
			.map((alter) -> alter.table().sql())
			.distinct()
			.flatMap((table) -> holder(table, age).stream())
			.findFirst();
	}

	private Optional<String> holder(String table, Duration age) {
		return this.database.sql(HOLDER)
			.param("table", table)
			.param("age", age.toMillis())
			.query(String.class)
			.optional();
	}

	@Override
	public void dropInvalidIndexes(ScriptSet set, SqlScript script, SafetySettings safety) {
		JdbcTemplate template = new JdbcTemplate(
				new ScriptConnections(connections(), new ScriptLimits(safety.lockTimeout(), safety.statementTimeout()),
						(connection) -> check(connection, set)));
		script.statements()
			.stream()
			.filter(SqlStatement::isConcurrentIndex)
			.flatMap((statement) -> invalid(template, statement).stream())
			.forEach((index) -> template.execute("drop index concurrently if exists " + index));
	}

	private static List<String> invalid(JdbcTemplate template, SqlStatement statement) {
		CreateIndex index = CreateIndex.of(statement);
		if (index != null && index.name() != null) {
			return template.queryForList(INVALID, String.class, index.table().sql(), index.name().simple());
		}
		if (!statement.startsWith("REINDEX")) {
			return List.of();
		}
		String name = statement.tokens().all().get(statement.tokens().all().size() - 1).text();
		return template.queryForList(HALF_REBUILT, String.class, name, name);
	}

	@Override
	public void undo(ScriptSet set, SqlScript undo, String forget, SafetySettings safety) {
		DataSource connections = connections(set, undo, safety);
		JdbcTemplate template = new JdbcTemplate(connections);
		if (undo.isOutsideTransaction()) {
			dropInvalidIndexes(set, undo, safety);
			undo.statements().forEach((statement) -> template.execute(statement.sql()));
			template.update(forget);
			return;
		}
		new TransactionTemplate(new JdbcTransactionManager(connections)).executeWithoutResult((status) -> {
			undo.statements().forEach((statement) -> template.execute(statement.sql()));
			template.update(forget);
		});
	}

	@Override
	public Map<String, List<ScriptObservation>> observe(List<SqlScript> scripts, SafetySettings safety) {
		return new JdbcScriptObserver(connections(), safety).observe(scripts);
	}

	@Override
	public Catalog catalog() {
		return new JdbcReviewCatalog(this.database);
	}

}
