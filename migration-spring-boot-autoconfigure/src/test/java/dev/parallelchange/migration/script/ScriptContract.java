package dev.parallelchange.migration.script;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.ScriptStatus.State;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.script.ScriptScene.Instance;
import dev.parallelchange.migration.test.DatabaseLatch;
import dev.parallelchange.migration.test.OwnThread;
import dev.parallelchange.migration.test.PostgresVersion;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds for scripts whatever library runs them.
 */
abstract class ScriptContract {

	private static final String ADD = "alter table visits add column visited_on date";

	private static final String INDEX = "create unique index concurrently if not exists visits_pet on visits (pet)";

	private static final String LAST_WRITER = "select cast(cast(xmin as text) as bigint) from migration_script_run";

	private static final String WAIT = "create table waits as select cast(1 as int) as id; create function w() returns boolean language plpgsql set lock_timeout = 0 as $$ begin perform %s; return true; end $$; alter table waits add check (w())"
		.formatted(DatabaseLatch.WAIT);

	final ScriptScene scene = new ScriptScene(tool(), version());

	abstract ScriptTool tool();

	PostgresVersion version() {
		return PostgresVersion.NEWEST;
	}

	@AfterEach
	void close() {
		this.scene.close();
	}

	@Test
	void scriptsAreRunOnceAndInOrder() {
		Instance instance = this.scene.script("create table fresh (id bigint primary key)")
			.script("insert into fresh values (1); alter table fresh add column n int; comment on table fresh is ';'")
			.instance();
		assertThat(instance.gates.of(instance.work, MigrationPhase.EXPAND, MigrationPhase.DUAL_WRITE)).last()
			.satisfies((gate) -> {
				assertThat(gate.open()).isFalse();
				assertThat(gate.waiting()).isTrue();
			});
		instance.poll();
		instance.poll();
		this.scene.instance().poll();
		assertThat(instance.states()).containsOnly(State.APPLIED);
		assertThat(this.scene.count("select count(*) from fresh")).isOne();
		assertThat(instance.gates.of(instance.work, MigrationPhase.EXPAND, MigrationPhase.DUAL_WRITE))
			.allMatch(Gate::open)
			.last()
			.extracting(Gate::value)
			.isEqualTo("2 of 2 have been run");
		assertThat(this.scene.count("select count(*) from migration_history where action = 'script'")).isEqualTo(2);
	}

	@Test
	void scriptsAreUndoneDownToTheFirstThatCannotBe() {
		Instance instance = this.scene.script("create table a (id bigint primary key)", "drop table a")
			.script("create table b (id bigint primary key)")
			.script("create table c (id bigint primary key)", "drop table c")
			.script(INDEX, "drop index concurrently if exists visits_pet")
			.instance();
		instance.poll();
		assertThat(this.scene.exists("visits_pet")).isTrue();
		this.scene.phase(MigrationPhase.OFF);
		instance.poll();
		assertThat(instance.states()).containsExactly(State.APPLIED, State.APPLIED, State.PENDING, State.PENDING);
		assertThat(List.of("a", "b")).allMatch(this.scene::exists);
		assertThat(List.of("c", "visits_pet")).noneMatch(this.scene::exists);
		this.scene.phase(MigrationPhase.EXPAND);
		instance.poll();
		assertThat(List.of("a", "b", "c", "visits_pet")).allMatch(this.scene::exists);
	}

	@Test
	void thePlanThatBeginsAnewUndoesNothing() {
		this.scene.script("create table fresh (id bigint primary key)", "drop table fresh").instance().poll();
		assertThat(this.scene.exists("fresh")).isTrue();
		this.scene.database.execute("delete from migration_plan", "delete from migration_history",
				"insert into migration_plan (id) values ('visit-date')");
		this.scene.instance().poll();
		assertThat(this.scene.exists("fresh")).isTrue();
		this.scene.phase(MigrationPhase.OFF);
		this.scene.instance().poll();
		assertThat(this.scene.exists("fresh")).isFalse();
	}

	@Test
	void scriptsOfAPhaseRunInNoOther() {
		Instance instance = this.scene.contracting().script("drop table visits").instance();
		for (MigrationPhase phase : MigrationPhase.values()) {
			if (phase != MigrationPhase.CONTRACT) {
				this.scene.phase(phase);
				instance.poll();
				assertThat(this.scene.exists("visits")).isTrue();
			}
		}
		this.scene.phase(MigrationPhase.CONTRACT);
		instance.poll();
		assertThat(this.scene.exists("visits")).isFalse();
		assertThat(instance.gates.of(instance.work, MigrationPhase.CONTRACT, MigrationPhase.COMPLETED))
			.allMatch(Gate::open);
	}

