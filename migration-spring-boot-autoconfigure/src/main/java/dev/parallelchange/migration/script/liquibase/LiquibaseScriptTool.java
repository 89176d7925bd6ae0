package dev.parallelchange.migration.script.liquibase;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import dev.parallelchange.migration.script.PlanScript;
import dev.parallelchange.migration.script.ScriptSet;
import dev.parallelchange.migration.script.ScriptTool;
import liquibase.Contexts;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.change.CheckSum;
import liquibase.change.core.RawSQLChange;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.lockservice.LockServiceFactory;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * Runs scripts by Liquibase, each as a change set, and each set of scripts with a table
 * of its own.
 */
public final class LiquibaseScriptTool implements ScriptTool {

	private static final String AUTHOR = "migration";

	private final String prefix;

	/**
	 * Create the tool.
	 * @param prefix what the names of its tables begin with
	 */
	public LiquibaseScriptTool(String prefix) {
		this.prefix = prefix.substring(prefix.indexOf('.') + 1);
	}

	@Override
	public History history(ScriptSet set, DataSource dataSource) {
		JdbcTemplate template = new JdbcTemplate(dataSource);
		boolean exists = Boolean.TRUE
			.equals(template.queryForObject("select to_regclass(?) is not null", Boolean.class, name(set)));
		Map<String, String> sums = new HashMap<>();
		if (exists) {
			template.query("select id, md5sum from " + name(set),
					(RowCallbackHandler) (row) -> sums.put(row.getString(1), row.getString(2)));
		}
		DatabaseChangeLog log = new DatabaseChangeLog(set.historyName());
		List<String> changed = set.scripts()
			.stream()
			.filter((script) -> sums.containsKey(script.version())
					&& !changeSet(script, log).isCheckSumValid(CheckSum.parse(sums.get(script.version()))))
			.map(PlanScript::name)
			.toList();
		return new History(sums.keySet(), changed);
	}

	@Override
	public void run(ScriptSet set, PlanScript script, DataSource dataSource) {
		Map<String, Object> quiet = Map.of("liquibase.analytics.enabled", false, Scope.Attr.ui.name(),
				new LoggerUIService());
		try (Connection connection = dataSource.getConnection()) {
			Scope.child(quiet, () -> update(set, script, connection));
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException(String.valueOf(ex.getMessage()), ex);
		}
	}

	/**
	 * Whoever held the lock had lost the claim on these scripts before this instance got
	 * it: a JVM that was killed leaves the lock behind.
	 */
	private void update(ScriptSet set, PlanScript script, Connection connection)
			throws LiquibaseException, SQLException {
		Database database = DatabaseFactory.getInstance()
			.findCorrectDatabaseImplementation(new JdbcConnection(connection));
		database.setDatabaseChangeLogTableName(name(set));
		database.setDatabaseChangeLogLockTableName(name(set) + "_lock");
		DatabaseChangeLog log = new DatabaseChangeLog(set.historyName());
		log.addChangeSet(changeSet(script, log));
		try (Liquibase liquibase = new Liquibase(log, new ClassLoaderResourceAccessor(), database)) {
			liquibase.setShowSummary(UpdateSummaryEnum.OFF);
			LockServiceFactory.getInstance().getLockService(database).forceReleaseLock();
			liquibase.update(new Contexts());
		}
		finally {
			LockServiceFactory.reset();
		}
	}

	/**
	 * The statements are split already, by one who knows function bodies.
	 */
	private static ChangeSet changeSet(PlanScript script, DatabaseChangeLog log) {
		ChangeSet changeSet = new ChangeSet(script.version(), AUTHOR, false, false, log.getPhysicalFilePath(), null,
				null, !script.sql().isOutsideTransaction(), log);
		script.sql().statements().forEach((statement) -> {
			RawSQLChange change = new RawSQLChange(statement.sql());
			change.setSplitStatements(false);
			change.setStripComments(false);
			changeSet.addChange(change);
		});
		return changeSet;
	}

	@Override
	public String forget(ScriptSet set, PlanScript script) {
		return "delete from %s where id = '%s'".formatted(name(set), script.version());
	}

	private String name(ScriptSet set) {
		return this.prefix + set.historyName();
	}

}
