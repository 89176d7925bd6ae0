package dev.parallelchange.migration.script;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.ScriptStatus;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MigrationSchema;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.TablesHash;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.jdbc.script.JdbcScriptDatabase;
import dev.parallelchange.migration.jdbc.script.JdbcScriptStore;
import dev.parallelchange.migration.script.sql.SqlDialect;
import dev.parallelchange.migration.script.sql.SqlScript;
import dev.parallelchange.migration.test.PostgresVersion;
import dev.parallelchange.migration.test.TestDatabase;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.DefaultResourceLoader;

/**
 * A plan with scripts and a table in use, on a real database.
 */
final class ScriptScene implements AutoCloseable {

	static final Duration LOCK_TIMEOUT = Duration.ofMillis(300);

	private static final SafetySettings SAFETY = new SafetySettings(LOCK_TIMEOUT, Duration.ofSeconds(60), Duration.ZERO,
			Duration.ofMillis(500));

	final TestDatabase database;

	final MigrationDatabase migration;

	private final ScriptTool tool;

	private final List<PlanScript> scripts = new ArrayList<>();

	private MigrationPhase kind = MigrationPhase.EXPAND;

	private @Nullable MigrationPlan plan;

	ScriptScene(ScriptTool tool, PostgresVersion version) {
		this.tool = tool;
		this.database = TestDatabase.create(version);
		this.migration = new MigrationDatabase(this.database.dataSource(),
				new MigrationTables(MigrationTables.DEFAULT_PREFIX));
		try {
			new MigrationSchema(this.migration, new DefaultResourceLoader().getResource(MigrationSchema.SCRIPT)
				.getContentAsString(java.nio.charset.StandardCharsets.UTF_8)).create();
		}
		catch (java.io.IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
		this.database.execute("create table visits (id bigint primary key, pet varchar(20) not null)",
				"insert into visits select i, 'pet ' || i from generate_series(1, 100) i",
				"insert into migration_plan (id, phase) values ('visit-date', 'EXPAND')");
	}

	ScriptScene contracting() {
		this.kind = MigrationPhase.CONTRACT;
		return this;
	}

	/**
	 * Derive the scripts from a plan.
	 */
	ScriptScene derived(MigrationPlanBuilder declared) {
		this.plan = declared.build();
		return this;
	}

	ScriptScene script(String sql) {
		return script(sql, null);
	}

	ScriptScene script(String sql, @Nullable String undo) {
		String version = String.valueOf(this.scripts.size() + 1);
		this.scripts.add(new PlanScript(version, "test", read("V" + version + "__test.sql", sql),
				(undo != null) ? read("U" + version + "__test.sql", undo) : null));
		return this;
	}

	ScriptScene without() {
		this.scripts.clear();
		return this;
	}

	private static SqlScript read(String name, String sql) {
		return SqlScript.read(name, sql, SqlDialect.POSTGRESQL);
	}

	/**
	 * An instance that knows the scripts as they are now.
	 */
	Instance instance() {
		UUID id = UUID.randomUUID();
		return new Instance(new JdbcScriptStore(this.migration, id), new JdbcScriptDatabase(this.migration, id));
	}

	void phase(MigrationPhase phase) {
		this.database.execute("update migration_plan set phase = '%s', epoch = epoch + 1".formatted(phase), """
				insert into migration_history (plan_id, actor, action, to_phase, epoch, reason)
				select id, 'test', 'transition', phase, epoch, '' from migration_plan""");
	}

	/**
	 * Let the time pass until a script is tried again.
	 */
	void passBackoff() {
		this.database.execute("update migration_script_run set next_attempt_at = now()");
	}

	void passLease() {
		this.database.execute("update migration_script_run set lease_until = now() - interval '1 s'");
	}

	boolean exists(String name) {
		return this.database.jdbcClient()
			.sql("select to_regclass(?) is not null")
			.param(name)
			.query(Boolean.class)
			.single();
	}

	boolean hasColumn(String table, String column) {
		return this.database.jdbcClient()
			.sql("select exists (select from pg_attribute where attrelid = to_regclass(?) and attname = ? and not attisdropped)")
			.params(table, column)
			.query(Boolean.class)
			.single();
	}

	List<String> invalidIndexes() {
		return this.database.jdbcClient()
			.sql("select cast(indexrelid::regclass as text) from pg_index where not indisvalid")
			.query(String.class)
			.list();
	}

	/**
	 * Wait until somebody waits for a lock.
	 */
	void awaitWaiting(String mode) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollInterval(Duration.ofMillis(5))
			.until(() -> count("select count(*) from pg_locks where not granted and mode = '%s'".formatted(mode)) > 0);
	}

	long count(String query) {
		return this.database.jdbcClient().sql(query).query(Long.class).single();
	}

	@Override
	public void close() {
		this.database.close();
	}

	/**
	 * One of several instances.
	 */
	final class Instance {

		final ScriptWork work;

		final ScriptStore store;

		final ScriptGates gates;

		private final ScriptReviews reviews;

		private final ScriptDatabase scripts;

		Instance(ScriptStore store, ScriptDatabase scripts) {
			this.store = store;
			this.scripts = scripts;
			this.work = new ScriptWork(source(), ScriptScene.this.tool, store, scripts);
			this.reviews = new ScriptReviews(scripts);
			this.gates = new ScriptGates(store, this.reviews);
		}

		private ScriptSource source() {
			MigrationPlan declared = ScriptScene.this.plan;
			return (declared != null)
					? new DerivedScripts(declared, new PlanDeriver(ScriptScene.this.migration), ScriptScene.this.tool,
							this.store, this.scripts)
					: new ScriptSet("visit-date", ScriptScene.this.kind, List.copyOf(ScriptScene.this.scripts));
		}

		private String tables() {
			MigrationPlan declared = ScriptScene.this.plan;
			return (declared != null)
					? new TablesHash(PlanDatabases.within(ScriptScene.this.migration)).current(declared) : "";
		}

		/**
		 * Do what a poll does.
		 */
		void poll() {
			PlanState state = ScriptScene.this.migration
				.sql("select id as plan_id, phase, epoch, since from migration_plan")
				.query((row, number) -> new PlanState(row.getString("plan_id"),
						MigrationPhase.valueOf(row.getString("phase")), row.getLong("epoch"),
						row.getObject("since", java.time.OffsetDateTime.class).toInstant(), null, null, null, null,
						null, null, false, null, null))
				.single();
			this.work.enter(state, tables());
			if (!this.work.isDone(state.phase()) && this.work.start()) {
				try {
					this.work.run(state.phase(), SAFETY, this.reviews.isClean(this.work));
				}
				finally {
					this.work.finish();
				}
			}
		}

		/**
		 * Run the first script, whoever holds the claim.
		 * @return why it failed
		 */
		Throwable runs() {
			PlanScript script = this.work.set().scripts().get(0);
			return Assertions.catchThrowable(() -> ScriptScene.this.tool.run(this.work.set(), script,
					this.scripts.connections(this.work.set(), script.sql(), SAFETY)));
		}

		List<ScriptStatus.State> states() {
			return this.gates.statuses(this.work).stream().map(ScriptStatus::state).toList();
		}

		List<@Nullable String> texts() {
			return this.gates.statuses(this.work).stream().map(ScriptStatus::text).toList();
		}

		@Nullable String error() {
			return this.gates.statuses(this.work)
				.stream()
				.map(ScriptStatus::error)
				.filter((error) -> error != null)
				.findFirst()
				.orElse(null);
		}

	}

}
