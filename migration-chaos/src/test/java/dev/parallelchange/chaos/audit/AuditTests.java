package dev.parallelchange.chaos.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.chaos.load.Database;
import dev.parallelchange.chaos.load.Keys;
import dev.parallelchange.chaos.load.KnownVersions;
import dev.parallelchange.chaos.load.LogEvent;
import dev.parallelchange.chaos.load.Plan;
import dev.parallelchange.chaos.load.SqlRows;
import dev.parallelchange.chaos.load.TransactionLog;
import dev.parallelchange.chaos.load.Writer;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.postgres.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Real writes, logged and journaled, in which something is made wrong afterwards.
 */
class AuditTests {

	private static final int TRANSACTIONS = 120;

	private static EmbeddedCluster cluster;

	private static HikariDataSource dataSource;

	private static JdbcClient client;

	private static DataSource other;

	@TempDir
	private Path logs;

	private TransactionLog log;

	@BeforeAll
	static void startDatabase() {
		cluster = EmbeddedCluster.builder().start();
		dataSource = new HikariDataSource();
		dataSource.setDataSource(cluster.primary());
		dataSource.setMaximumPoolSize(2);
		client = JdbcClient.create(dataSource);
		client.sql("create database other").update();
		other = cluster.primary("other");
	}

	@AfterAll
	static void closeDatabase() {
		dataSource.close();
		cluster.close();
	}

	@BeforeEach
	void write() throws IOException {
		createTables(client, "chaos-main.sql");
		createTables(JdbcClient.create(other), "chaos-other.sql");
		client.sql("insert into migration_plan (id, phase) values ('released', 'DUAL_READ')").update();
		this.log = new TransactionLog(this.logs.resolve("test.tx"));
		JdbcTransactionManager transactions = new JdbcTransactionManager(dataSource);
		Writer writer = new Writer(Plan.RELEASED, "writer",
				new SqlRows(Plan.RELEASED, MigrationSide.SOURCE, dataSource, transactions), () -> transactions,
				this.log, new KnownVersions(), new Keys(10, 20), new Random(1), () -> true);
		for (int i = 0; i < TRANSACTIONS; i++) {
			writer.run();
		}
		client.sql("insert into stock select id, version, previous, n, 'w:' || writer from item").update();
	}

	private static void createTables(JdbcClient database, String script) throws IOException {
		database.sql("drop schema public cascade; create schema public").update();
		database.sql(resource("chaos-journal.sql")).update();
		database.sql(resource(script)).update();
		database
			.sql(resource("dev/parallelchange/migration/jdbc/schema-postgresql.sql").replace("%PREFIX%", "migration_")
				.replace("%INDEX_PREFIX%", "migration_"))
			.update();
	}

	@Test
	void findsNothingWhereNothingIsWrong() {
		Findings findings = audit();
		assertThat(findings.violations()).isEmpty();
		assertThat(findings.acknowledged()).isBetween(60L, (long) TRANSACTIONS);
	}

	@Test
	void findsAnAcknowledgedTransactionThatIsNotInTheDatabase() {
		client.sql("delete from chaos_journal where transaction = (select max(transaction) from chaos_journal)")
			.update();
		assertThat(texts()).anyMatch((text) -> text.contains("was acknowledged, but is not in the journal"));
	}

	@Test
	void findsATransactionOfWhichOnlyAPartIsInTheDatabase() {
		client.sql("""
				delete from chaos_journal where number = (select max(number) from chaos_journal where transaction in
					(select transaction from chaos_journal group by transaction having count(*) > 1))""").update();
		assertThat(texts()).anyMatch((text) -> text.contains("but intended"));
	}

	@Test
	void findsARolledBackTransactionThatIsInTheDatabase() {
		String committed = client.sql("select max(transaction) from chaos_journal").query(String.class).single();
		this.log.write(LogEvent.ROLLED_BACK, committed, "in jest");
		assertThat(texts()).anyMatch((text) -> text.contains("was rolled back, but is in the journal"));
	}

	@Test
	void findsARowThatIsLostOnBothSides() {
		client
			.sql("with gone as (delete from item where id = (select min(id) from item) returning id) "
					+ "delete from stock where item_id in (select id from gone)")
			.update();
		assertThat(texts()).anyMatch((text) -> text.startsWith("SOURCE has null, but the journal says"))
			.anyMatch((text) -> text.startsWith("TARGET has null, but the journal says"));
	}

	@Test
	void findsARowThatWasBroughtBack() {
		client.sql("insert into item values (19999, 'old', null, 1, 'ghost')").update();
		assertThat(texts()).contains("SOURCE has Found[version=old, n=1], which nobody wrote");
	}

	@Test
	void findsSidesThatDifferInWhatTheJournalDoesNotKnow() {
		client.sql("update stock set tag = 'w:somebody' where item_id = (select min(item_id) from stock)").update();
		assertThat(texts()).singleElement().asString().startsWith("the sides differ");
	}

