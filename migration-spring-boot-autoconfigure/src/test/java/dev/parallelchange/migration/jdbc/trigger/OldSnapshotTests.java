package dev.parallelchange.migration.jdbc.trigger;

import java.util.List;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.jdbc.mirror.KeyDerivation;
import dev.parallelchange.migration.test.OwnThread;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.ConcurrencyFailureException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A row is deleted, and inserted again by a transaction that still sees the deleted one.
 */
class OldSnapshotTests {

	private final MirroredTables tables = new MirroredTables(
			MigrationPlan.of("people").source("person").target("human").build(),
			"create table person (id int primary key, name text)", "create table human (id int primary key, name text)",
			"insert into person values (1, 'old')", "insert into human values (1, 'old')");

	@AfterEach
	void close() {
		this.tables.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "repeatable read", "serializable" })
	void triggersDoNotMirrorADeletedRow(String isolation) {
		this.tables.withTriggers();
		assertThatExceptionOfType(ConcurrencyFailureException.class)
			.isThrownBy(() -> insertAgain(isolation, "delete from person", () -> {
			}))
			.withMessageContaining("concurrent delete");
		assertThat(this.tables.rows("select * from human")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "repeatable read", "serializable" })
	void triggersDoNotMirrorBackADeletedRow(String isolation) {
		this.tables.withTriggers();
		this.tables.phase(MigrationPhase.CUTOVER);
		assertThatExceptionOfType(ConcurrencyFailureException.class)
			.isThrownBy(() -> insertAgain(isolation, "delete from human", () -> {
			}))
			.withMessageContaining("concurrent delete");
		assertThat(this.tables.rows("select * from person")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "repeatable read", "serializable" })
	void proxiesDoNotMirrorADeletedRow(String isolation) {
		assertThatExceptionOfType(ConcurrencyFailureException.class).isThrownBy(() -> insertAgain(isolation,
				"delete from person; delete from human", () -> new KeyDerivation(this.tables.database())
					.derive(this.tables.plan(), MigrationSide.TARGET, List.of(RowKey.of(1)))));
		assertThat(this.tables.rows("select * from human")).isEmpty();
	}

	@Test
	void withoutTheLookAtItsSnapshotATriggerMirrorsTheDeletedRow() {
		this.tables.withTriggers();
		this.tables.testDatabase()
			.jdbcClient()
			.sql("select pg_get_functiondef(oid) from pg_proc where prosrc like '%transaction_isolation%'")
			.query(String.class)
			.list()
			.forEach((function) -> this.tables
				.execute(function.replace("current_setting('transaction_isolation')", "'read committed'")));
		insertAgain("repeatable read", "delete from person", () -> {
		});
		assertThat(this.tables.rows("select * from person")).containsExactly("(1,new)");
		assertThat(this.tables.rows("select * from human")).containsExactly("(1,old)");
	}

	@Test
	void whoeverSeesTheDeleteMayInsertAgain() {
		this.tables.withTriggers();
		insertAgain("read committed", "delete from person", () -> {
		});
		assertThat(this.tables.rows("select * from human")).containsExactly("(1,new)");
	}

	private void insertAgain(String isolation, String delete, Runnable mirror) {
		String table = delete.contains("from person") ? "person" : "human";
		this.tables.database().inTransaction(() -> {
			this.tables.database().sql("set transaction isolation level " + isolation).update();
			this.tables.database().sql("select count(*) from person").query(Long.class).single();
			OwnThread.run(() -> this.tables.execute(delete.split(";"))).join();
			int inserted = this.tables.database().sql("insert into %s values (1, 'new')".formatted(table)).update();
			mirror.run();
			return inserted;
		});
	}

}
