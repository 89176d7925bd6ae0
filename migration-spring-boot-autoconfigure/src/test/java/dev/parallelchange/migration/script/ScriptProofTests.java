package dev.parallelchange.migration.script;

import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.jdbc.MigrationTables;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.script.ScriptScene.Instance;
import dev.parallelchange.migration.script.ScriptTool.History;
import dev.parallelchange.migration.script.flyway.FlywayScriptTool;
import dev.parallelchange.migration.script.liquibase.LiquibaseScriptTool;
import dev.parallelchange.migration.script.sql.SqlStatement;
import dev.parallelchange.migration.test.DatabaseLatch;
import dev.parallelchange.migration.test.OwnThread;
import dev.parallelchange.migration.test.PostgresVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What comes of scripts without that which protects them.
 */
class ScriptProofTests {

	private static final String ADD = "alter table visits add column visited_on date";

	private static final String WAITS = "create function w() returns boolean language plpgsql set lock_timeout = 0 as $$ begin perform %s; return true; end $$"
		.formatted(DatabaseLatch.WAIT);

	private final FlywayScriptTool tool = new FlywayScriptTool(MigrationTables.DEFAULT_PREFIX);

	private ScriptScene scene = new ScriptScene(this.tool, PostgresVersion.NEWEST);

	@AfterEach
	void close() {
		this.scene.close();
	}

	@Test
	@ScheduleProof("C70")
	void withoutALookAtTheClaimAnInstanceThatLostItGoesOn() {
		Instance stuck = this.scene.script(ADD).instance();
		assertThat(stuck.store.claim(stuck.work.set(), MigrationPhase.EXPAND)).isTrue();
		this.scene.passLease();
		Instance other = this.scene.instance();
		assertThat(other.store.claim(other.work.set(), MigrationPhase.EXPAND)).isTrue();
		run(this.tool, stuck);
		assertThat(this.scene.hasColumn("visits", "visited_on")).isTrue();
	}

	@Test
	@ScheduleProof("C71")
	void withoutALockTheClaimIsTakenOverInTheMiddleOfATransaction() throws Exception {
		this.scene.database.execute(WAITS);
		Instance stuck = this.scene.script("alter table visits add check (w())").instance();
		assertThat(stuck.store.claim(stuck.work.set(), MigrationPhase.EXPAND)).isTrue();
		Instance other = this.scene.instance();
		try (DatabaseLatch latch = new DatabaseLatch(this.scene.database)) {
			CompletableFuture<Void> run = OwnThread.run(() -> run(this.tool, stuck));
			latch.awaitArrival(1);
			this.scene.passLease();
			assertThat(other.store.claim(other.work.set(), MigrationPhase.EXPAND)).isTrue();
			latch.open();
			run.get(60, TimeUnit.SECONDS);
		}
	}

	@Test
	@ScheduleProof("C72")
	void withoutALimitReadersQueueBehindAScript() throws Exception {
		Instance instance = this.scene.script(ADD).instance();
		CompletableFuture<Void> run;
		CompletableFuture<Long> reader;
		try (Connection other = this.scene.database.dataSource().getConnection();
				Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("select count(*) from visits");
			run = OwnThread.run(() -> run(this.tool, instance));
			this.scene.awaitWaiting("AccessExclusiveLock");
			reader = OwnThread.supply(() -> this.scene.count("select count(*) from visits"));
			this.scene.awaitWaiting("AccessShareLock");
			other.commit();
		}
		run.get(60, TimeUnit.SECONDS);
		assertThat(reader.get(60, TimeUnit.SECONDS)).isEqualTo(100);
	}

	@Test
	@ScheduleProof("C73")
	void anInvalidIndexThatIsNotDroppedIsTakenForTheIndex() {
		this.scene.database.execute("create unique index visits_pet on visits (pet)",
				"update pg_index set indisvalid = false where indexrelid = 'visits_pet'::regclass");
		Instance instance = this.scene
			.script("create unique index concurrently if not exists visits_pet on visits (pet)")
			.instance();
		run(this.tool, instance);
		assertThat(this.tool.history(instance.work.set(), this.scene.database.dataSource()).applied())
			.containsExactly("1");
		assertThat(this.scene.invalidIndexes()).containsExactly("visits_pet");
	}