	@Test
	void findsAnUpdateThatDidNotSeeTheOneBefore() {
		client.sql("""
				update chaos_journal set previous = 'older' where number =
					(select max(number) from chaos_journal where kind = 'UPDATE')""").update();
		assertThat(texts()).singleElement().asString().startsWith("lost update");
	}

	@Test
	void findsAnIncrementThatIsLost() {
		client.sql("""
				update chaos_journal set n = n - 1 where number =
					(select max(number) from chaos_journal where kind = 'UPDATE')""").update();
		assertThat(texts()).anyMatch((text) -> text.startsWith("lost increment"));
	}

	@Test
	void findsRowsThatAreMissingInTheOtherDatabase() {
		client.sql("insert into parcel values (1, 'v1', null, 1, 'writer')").update();
		client
			.sql("insert into chaos_journal (transaction, plan, key, kind, version, previous, n) "
					+ "values ('first', 'outward', 1, 'INSERT', 'v1', null, 1)")
			.update();
		assertThat(texts()).anyMatch((text) -> text.startsWith("TARGET has null, but the journal says"));
		JdbcClient.create(other).sql("insert into delivery values (1, 'v1', null, 1, 'd:writer')").update();
		assertThat(texts()).isEmpty();
	}

	@Test
	void findsPendingKeysThatAreLeftInTheOtherDatabase() {
		JdbcClient.create(other)
			.sql("insert into migration_pending (plan_id, side, key) values ('outward', 'SOURCE', '[3]')")
			.update();
		assertThat(texts()).singleElement().asString().startsWith("left in pending");
	}

	@Test
	void findsAReadThatIsOlderThanAnAcknowledgedWrite() {
		List<String> versions = client.sql("""
				select version from chaos_journal where key = 1 and kind = 'UPDATE' order by number desc limit 2""")
			.query(String.class)
			.list();
		this.log.write(LogEvent.READ, "reader", "released:1:%s %s".formatted(versions.get(1), versions.get(0)));
		assertThat(texts()).isEmpty();
		this.log.write(LogEvent.READ, "reader", "released:1:%s %s".formatted(versions.get(0), versions.get(1)));
		assertThat(texts()).singleElement().asString().startsWith("stale read by reader");
	}

	@Test
	void findsAReadOfWhatWasNeverCommitted() {
		String version = client.sql("select version from chaos_journal where key = 1 order by number limit 1")
			.query(String.class)
			.single();
		this.log.write(LogEvent.READ, "reader", "released:1:%s never-1.1".formatted(version));
		assertThat(texts()).singleElement().asString().contains("which was never committed");
	}

	@Test
	void findsErrorsThatCallersShouldNotSee() {
		this.log.write(LogEvent.FAILURE, "writer-1", "BadSqlGrammarException: no");
		assertThat(texts()).containsExactly("A caller saw writer-1: BadSqlGrammarException: no");
	}

	@Test
	void findsPendingKeysThatAreLeft() {
		client.sql("insert into migration_pending (plan_id, side, key) values ('released', 'TARGET', '[3]')").update();
		assertThat(texts()).singleElement().asString().startsWith("left in pending");
	}

	@Test
	void findsDivergencesOfPhasesInWhichTheTargetIsRead() {
		transition("OFF", "EXPAND", 1);
		transition("EXPAND", "DUAL_WRITE", 2);
		transition("DUAL_WRITE", "BACKFILL", 3);
		pass(3);
		assertThat(texts()).isEmpty();
		transition("BACKFILL", "DUAL_READ", 4);
		pass(4);
		assertThat(texts()).singleElement().asString().startsWith("a pass found 1 divergences in DUAL_READ");
	}

	@Test
	void findsTransitionsThatAreNotAStep() {
		transition("OFF", "DUAL_WRITE", 1);
		assertThat(texts()).singleElement().asString().startsWith("went from OFF to DUAL_WRITE");
	}

	private void transition(String from, String to, int epoch) {
		client.sql("""
				insert into migration_history (plan_id, actor, action, from_phase, to_phase, epoch, reason)
				values ('released', 'test', 'transition', :from, :to, :epoch, 'test')""")
			.param("from", from)
			.param("to", to)
			.param("epoch", epoch)
			.update();
	}

	private void pass(int epoch) {
		client.sql("""
				insert into migration_pass (plan_id, epoch, fingerprint, repair, missing, finished_at)
				values ('released', :epoch, 'test', false, 1, now())""").param("epoch", epoch).update();
	}

	private List<String> texts() {
		return audit().violations().stream().map(Violation::text).toList();
	}

	private Findings audit() {
		return new Audit(Map.of(Database.MAIN, dataSource, Database.OTHER, other), this.logs).run(List.of());
	}

	private static String resource(String name) throws IOException {
		return new ClassPathResource(name).getContentAsString(StandardCharsets.UTF_8);
	}

}
