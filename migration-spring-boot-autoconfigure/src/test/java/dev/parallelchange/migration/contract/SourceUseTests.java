package dev.parallelchange.migration.contract;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

import dev.parallelchange.migration.ContractSettings;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.SourceRemoval;
import dev.parallelchange.migration.SourceState;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.contract.JdbcSourceWatch;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Who uses a source table besides the library is seen before it is hidden.
 */
class SourceUseTests {

	private static final String REPORT = "select count(*) from Visits where pet = 'pet 7' and id < 4711";

	@Test
	@Schedule("C40")
	void aReportThatStillReadsTheSourceKeepsItFromBeingHidden() throws SQLException {
		try (ContractScene scene = watched(); Connection report = connect(scene, "monthly report")) {
			watch(scene, 2);
			run(report, REPORT);
			watch(scene, 1);
			run(report, REPORT);
			Gate gate = await().until(() -> look(scene), (now) -> now.value().contains("seen 2 times"));
			assertThat(gate.open()).isFalse();
			assertThat(gate.value()).contains("by postgres (monthly report) from 127.0.0.1")
				.contains("select count(*) from Visits where pet = ? and id < ?");
			assertThat(gate.value()).doesNotContain("pet 7").doesNotContain("4711");
			assertThat(gate.waiting()).isFalse();
		}
	}