	@Test
	void nothingRunsBeforeAllInstancesKnowOfThePhase() {
		this.scene.database.execute(
				"insert into migration_instance (id, host, lease_until) values (gen_random_uuid(), 'other', now() + interval '1 h')",
				"insert into migration_acknowledgement (plan_id, instance_id, epoch, uses) select 'visit-date', id, 0, 'SOURCE' from migration_instance");
		this.scene.phase(MigrationPhase.CONTRACT);
		Instance instance = this.scene.contracting().script("drop table visits").instance();
		instance.poll();
		assertThat(this.scene.exists("visits")).isTrue();
		this.scene.database.execute("update migration_acknowledgement set epoch = 1");
		instance.poll();
		assertThat(this.scene.exists("visits")).isFalse();
	}

	@Test
	@Schedule("C72")
	void readersAreNotHeldUpWhileAScriptWaitsForALock() throws Exception {
		this.scene.database.execute("create index visits_name on visits (pet)");
		Instance instance = this.scene.script("-- migration:allow index-not-concurrent: a test\ndrop index visits_name")
			.instance();
		try (Connection other = this.scene.database.dataSource().getConnection()) {
			other.setAutoCommit(false);
			execute(other, "select count(*) from visits");
			CompletableFuture<Void> run = OwnThread.run(instance::poll);
			this.scene.awaitWaiting("AccessExclusiveLock");
			CompletableFuture<Long> reader = OwnThread.supply(() -> this.scene.count("select count(*) from visits"));
			assertThat(reader.get(60, TimeUnit.SECONDS)).isEqualTo(100);
			run.get(60, TimeUnit.SECONDS);
			assertThat(instance.states()).containsExactly(State.WAITING);
			assertThat(instance.error()).contains("lock timeout");
			assertThat(instance.gates.of(instance.work, MigrationPhase.EXPAND, MigrationPhase.DUAL_WRITE)).last()
				.satisfies((gate) -> {
					assertThat(gate.waiting()).isTrue();
					assertThat(gate.value()).contains("lock timeout");
				});
			instance.poll();
			assertThat(this.scene.count("select attempts from migration_script_run")).isEqualTo(1);
			other.commit();
		}
		this.scene.passBackoff();
		instance.poll();
		assertThat(instance.states()).containsExactly(State.APPLIED);
		assertThat(this.scene.exists("visits_name")).isFalse();
	}

