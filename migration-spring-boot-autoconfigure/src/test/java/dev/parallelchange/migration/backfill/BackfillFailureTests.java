package dev.parallelchange.migration.backfill;

import java.time.Duration;
import java.util.List;

import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.BackfillStatus;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationEvent;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.schedule.Schedule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;

class BackfillFailureTests {

	private final BackfillScene scene = new BackfillScene("create table item (id int primary key, name text)",
			"create table copy (id int primary key, name text check (length(name) < 10))",
			"insert into item select i, 'n' || i from generate_series(1, 500) as i");

	@AfterEach
	void close() {
		this.scene.close();
	}

	@Test
	void rowsThatCannotBeWrittenAreFoundExactlyAndTheRestIsCopied() {
		this.scene.database.execute("update item set name = 'far too long' where id in (1, 2, 77, 250, 251, 499, 500)");
		DerivedPlan plan = plan(BackfillScene.settings(100, 100));
		this.scene.copyAll(plan);
		assertThat(this.scene.database.jdbcClient()
			.sql("select key::text from migration_quarantine where side = 'TARGET' order by (key ->> 0)::int")
			.query(String.class)
			.list()).containsExactly("[1]", "[2]", "[77]", "[250]", "[251]", "[499]", "[500]");
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(493);
		BackfillStatus status = this.scene.status(plan);
		assertThat(status.rowsDone()).isEqualTo(500);
		assertThat(status.rowsWritten()).isEqualTo(493);
		assertThat(status.quarantined()).isEqualTo(7);
		assertThat(status.quarantine()).hasSize(7)
			.first()
			.satisfies((row) -> assertThat(row.error()).contains("copy_name_check").doesNotContain("too long"));
		this.scene.tick(plan);
		assertThat(this.scene.events(MigrationEvent.RowsQuarantined.class).stream().mapToLong((event) -> event.rows()))
			.satisfies((rows) -> assertThat(rows.stream().mapToLong(Long::longValue).sum()).isEqualTo(7));
	}

	@Test
	void rowThatTheMappingFailsOnIsPutAsideWithoutItsValueInEvents() {
		this.scene.database.execute("create table numbers (id int primary key, name int)",
				"update item set name = case when id = 123 then 'secret' else id::text end");
		DerivedPlan plan = this.scene.plan(MigrationPlan.of("items")
			.source("item")
			.target("numbers")
			.map("name", "cast(source.name as integer)")
			.backfill(BackfillScene.settings(100, 100)));
		this.scene.copyAll(plan);
		this.scene.tick(plan);
		assertThat(this.scene.number("select count(*) from numbers")).isEqualTo(499);
		assertThat(this.scene.events(MigrationEvent.RowsQuarantined.class)).hasSize(1)
			.first()
			.satisfies((event) -> assertThat(event.error()).contains("invalid input syntax").doesNotContain("secret"));
	}

	@Test
	@Schedule("C08")
	void conflictOnAnotherIndexThanTheIdentityIsNotSwallowed() {
		this.scene.database.execute("create unique index on copy (name)",
				"update item set name = 'twin' where id in (100, 400)");
		DerivedPlan plan = plan(BackfillScene.settings(100, 100));
		this.scene.copyAll(plan);
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(499);
		assertThat(this.scene.status(plan).quarantine()).hasSize(1)
			.first()
			.satisfies((row) -> assertThat(row.error()).contains("copy_name_idx"));
	}

	@Test
	void tooManyBadRowsPauseTheCopyAndAnOperatorLetsItGoOn() {
		this.scene.database.execute("update item set name = 'far too long' where id % 50 = 0");
		DerivedPlan plan = plan(new BackfillSettings(100, 100, Duration.ofMillis(500), 1, 0, Duration.ofSeconds(5), 3,
				Duration.ofMillis(20), 6));
		this.scene.engine();
		this.scene.awaitState(plan, BackfillStatus.State.PAUSED);
		assertThat(this.scene.state(plan).pauseReason()).contains("7 rows went into quarantine (limit 6");
		assertThat(this.scene.status(plan).pauseReason()).contains("7 rows went into quarantine (limit 6");
		assertThat(this.scene.status(plan).quarantined()).isEqualTo(7);
		this.scene.tick(plan);
		assertThat(this.scene.events(MigrationEvent.BackfillPaused.class)).hasSize(1);
		this.scene.resume(plan);
		this.scene.copyAll(plan);
		assertThat(this.scene.status(plan).quarantined()).isEqualTo(10);
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(490);
	}

	@Test
	void killedConnectionsRepeatAndSkipNothing() {
		slowDown("0.01");
		DerivedPlan plan = plan(new BackfillSettings(20, 20, Duration.ofMillis(500), 2, 0, Duration.ofSeconds(5), 1000,
				Duration.ofMillis(5), 100));
		this.scene.engine();
		for (int i = 0; i < 5; i++) {
			this.scene.awaitTicking(plan, () -> this.scene.number("""
					select count(pg_terminate_backend(pid)) from pg_stat_activity
					where datname = current_database() and query like 'insert into "public"."copy"%'""") > 0);
		}
		this.scene.copyAll(plan);
		assertThat(this.scene.number("select count(*) from copy join item using (id, name)")).isEqualTo(500);
		assertThat(this.scene.status(plan).rowsWritten()).isEqualTo(500);
		assertThat(this.scene.status(plan).rowsDone()).isEqualTo(500);
		assertThat(this.scene.status(plan).quarantined()).isZero();
	}

