package dev.parallelchange.migration.script.flyway;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.parallelchange.migration.script.PlanScript;
import dev.parallelchange.migration.script.ScriptSet;
import dev.parallelchange.migration.script.ScriptTool;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.ClassProvider;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Runs scripts by Flyway, each set with a history table of its own.
 */
public final class FlywayScriptTool implements ScriptTool {

	/**
	 * The lock that Flyway takes by default keeps a transaction open, and an index that
	 * is built concurrently waits for the end of all transactions.
	 */
	private static final Map<String, String> LOCK_OUTSIDE_TRANSACTION = Map.of("flyway.postgresql.transactional.lock",
			"false");

	private final String prefix;

	/**
	 * Create the tool.
	 * @param prefix what the names of history tables begin with
	 */
	public FlywayScriptTool(String prefix) {
		this.prefix = prefix.substring(prefix.indexOf('.') + 1);
	}

	@Override
	public History history(ScriptSet set, DataSource dataSource) {
		Set<String> applied = new HashSet<>();
		List<String> changed = new ArrayList<>();
		for (MigrationInfo info : flyway(set, dataSource).load().info().applied()) {
			if (info.getVersion() != null && !info.getState().isFailed()
					&& info.getState() != MigrationState.BASELINE) {
				applied.add(info.getVersion().getVersion());
				if (info.getState().isResolved() && !info.isChecksumMatching()) {
					changed.add(info.getScript());
				}
			}
		}
		return new History(applied, changed);
	}

	@Override
	public void run(ScriptSet set, PlanScript script, DataSource dataSource) {
		forgetFailures(set, dataSource);
		try {
			flyway(set, dataSource).target(script.version()).load().migrate();
		}
		catch (FlywayException ex) {
			if (ex.getCause() == null && String.valueOf(ex.getMessage()).contains("advisory lock")) {
				throw new CannotAcquireLockException("Flyway runs these scripts elsewhere", ex);
			}
			throw ex;
		}
	}

	/**
	 * Outside of a transaction Flyway records a failure, and refuses to go on until the
	 * record is gone.
	 */
	private void forgetFailures(ScriptSet set, DataSource dataSource) {
		boolean failed = Stream.of(flyway(set, dataSource).load().info().all())
			.anyMatch((info) -> info.getState().isFailed());
		if (failed) {
			new JdbcTemplate(dataSource).update("delete from %s where not success".formatted(table(set)));
		}
	}

	@Override
	public String forget(ScriptSet set, PlanScript script) {
		return "delete from %s where version = '%s'".formatted(table(set), script.version());
	}

	private String table(ScriptSet set) {
		return '"' + this.prefix + set.historyName() + '"';
	}

	private FluentConfiguration flyway(ScriptSet set, DataSource dataSource) {
		return Flyway.configure()
			.configuration(LOCK_OUTSIDE_TRANSACTION)
			.dataSource(dataSource)
			.table(this.prefix + set.historyName())
			.locations(new String[0])
			.resourceProvider(new Scripts(set))
			.javaMigrationClassProvider(new NoClasses())
			.ignoreMigrationPatterns("*:missing", "*:future")
			.placeholderReplacement(false)
			.baselineOnMigrate(true)
			.baselineVersion("0")
			.lockRetryCount(5)
			.createSchemas(false);
	}

	/**
	 * The scripts of one set, and nothing else that Flyway might find.
	 */
	private record Scripts(ScriptSet set) implements ResourceProvider {

		@Override
		public @Nullable LoadableResource getResource(String name) {
			return resources().filter((resource) -> resource.getFilename().equals(name)).findFirst().orElse(null);
		}

		@Override
		public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
			return resources()
				.filter((resource) -> resource.getFilename().startsWith(prefix)
						&& Stream.of(suffixes).anyMatch(resource.getFilename()::endsWith))
				.toList();
		}

		private Stream<LoadableResource> resources() {
			return this.set.scripts().stream().map(ScriptResource::new);
		}

	}

	/**
	 * No migrations in Java.
	 */
	private static final class NoClasses implements ClassProvider<JavaMigration> {

		@Override
		public Collection<Class<? extends JavaMigration>> getClasses() {
			return List.of();
		}

	}

}
