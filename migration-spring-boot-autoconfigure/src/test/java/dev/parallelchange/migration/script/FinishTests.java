package dev.parallelchange.migration.script;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.DriftStatus;
import dev.parallelchange.migration.FinishSettings;
import dev.parallelchange.migration.FinishSettings.ForeignKey;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationStatus;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.drift.DriftEngine;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.drift.JdbcDriftStore;
import dev.parallelchange.migration.jdbc.phase.JdbcPlanStore;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.jdbc.script.JdbcFinishCatalog;
import dev.parallelchange.migration.jdbc.script.JdbcScriptDatabase;
import dev.parallelchange.migration.jdbc.script.JdbcScriptStore;
import dev.parallelchange.migration.phase.Audit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a target is to refuse is added when all rows are there, holds nobody up, and holds
 * before reads rely on it.
 */
class FinishTests {

	private static final FinishSettings FINISH = new FinishSettings(List.of("Pet"),
			Map.of("kinds_known", "kind in ('cat', 'dog')"),
			Map.of("kinds_exist", new ForeignKey(List.of("kind"), "kinds", List.of("name"))),
			Map.of("pets_once", List.of("Pet", "kind")));

	private @Nullable MirroredTables tables;

	private @Nullable FinishEngine engine;

	@AfterEach
	void close() {
		this.engine.stop();
		this.tables.close();
	}

	@Test
	void nothingIsAddedBeforeAllRowsAreThereAndEqual() {
		movedTable(FINISH);
		for (String finished : List.of("null", "now()")) {
			this.tables.execute("update migration_backfill set finished_at = " + finished);
			tickTimes(5);
			assertThat(constraints()).isEmpty();
			assertThat(gate().waiting()).isTrue();
			assertThat(gate().toString()).contains("0 of 4 hold", "not-null Pet", "check kinds_known",
					"foreign key kinds_exist", "unique pets_once");
		}
	}

	@Test
	void allTouchesHoldBeforeTheReadsMaySwitch() {
		movedTable(FINISH);
		verified();
		await();
		assertThat(gate().value()).isEqualTo("4 of 4 hold");
		assertThat(constraints()).containsExactly("(kinds_exist,t)", "(kinds_known,t)");
		assertThat(this.tables
			.rows("select attnotnull from pg_attribute where attname = 'Pet' and attrelid = 'pets'::regclass"))
			.containsExactly("(t)");
		assertThat(this.tables.rows("select indisvalid from pg_index where indexrelid = 'pets_once'::regclass"))
			.containsExactly("(t)");
		assertThat(this.tables.rows("select reason from migration_history where action = 'script'")).hasSize(8);
	}

	@Test
	void definitionStaysTheSameAndNothingOfItIsDrift() {
		movedTable(FINISH);
		DriftEngine drift = new DriftEngine(new JdbcDriftStore(PlanDatabases.within(this.tables.database())),
				Duration.ZERO, new MigrationListener() {
				});
		drift.tick(plan(), state());
		verified();
		await();
		assertThat(new PlanDeriver(this.tables.database()).derive(plan().plan(), false).fingerprint())
			.isEqualTo(plan().fingerprint());
		drift.tick(plan(), state());
		MigrationStatus.Builder status = new MigrationStatus.Builder(state());
		drift.report(plan(), status);
		assertThat(status.build().drift()).extracting(DriftStatus::differences).isEqualTo(List.of());
		assertThat(drift.gates(plan(), MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ)).allMatch(Gate::open);
	}

	@Test
	void rowsThatViolateATouchAreCountedAndWaitedFor() {
		movedTable(FINISH);
		this.tables.execute("insert into pets values (4, null, 'cat'), (5, null, 'dog')");
		verified();
		awaitState("FAILED");
		assertThat(gate().waiting()).isFalse();
		assertThat(gate().toString()).contains("0 of 4 hold; not-null Pet: 2 rows violate it",
				"select from \"public\".\"pets\" as target where \"Pet\" is null", "\"scripts\": \"retry\"");
		tickTimes(5);
		assertThat(this.tables.rows("select attempts from migration_script_run")).as("nobody has corrected them")
			.containsExactly("(1)");
		this.tables.execute("delete from pets where id > 3");
		JdbcPlanStore store = new JdbcPlanStore(this.tables.database());
		store.atomically(() -> store.retryScripts("pets", new Audit("ada", "corrected")));
		await();
	}

	@Test
	void equalRowsAndRowsWithoutAParentAreCountedToo() {
		for (FinishSettings one : List.of(new FinishSettings(List.of(), FINISH.checks(), Map.of(), Map.of()),
				new FinishSettings(List.of(), Map.of(), FINISH.foreignKeys(), Map.of()),
				new FinishSettings(List.of(), Map.of(), Map.of(), FINISH.unique()))) {
			movedTable(one);
			this.tables.execute("insert into pets values (4, 'Leo', 'cow'), (5, 'Leo', 'cow'), (6, 'Leo', null)");
			verified();
			awaitState("FAILED");
			assertThat(gate().value()).matches("0 of 1 hold; .+: (1|2) rows violate it; .*");
			if (one.unique().isEmpty()) {
				close();
			}
		}
		assertThat(this.tables.rows("select 1 from pg_class where relname = 'pets_once'"))
			.as("nothing invalid is left behind")
			.isEmpty();
	}