	@Test
	void chunkThatWasCommittedAfterAllIsNotTriedAgain() {
		DerivedPlan plan = plan(BackfillScene.settings(100, 100));
		this.scene.store.begin(plan);
		this.scene.store.walk(plan, 100);
		assertThat(this.scene.store.copyNext(plan).kind()).isEqualTo(CopyStep.Kind.COPIED);
		Chunk chunk = new Chunk("items", this.scene.number("select number from migration_chunk"), null, "[100]", 100,
				0);
		this.scene.store.retryLater(chunk, "connection lost in COMMIT", Duration.ZERO);
		assertThat(this.scene.store.isolate(plan, chunk, "failed", true).quarantined()).isFalse();
		assertThat(this.scene.store.copyNext(plan).kind()).isEqualTo(CopyStep.Kind.IDLE);
		assertThat(this.scene.number("select count(*) from migration_chunk where done and attempts = 0")).isOne();
	}

	@Test
	void transientErrorsAreTriedAgainUntilTheCopyPauses() {
		DerivedPlan plan = plan(BackfillScene.settings(500, 500));
		this.scene.engine();
		this.scene.migration.inTransaction(TransactionDefinition.ISOLATION_READ_COMMITTED, () -> {
			this.scene.migration.sql("lock table copy in exclusive mode").update();
			this.scene.awaitState(plan, BackfillStatus.State.PAUSED);
			return true;
		});
		assertThat(this.scene.state(plan).pauseReason()).startsWith("chunk 1 failed 4 times: ")
			.contains("lock timeout");
		assertThat(this.scene.status(plan).lastError()).contains("lock timeout");
		assertThat(this.scene.number("select count(*) from copy")).isZero();
		this.scene.resume(plan);
		this.scene.copyAll(plan);
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(500);
	}

	@Test
	void errorThatSomebodyHasToLookAtPausesTheCopy() {
		DerivedPlan plan = plan(BackfillScene.settings(100, 100));
		this.scene.database.execute("create function refuse() returns trigger language plpgsql as "
				+ "$$ begin perform no_such_function(); return new; end $$");
		this.scene.database
			.execute("create trigger refuse before insert on copy for each row execute function refuse()");
		this.scene.engine();
		this.scene.awaitState(plan, BackfillStatus.State.PAUSED);
		assertThat(this.scene.state(plan).pauseReason()).contains("no_such_function");
		assertThat(this.scene.status(plan).quarantined()).isZero();
	}

	@Test
	void statementThatTakesTooLongIsMadeSmaller() {
		slowDown("0.01");
		DerivedPlan plan = this.scene.plan(MigrationPlan.of("items")
			.source("item")
			.target("copy")
			.safety(new dev.parallelchange.migration.SafetySettings(Duration.ofMillis(500), Duration.ofMillis(600),
					Duration.ofHours(1), Duration.ofMillis(500)))
			.backfill(BackfillScene.settings(500, 500)));
		this.scene.copyAll(plan);
		assertThat(this.scene.number("select count(*) from copy")).isEqualTo(500);
		assertThat(this.scene.status(plan).quarantined()).isZero();
		assertThat(this.scene.number("select count(*) from migration_chunk")).isGreaterThan(1);
	}

	@Test
	void failuresAreToldApartByTheirCode() {
		assertThat(List.of("40001", "40P01", "55P03", "57P01", "08006", "53300"))
			.allSatisfy((state) -> assertThat(kind(state)).isEqualTo(StatementFailure.Kind.TRANSIENT));
		assertThat(List.of("22P02", "23502", "23505", "P0001", "21000"))
			.allSatisfy((state) -> assertThat(kind(state)).isEqualTo(StatementFailure.Kind.DATA));
		assertThat(StatementFailure.of(new java.sql.SQLException("Connection is closed")).kind())
			.isEqualTo(StatementFailure.Kind.TRANSIENT);
		assertThat(kind("57014")).isEqualTo(StatementFailure.Kind.TIMEOUT);
		assertThat(List.of("42703", "25006", "XX000"))
			.allSatisfy((state) -> assertThat(kind(state)).isEqualTo(StatementFailure.Kind.OTHER));
	}

	private static StatementFailure.Kind kind(String state) {
		return StatementFailure.of(new IllegalStateException(new java.sql.SQLException("message", state))).kind();
	}

	private void slowDown(String seconds) {
		this.scene.database.execute("create function slow() returns trigger language plpgsql as "
				+ "$$ begin perform pg_sleep(%s); return new; end $$".formatted(seconds));
		this.scene.database.execute("create trigger slow before insert on copy for each row execute function slow()");
	}

	private DerivedPlan plan(BackfillSettings settings) {
		return this.scene.plan(MigrationPlan.of("items").source("item").target("copy").backfill(settings));
	}

}