	@Test
	@ScheduleProof("C40")
	void aReportThatNobodyLookedForFails() throws SQLException {
		try (ContractScene scene = ContractScene.movedTable(); Connection report = connect(scene, "monthly report")) {
			scene.in(MigrationPhase.CUTOVER);
			run(report, REPORT);
			assertThat(scene.gate(MigrationPhase.CONTRACT, "source-usage").open()).isTrue();
			scene.hidden();
			assertThat(scene.source()).isEqualTo(SourceState.HIDDEN);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> run(report, REPORT))
				.withMessageContaining("relation \"visits\" does not exist");
		}
	}

	@Test
	void aSessionThatIsGoneBetweenTwoLooksIsNamedByItsStatements() throws SQLException {
		try (ContractScene scene = watched("create extension pg_stat_statements",
				"do $$ begin perform pg_stat_statements_reset(); end $$");
				Connection before = connect(scene, "before the watch")) {
			run(before, "select max(pet) from visits where id > 3");
			watch(scene, 1);
			try (Connection report = connect(scene, "report")) {
				for (int i = 0; i < 3; i++) {
					run(report, REPORT);
				}
				run(report, "select 1");
			}
			Gate gate = await().until(() -> look(scene), (now) -> now.value().contains("pg_stat_statements"));
			assertThat(gate.value()).containsPattern(
					"seen 3 times, \\d+ s ago, by postgres \\(pg_stat_statements\\): select count\\(\\*\\) from Visits")
				.doesNotContain("max(pet)");
		}
	}

	@Test
	void anExtensionThatMayNotBeReadDoesNotKeepSessionsFromBeingSeen() throws SQLException {
		try (ContractScene scene = watched("create extension pg_stat_statements",
				"alter view pg_stat_statements rename column calls to calls_of_another_version");
				Connection report = connect(scene, "report")) {
			watch(scene, 1);
			run(report, REPORT);
			Gate gate = await().until(() -> look(scene), (now) -> now.value().contains("seen 1 times"));
			assertThat(gate.open()).isFalse();
		}
	}

	@Test
	void aScanThatNoStatementExplainsIsCounted() throws SQLException {
		try (ContractScene scene = watched("create function hidden_report() returns bigint language plpgsql as "
				+ "'begin return (select count(*) from visits); end'"); Connection report = connect(scene, "report")) {
			watch(scene, 3);
			run(report, "select hidden_report()");
			end(report);
			Gate gate = await().until(() -> look(scene), (now) -> now.value().contains("scans or writes"));
			assertThat(gate.open()).isFalse();
			assertThat(gate.value()).contains("1 scans or writes that are not the library's");
		}
	}

	@Test
	void whatTheMirrorReadsIsNotTakenForAnybodyElse() throws SQLException {
		try (ContractScene scene = watched(); Connection application = connect(scene, "application")) {
			watch(scene, 2);
			long before = scans(scene);
			for (int i = 0; i < 20; i++) {
				run(application, "update appointments set pet = 'x' || id where id % 20 = " + i);
			}
			end(application);
			await().until(() -> {
				look(scene);
				return scans(scene) > before;
			});
			watch(scene, 3);
			assertThat(scene.gate(MigrationPhase.CONTRACT, "source-usage").value()).contains("no unapproved use seen");
		}
	}

	@Test
	void aScanBesideTheMirrorIsSeenToo() throws SQLException {
		try (ContractScene scene = watched("create function hidden_report() returns bigint language plpgsql as "
				+ "'begin return (select count(*) from visits); end'");
				Connection application = connect(scene, "application")) {
			watch(scene, 2);
			run(application, "update appointments set pet = 'x'");
			run(application, "select hidden_report()");
			end(application);
			await().until(() -> look(scene), (now) -> now.value().contains("1 scans or writes"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "select count(*) from visitors", "select 1 as \"revisits\"",
			"select count(*) from appointments", "analyze visits",
			"select * from \"public\".\"visits\" as source where id = 1" })
	void aStatementThatDoesNotUseTheTableOrIsTheLibrarysIsNoSighting(String statement) throws SQLException {
		try (ContractScene scene = watched("create table visitors ()");
				Connection session = connect(scene, "somebody")) {
			watch(scene, 1);
			run(session, statement);
			watch(scene, 1);
			assertThat(scene.count("migration_sighting")).isZero();
		}
	}

	@Test
	void anApprovalCountsForWhatWasSeenBeforeIt() throws SQLException {
		try (ContractScene scene = watched(); Connection report = connect(scene, "report")) {
			watch(scene, 1);
			run(report, REPORT);
			await().until(() -> look(scene), (now) -> now.value().contains("seen 1 times"));
			end(report);
			await().until(() -> look(scene), (now) -> now.value().contains("scans or writes"));
			scene.approve(MigrationPhase.CONTRACT, "grace", "it was the last report");
			Gate approved = scene.gate(MigrationPhase.CONTRACT, "source-usage");
			assertThat(approved.value()).contains("no unapproved use seen");
			assertThat(approved.waiting()).isTrue();
			try (Connection another = connect(scene, "another report")) {
				run(another, REPORT);
				await().until(() -> look(scene), (now) -> now.value().contains("another report"));
			}
		}
	}

	@Test
	void theGateOpensWhenNobodyWasSeenForLongEnough() throws SQLException {
		try (ContractScene scene = watched()) {
			watch(scene, 1);
			assertThat(scene.gate(MigrationPhase.CONTRACT, "source-usage")).returns(false, Gate::open)
				.returns(true, Gate::waiting);
			scene.tables.execute("update migration_watch set since = since - interval '2 hours'");
			assertThat(scene.gate(MigrationPhase.CONTRACT, "source-usage").open()).isTrue();
		}
	}

	@Test
	void aWatchWithAGapBeginsAnew() throws SQLException {
		try (ContractScene scene = watched()) {
			watch(scene, 1);
			scene.tables.execute(
					"update migration_watch set since = since - interval '2 hours', sampled_at = sampled_at - interval '1 hour'");
			await().until(() -> look(scene), (now) -> !now.open() && now.waiting());
		}
	}

	@Test
	void sessionsWhoseStatementsMayNotBeSeenAreCounted() throws SQLException {
		String role = "reader_" + System.nanoTime();
		try (ContractScene scene = watched("create role " + role); Connection other = connect(scene, "other")) {
			try {
				run(other, REPORT);
				watch(scene, 1);
				scene.tables.execute("grant select on all tables in schema public to " + role);
				DataSource restricted = new DriverManagerDataSource(
						scene.tables.testDatabase().jdbcUrl() + "&options=-c%20role=" + role);
				JdbcSourceWatch watch = new JdbcSourceWatch(
						new MigrationDatabase(restricted, scene.tables.database().tables()));
				assertThat(watch.seen(scene.plan()).invisible()).isPositive();
			}
			finally {
				scene.tables.execute("drop owned by " + role, "drop role " + role);
			}
		}
	}

	/**
	 * The watch begins when the counters know of all that was done before: sessions tell
	 * when they end, or some seconds later.
	 */
	private static ContractScene watched(String... further) throws SQLException {
		ContractScene scene = ContractScene.movedTable(
				new ContractSettings(SourceRemoval.DROP, List.of(), Duration.ZERO, Duration.ofHours(1)), further);
		Connection before = connect(scene, "before");
		run(before, "update visits set pet = upper(pet)");
		end(before);
		scene.tables.testDatabase().dataSource().getHikariPoolMXBean().softEvictConnections();
		await().until(() -> scene.count("pg_stat_user_tables where relname = 'visits' and n_tup_ins = 100 "
				+ "and n_tup_upd = 100 and seq_scan = 2") == 1);
		return scene.in(MigrationPhase.CUTOVER);
	}

	private static Gate look(ContractScene scene) {
		scene.engine.tick(scene.plan(), scene.state());
		return scene.gate(MigrationPhase.CONTRACT, "source-usage");
	}

	/**
	 * Wait for a number of looks that begin from now on.
	 */
	private static void watch(ContractScene scene, int looks) {
		for (int i = 0; i < looks; i++) {
			String last = sampledAt(scene);
			await().until(() -> {
				look(scene);
				return !sampledAt(scene).equals(last);
			});
		}
	}

	private static String sampledAt(ContractScene scene) {
		return String.valueOf(scene.tables.rows("select sampled_at from migration_watch"));
	}

	private static long scans(ContractScene scene) {
		return scene.tables.testDatabase()
			.jdbcClient()
			.sql("select idx_scan from pg_stat_user_tables where relname = 'visits'")
			.query(Long.class)
			.single();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100));
	}

	private static Connection connect(ContractScene scene, String name) throws SQLException {
		return DriverManager.getConnection(scene.tables.testDatabase().jdbcUrl() + "&ApplicationName=" + name);
	}

	private static void end(Connection connection) throws SQLException {
		connection.close();
	}

	private static void run(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
