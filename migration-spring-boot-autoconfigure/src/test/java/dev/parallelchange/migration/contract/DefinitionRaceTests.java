package dev.parallelchange.migration.contract;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.SourceState;
import dev.parallelchange.migration.jdbc.JdbcTriggers;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.OwnThread;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataIntegrityViolationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A writer that comes in the middle of a hide or a show sees all of it or nothing.
 */
class DefinitionRaceTests {

	private static final String INSERT = "insert into orders (id, state) values (1000, 'new')";

	@Test
	@Schedule("C41")
	void aWriterInTheMiddleOfAHideMeetsNoColumnThatNobodyFills() throws SQLException {
		try (ContractScene scene = ContractScene.patientColumn(); Connection pause = pause(scene)) {
			scene.in(MigrationPhase.CONTRACT);
			CompletableFuture<Void> hide = OwnThread.run(scene::settle);
			awaitWaiting(scene, "migration_history");
			CompletableFuture<Void> writer = OwnThread.run(() -> scene.tables.execute(INSERT));
			awaitWaiting(scene, "orders");
			pause.rollback();
			writer.join();
			hide.join();
			assertThat(scene.source()).isEqualTo(SourceState.HIDDEN);
			assertThat(scene.count("orders where id = 1000")).isOne();
		}
	}

	@Test
	@Schedule("C41")
	void aWriterInTheMiddleOfAShowGoesOn() throws SQLException {
		try (ContractScene scene = ContractScene.patientColumn()) {
			scene.hidden().want(SourceState.SHOWN);
			try (Connection pause = pause(scene)) {
				CompletableFuture<Void> show = OwnThread.run(scene::settle);
				awaitWaiting(scene, "migration_history");
				CompletableFuture<Void> writer = OwnThread.run(() -> scene.tables.execute(INSERT));
				awaitWaiting(scene, "orders");
				pause.rollback();
				writer.join();
				show.join();
			}
			assertThat(scene.source()).isEqualTo(SourceState.SHOWN);
			assertThat(scene.count("orders where id = 1000 and status is null")).isOne();
		}
	}

	@Test
	@ScheduleProof("C41")
	void withTheTriggersGoneBeforeTheirColumnAWriterFails() {
		try (ContractScene scene = ContractScene.column()) {
			scene.in(MigrationPhase.CONTRACT);
			new JdbcTriggers(scene.tables.database()).drop(scene.plan());
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> scene.tables.execute(INSERT))
				.withMessageContaining("null value in column \"status\"");
		}
	}

	/**
	 * Holds what a hide writes last.
	 */
	private static Connection pause(ContractScene scene) throws SQLException {
		Connection connection = scene.tables.testDatabase().dataSource().getConnection();
		connection.setAutoCommit(false);
		try (Statement statement = connection.createStatement()) {
			statement.execute("lock table migration_history in exclusive mode");
		}
		return connection;
	}

	private static void awaitWaiting(ContractScene scene, String table) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> scene.count("pg_locks where not granted and relation = '%s'::regclass".formatted(table)) > 0);
	}

}