	@Test
	@ScheduleProof("C74")
	void aChangedScriptThatNobodyComparesIsTakenForTheOneThatWasRun() {
		this.scene.close();
		this.scene = new ScriptScene(new Unsuspecting(this.tool), PostgresVersion.NEWEST);
		this.scene.script("create table fresh (id bigint primary key)").instance().poll();
		this.scene.without().script("create table fresh (id int primary key)");
		Instance instance = this.scene.instance();
		instance.poll();
		assertThat(instance.gates.of(instance.work, MigrationPhase.EXPAND, MigrationPhase.DUAL_WRITE))
			.allMatch(Gate::open);
	}

	@Test
	@ScheduleProof("C75")
	void withoutATransactionAScriptThatIsKilledCannotBeRunAgain() throws Exception {
		this.scene.database.execute(WAITS);
		Instance instance = this.scene
			.script("create table first (id bigint primary key); alter table visits add check (w())")
			.instance();
		try (DatabaseLatch latch = new DatabaseLatch(this.scene.database)) {
			CompletableFuture<Void> run = OwnThread.run(() -> oneByOne(instance));
			latch.awaitArrival(1);
			this.scene.database.jdbcClient()
				.sql("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and not granted")
				.query(Boolean.class)
				.list();
			assertThatException().isThrownBy(() -> run.get(60, TimeUnit.SECONDS));
		}
		assertThat(this.scene.exists("first")).isTrue();
		assertThatException().isThrownBy(() -> oneByOne(instance)).withStackTraceContaining("already exists");
	}

	@Test
	@ScheduleProof("C76")
	void withoutAClaimTwoInstancesRunAScriptAtOnce() throws Exception {
		LiquibaseScriptTool liquibase = new LiquibaseScriptTool(MigrationTables.DEFAULT_PREFIX);
		this.scene.database.execute(WAITS, "create table runs (id int)");
		Instance one = this.scene.script("insert into runs select 1 where w()").instance();
		Instance other = this.scene.instance();
		try (DatabaseLatch latch = new DatabaseLatch(this.scene.database)) {
			CompletableFuture<Void> first = OwnThread.run(() -> run(liquibase, one));
			latch.awaitArrival(1);
			CompletableFuture<Void> second = OwnThread.run(() -> run(liquibase, other));
			latch.awaitArrival(2);
			latch.open();
			CompletableFuture.allOf(first, second).exceptionally((ex) -> null).get(60, TimeUnit.SECONDS);
		}
		assertThat(this.scene.count("select count(*) from runs")).isEqualTo(2);
	}

	/**
	 * On connections of nobody's: without a claim, without limits.
	 */
	private void run(ScriptTool runner, Instance instance) {
		ScriptSet set = instance.work.set();
		runner.run(set, set.scripts().get(0), this.scene.database.dataSource());
	}

	private void oneByOne(Instance instance) {
		JdbcTemplate template = new JdbcTemplate(this.scene.database.dataSource());
		instance.work.set()
			.scripts()
			.get(0)
			.sql()
			.statements()
			.stream()
			.map(SqlStatement::sql)
			.forEach(template::execute);
	}

	/**
	 * Believes that texts stay as they are.
	 *
	 * @param tool runs the scripts
	 */
	private record Unsuspecting(ScriptTool tool) implements ScriptTool {

		@Override
		public History history(ScriptSet set, DataSource dataSource) {
			return new History(this.tool.history(set, dataSource).applied(), List.of());
		}

		@Override
		public void run(ScriptSet set, PlanScript script, DataSource dataSource) {
			this.tool.run(set, script, dataSource);
		}

		@Override
		public String forget(ScriptSet set, PlanScript script) {
			return this.tool.forget(set, script);
		}

	}

}
