package dev.parallelchange.postgres;

import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

class EmbeddedClusterTests {

	private static final String COUNT = "select count(*) from item";

	private static EmbeddedCluster cluster;

	@BeforeAll
	static void startCluster() {
		cluster = EmbeddedCluster.builder()
			.replicas(1)
			.database("orders")
			.parameter("max_connections", "150")
			.parameter("log_line_prefix", "at %m: ")
			.start();
	}

	@AfterAll
	static void closeCluster() {
		cluster.close();
	}

	@BeforeEach
	void emptyTable() {
		Sql.execute(cluster.primary(), "drop table if exists item", "create table item (id int primary key)");
		awaitOnReplica("0");
	}

	@Test
	void runsTheNewestVersionByDefault() {
		assertThat(Sql.query(cluster.primary(), "show server_version")).startsWith("18.");
	}

	@Test
	void appliesParametersAlsoWithSpaces() {
		assertThat(Sql.query(cluster.primary(), "show max_connections")).isEqualTo("150");
		assertThat(Sql.query(cluster.primary(), "show log_line_prefix")).isEqualTo("at %m: ");
	}

	@Test
	void waitsForTheLogByDefault() {
		assertThat(Sql.query(cluster.primary(), "show synchronous_commit")).isEqualTo("on");
	}

	@Test
	void createsTheDatabasesItIsAskedFor() {
		assertThat(Sql.query(cluster.primary("orders"), "select current_database()")).isEqualTo("orders");
		assertThat(cluster.jdbcUrl("orders")).contains("/orders?");
	}

	@Test
	void rowWrittenOnThePrimaryArrivesOnTheReplica() {
		Sql.execute(cluster.primary(), "insert into item values (1)");
		awaitOnReplica("1");
	}

	@Test
	void replicaRefusesWrites() {
		assertThatIllegalStateException()
			.isThrownBy(() -> Sql.execute(cluster.replica(0), "insert into item values (1)"))
			.withMessageContaining("read-only");
	}

	@Test
	void pausedReplayHoldsRowsBackUntilResumed() {
		cluster.pauseReplay(0);
		Sql.execute(cluster.primary(), "insert into item values (1)");
		awaitReceivedByReplica();
		assertThat(Sql.query(cluster.replica(0), COUNT)).isEqualTo("0");
		cluster.resumeReplay(0);
		awaitOnReplica("1");
	}

	@Test
	void stoppedReplicaCatchesUpWhenStartedAgain() {
		cluster.stopReplica(0);
		Sql.execute(cluster.primary(), "insert into item values (1)");
		cluster.startReplica(0);
		awaitOnReplica("1");
	}

	@Test
	void restartedPrimaryKeepsItsDataAndItsReplica() {
		Sql.execute(cluster.primary(), "insert into item values (1)");
		cluster.restartPrimary();
		Sql.execute(cluster.primary(), "insert into item values (2)");
		awaitOnReplica("2");
	}

	@Test
	void crashedPrimaryRecoversWhatWasCommitted() {
		Sql.execute(cluster.primary(), "insert into item values (1)");
		cluster.crashPrimary();
		assertThatIllegalStateException().isThrownBy(() -> Sql.query(cluster.primary(), COUNT));
		cluster.startPrimary();
		assertThat(Sql.query(cluster.primary(), COUNT)).isEqualTo("1");
		awaitOnReplica("1");
	}

	@Test
	void stoppedPrimaryStartsOnItsOldPort() {
		cluster.stopPrimary();
		cluster.startPrimary();
		assertThat(Sql.query(cluster.primary(), COUNT)).isEqualTo("0");
	}

	private static void awaitReceivedByReplica() {
		String written = Sql.query(cluster.primary(), "select pg_current_wal_lsn()");
		await().until(
				() -> Sql.query(cluster.replica(0), "select pg_last_wal_receive_lsn() >= '%s'".formatted(written)),
				"t"::equals);
	}

	private static void awaitOnReplica(String count) {
		await().atMost(Duration.ofSeconds(20))
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(Sql.query(cluster.replica(0), COUNT)).isEqualTo(count));
	}

}