	@Test
	void nobodyQueuesBehindATouchThatWaits() throws SQLException {
		movedTable(FINISH);
		verified();
		try (Connection writer = this.tables.testDatabase().dataSource().getConnection()) {
			writer.setAutoCommit(false);
			try (Statement statement = writer.createStatement()) {
				statement.execute("update pets set kind = 'dog' where id = 1");
				awaitState("WAITING");
				this.tables.execute("set lock_timeout = '10s'", "update pets set kind = 'cat' where id = 2");
			}
			assertThat(gate().waiting()).isTrue();
			assertThat(gate().value()).contains("is tried again after: ")
				.containsAnyOf("lock timeout", "in a transaction that has been open");
			writer.rollback();
		}
		await();
	}

	@Test
	void invalidIndexThatSomebodyHasLeftIsBuiltAgain() {
		movedTable(FINISH);
		this.tables.execute("create unique index pets_once on pets (\"Pet\", kind)",
				"update pg_index set indisvalid = false where indexrelid = 'pets_once'::regclass");
		verified();
		await();
		assertThat(this.tables.rows("select indisvalid from pg_index where indexrelid = 'pets_once'::regclass"))
			.containsExactly("(t)");
	}

	@Test
	void wayBackOfAColumnPlanIsClosedUntilNothingNeedsTheMirror() {
		start(new MirroredTables(builder().table("pets")
			.rename("name", "called")
			.finish(new FinishSettings(List.of("called"), Map.of(), Map.of(), Map.of()))
			.build(), "create table pets (id bigint primary key, name text, called text)"));
		assertThat(back()).allMatch(Gate::open);
		verified();
		await();
		assertThat(back()).singleElement().satisfies((gate) -> {
			assertThat(gate.open()).isFalse();
			assertThat(gate.remedy())
				.isEqualTo("alter table \"public\".\"pets\" alter column \"called\" drop not null");
		});
		this.tables.execute(back().get(0).remedy());
		assertThat(back()).allMatch(Gate::open);
	}

	@Test
	void releaseThatKnowsNothingOfTheColumnStillWritesIt() {
		start(new MirroredTables(builder().table("pets")
			.rename("name", "called")
			.finish(new FinishSettings(List.of("called"), Map.of(), Map.of(), Map.of()))
			.build(), "create table pets (id bigint primary key, name text, called text)"));
		this.tables.withTriggers();
		verified();
		await();
		this.tables.execute("insert into pets (id, name) values (1, 'Leo')");
		assertThat(this.tables.rows("select called from pets")).containsExactly("(Leo)");
	}

	private static dev.parallelchange.migration.MigrationPlanBuilder builder() {
		SafetySettings safety = SafetySettings.DEFAULTS;
		return MigrationPlan.of("pets")
			.mirror(MirrorKind.TRIGGERS)
			.safety(new SafetySettings(Duration.ofMillis(200), safety.statementTimeout(), safety.reverseWindow(),
					safety.maxWritePause()));
	}

	private void movedTable(FinishSettings finish) {
		start(new MirroredTables(builder().source("animals").target("pets").finish(finish).build(),
				"create table kinds (name text primary key)", "insert into kinds values ('cat'), ('dog')",
				"create table animals (id bigint primary key, \"Pet\" text, kind text)",
				"create table pets (id bigint primary key, \"Pet\" text, kind text)",
				"insert into pets values (1, 'Leo', 'cat'), (2, 'Max', 'dog'), (3, 'Leo', 'dog')"));
	}

	private void start(MirroredTables started) {
		this.tables = started;
		this.tables.phase(MigrationPhase.BACKFILL);
		this.tables.testDatabase()
			.jdbcClient()
			.sql("insert into migration_backfill (plan_id, fingerprint, rows_estimated) values ('pets', ?, 3)")
			.param(plan().fingerprint())
			.update();
		UUID id = UUID.randomUUID();
		this.engine = new FinishEngine(new JdbcFinishCatalog(this.tables.database()),
				new JdbcScriptStore(this.tables.database(), id), new JdbcScriptDatabase(this.tables.database(), id),
				new MigrationListener() {
				});
	}

	private void verified() {
		this.tables.execute("update migration_backfill set finished_at = now()", """
				insert into migration_pass (plan_id, epoch, fingerprint, repair, started_at, finished_at)
				values ('pets', 1, '', false, clock_timestamp(), clock_timestamp())""");
	}

	private DerivedPlan plan() {
		return this.tables.plan();
	}

	private PlanState state() {
		return new JdbcPlanStore(this.tables.database()).load(List.of("pets")).get("pets").state();
	}

	private void tickTimes(int times) {
		for (int i = 0; i < times; i++) {
			tick();
		}
	}

	/**
	 * The time until the next attempt passes at once.
	 */
	private void tick() {
		this.tables.execute("update migration_script_run set next_attempt_at = now() where state = 'WAITING'");
		this.engine.tick(plan(), state());
	}

	private void await() {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			tick();
			return gate().open();
		});
	}

	private void awaitState(String state) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			tick();
			return this.tables.rows("select state from migration_script_run where error is not null")
				.equals(List.of("(" + state + ")"));
		});
	}

	private Gate gate() {
		return this.engine.gates(plan(), MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ).get(0);
	}

	private List<Gate> back() {
		return this.engine.gates(plan(), MigrationPhase.DUAL_WRITE, MigrationPhase.EXPAND);
	}

	private List<String> constraints() {
		return this.tables.rows("""
				select conname, convalidated from pg_constraint
				where conrelid = 'pets'::regclass and contype in ('c', 'f') order by conname""");
	}

}