	@Test
	void aScriptDoesNotEvenQueueBehindATransactionThatHasBeenOpenForLong() throws Exception {
		Instance instance = this.scene.script(ADD).instance();
		try (Connection other = this.scene.database.dataSource().getConnection()) {
			other.setAutoCommit(false);
			execute(other, "lock table visits in share row exclusive mode");
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
				this.scene.passBackoff();
				instance.poll();
				return String.valueOf(instance.error()).startsWith("process");
			});
			assertThat(instance.states()).containsExactly(State.WAITING);
			assertThat(instance.error()).contains("process ", " has visits in a transaction", "idle in transaction");
			this.scene.passBackoff();
			long written = this.scene.count(LAST_WRITER);
			instance.poll();
			assertThat(this.scene.count(LAST_WRITER)).as("a look that finds the same writes nothing")
				.isEqualTo(written);
			other.commit();
		}
		this.scene.passBackoff();
		instance.poll();
		assertThat(instance.states()).containsExactly(State.APPLIED);
	}

	@Test
	void anIndexThatIsBuiltConcurrentlyWaitsForOldTransactionsAsLongAsTheyLast() throws Exception {
		Instance instance = this.scene.script(INDEX)
			.script("create index concurrently if not exists visits_id on visits (id, pet)")
			.instance();
		try (Connection other = this.scene.database.dataSource().getConnection()) {
			other.setAutoCommit(false);
			execute(other, "update visits set pet = 'Rex' where id = 1");
			CompletableFuture<Void> run = OwnThread.run(instance::poll);
			this.scene.awaitWaiting("ShareLock");
			Awaitility.await().pollDelay(ScriptScene.LOCK_TIMEOUT.multipliedBy(3)).until(() -> true);
			assertThat(run).isNotDone();
			other.commit();
			run.get(60, TimeUnit.SECONDS);
		}
		assertThat(instance.states()).containsOnly(State.APPLIED);
		assertThat(this.scene.invalidIndexes()).isEmpty();
		assertThat(List.of("visits_pet", "visits_id")).allMatch(this.scene::exists);
	}

	@Test
	void anIndexThatCannotBeBuiltLeavesNothingBehindAndIsTriedAgainOnRequest() {
		this.scene.database.execute("update visits set pet = 'Rex' where id in (1, 2)");
		Instance instance = this.scene.script(INDEX).instance();
		instance.poll();
		assertThat(instance.states()).containsExactly(State.FAILED);
		assertThat(this.scene.invalidIndexes()).isEmpty();
		assertThat(instance.gates.of(instance.work, MigrationPhase.EXPAND, MigrationPhase.DUAL_WRITE)).last()
			.satisfies((gate) -> {
				assertThat(gate.waiting()).isFalse();
				assertThat(gate.value()).contains("V1__test.sql", "could not create unique index");
				assertThat(gate.remedy()).contains("\"scripts\": \"retry\"");
			});
		this.scene.database.execute("update visits set pet = 'Bello' where id = 2");
		this.scene.passBackoff();
		instance.poll();
		assertThat(instance.states()).containsExactly(State.FAILED);
		retry();
		instance.poll();
		assertThat(instance.states()).containsExactly(State.APPLIED);
		assertThat(this.scene.exists("visits_pet")).isTrue();
		assertThat(this.scene.invalidIndexes()).isEmpty();
	}

	@Test
	@Schedule("C73")
	void anInvalidIndexOfAKilledBuildIsNotTakenForTheIndex() {
		this.scene.database.execute("create unique index visits_pet on visits (pet)",
				"update pg_index set indisvalid = false where indexrelid = 'visits_pet'::regclass");
		assertThat(this.scene.invalidIndexes()).isNotEmpty();
		this.scene.script(INDEX).instance().poll();
		assertThat(this.scene.invalidIndexes()).isEmpty();
		assertThat(this.scene.exists("visits_pet")).isTrue();
	}

	@Test
	void aScriptThatHasBeenRunIsNotReviewedAnew() {
		Instance instance = this.scene.script("alter table visits alter column pet type varchar(50)")
			.script("alter table visits alter column pet type varchar(100)")
			.instance();
		instance.poll();
		assertThat(instance.states()).containsOnly(State.APPLIED);
		assertThat(instance.gates.of(instance.work, MigrationPhase.EXPAND, MigrationPhase.DUAL_WRITE))
			.allMatch(Gate::open);
	}

	@Test
	void anotherTextOfAScriptThatFailedIsRun() {
		this.scene.script("alter table visits add column visited_on dates").instance().poll();
		this.scene.without().script(ADD);
		Instance instance = this.scene.instance();
		instance.poll();
		assertThat(instance.states()).containsExactly(State.APPLIED);
	}

	@Test
	@Schedule("C74")
	void aScriptThatWasChangedAfterItWasRunIsNamed() {
		this.scene.script("create table fresh (id bigint primary key)").instance().poll();
		this.scene.without().script("create table fresh (id int primary key)");
		Instance instance = this.scene.instance();
		instance.poll();
		assertThat(instance.gates.of(instance.work, MigrationPhase.EXPAND, MigrationPhase.DUAL_WRITE)).last()
			.satisfies((gate) -> {
				assertThat(gate.open()).isFalse();
				assertThat(gate.waiting()).isFalse();
				assertThat(gate.value()).contains("V1__test.sql has been changed");
			});
	}

	@Test
	void aDangerousScriptIsNotRunAndTheGateSaysWhatToWriteInstead() {
		Instance instance = this.scene.script("create table fresh (id bigint primary key);\ndrop table visits")
			.instance();
		instance.poll();
		assertThat(this.scene.exists("visits")).isTrue();
		assertThat(this.scene.exists("fresh")).isFalse();
		assertThat(instance.gates.of(instance.work, MigrationPhase.OFF, MigrationPhase.EXPAND)).singleElement()
			.satisfies((gate) -> {
				assertThat(gate.open()).isFalse();
				assertThat(gate.value()).contains("V1__test.sql line 2, destructive", "drop table visits");
				assertThat(gate.remedy()).contains("-- in a contract script:\ndrop table visits",
						"-- migration:allow destructive:");
			});
	}

	@Test
	@Schedule("C75")
	void aScriptWhoseConnectionIsKilledIsResumed() throws Exception {
		Instance instance = this.scene.script("create table first (id bigint primary key)").script(WAIT).instance();
		try (DatabaseLatch latch = new DatabaseLatch(this.scene.database)) {
			CompletableFuture<Void> run = OwnThread.run(instance::poll);
			latch.awaitArrival(1);
			this.scene.database.jdbcClient()
				.sql("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and not granted")
				.query(Boolean.class)
				.list();
			run.get(60, TimeUnit.SECONDS);
		}
		assertThat(instance.states()).containsExactly(State.APPLIED, State.WAITING);
		assertThat(this.scene.exists("waits")).isFalse();
		this.scene.passBackoff();
		instance.poll();
		assertThat(instance.states()).containsOnly(State.APPLIED);
		assertThat(this.scene.exists("waits")).isTrue();
	}

	@Test
	@Schedule("C76")
	void oneOfTwoInstancesRunsTheScriptsAndTheOtherWaits() throws Exception {
		this.scene.script(WAIT);
		Instance one = this.scene.instance();
		Instance other = this.scene.instance();
		try (DatabaseLatch latch = new DatabaseLatch(this.scene.database)) {
			CompletableFuture<Void> run = OwnThread.run(one::poll);
			latch.awaitArrival(1);
			other.poll();
			assertThat(other.states()).containsExactly(State.RUNNING);
			assertThat(latch.waiting()).isOne();
			latch.open();
			run.get(60, TimeUnit.SECONDS);
		}
		other.poll();
		assertThat(other.states()).containsExactly(State.APPLIED);
		assertThat(this.scene.count("select count(*) from migration_history where action = 'script'")).isOne();
	}

	@Test
	@Schedule("C71")
	void theScriptsOfAnInstanceThatIsStuckAreNotTakenOverWhileItsTransactionIsOpen() throws Exception {
		this.scene.script(WAIT);
		Instance stuck = this.scene.instance();
		Instance other = this.scene.instance();
		try (DatabaseLatch latch = new DatabaseLatch(this.scene.database)) {
			CompletableFuture<Void> run = OwnThread.run(stuck::poll);
			latch.awaitArrival(1);
			this.scene.passLease();
			other.poll();
			assertThat(other.states()).containsExactly(State.RUNNING);
			latch.open();
			run.get(60, TimeUnit.SECONDS);
		}
		assertThat(this.scene.count("select count(*) from migration_history where action = 'script'")).isOne();
	}

	@Test
	@Schedule("C70")
	void anInstanceThatLostItsClaimRunsNothingMore() {
		this.scene.script(ADD);
		Instance stuck = this.scene.instance();
		assertThat(stuck.store.claim(stuck.work.set(), MigrationPhase.EXPAND)).isTrue();
		this.scene.passLease();
		Instance other = this.scene.instance();
		assertThat(other.store.claim(other.work.set(), MigrationPhase.EXPAND)).isTrue();
		assertThat(stuck.runs()).hasStackTraceContaining("taken over");
		assertThat(this.scene.hasColumn("visits", "visited_on")).isFalse();
	}

	@Test
	void noLimitStaysBehindInAConnection() {
		Instance instance = this.scene.script(ADD).script(INDEX).instance();
		String name = this.scene.database.jdbcClient().sql("select current_database()").query(String.class).single();
		this.scene.database.execute("alter database %s set lock_timeout = '7s'".formatted(name));
		this.scene.database.dataSource().getHikariPoolMXBean().softEvictConnections();
		instance.poll();
		assertThat(instance.states()).containsOnly(State.APPLIED);
		for (int i = 0; i < 3; i++) {
			assertThat(this.scene.database.jdbcClient().sql("show lock_timeout").query(String.class).single())
				.isEqualTo("7s");
			assertThat(this.scene.database.jdbcClient().sql("show statement_timeout").query(String.class).single())
				.isEqualTo("0");
		}
	}

	private void retry() {
		this.scene.database
			.execute("update migration_script_run set state = 'WAITING', next_attempt_at = now(), attempts = 0");
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
