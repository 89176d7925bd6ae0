package dev.parallelchange.migration.jdbc.mirror;

import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PhaseUncertainException;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.EpochLock;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.MirroredTables;
import dev.parallelchange.migration.jdbc.phase.JdbcCommitGuard;
import dev.parallelchange.migration.mirror.MirrorCounts;
import dev.parallelchange.migration.mirror.TransactionMirror;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A transaction's last statements go to the database together, in each way in which the
 * driver may send them.
 */
class MirrorConnectionTests {

	private static final String PREPARED = """
			select count(*) from pg_prepared_statements where statement like '%insert into "public"."users"%'""";

	private final MirroredTables tables = new MirroredTables(
			MigrationPlan.of("users").source("old_users").target("users").map("age", "source.age::integer").build(),
			"create table old_users (id bigint primary key, age text)",
			"create table users (id bigint primary key, age integer unique)");

	private final HikariDataSource pool = new HikariDataSource();

	private final JdbcClient client = JdbcClient.create(this.pool);

	private final TransactionTemplate transaction = new TransactionTemplate();

	private TransactionMirror mirror = connect("", this.pool);

	@AfterEach
	void close() {
		this.pool.close();
		this.tables.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "prepareThreshold=0", "prepareThreshold=1", "preferQueryMode=simple",
			"preferQueryMode=extendedForPrepared", "preferQueryMode=extendedCacheEverything", "defaultRowFetchSize=1",
			"autosave=always", "autosave=conservative", "autosave=always&preferQueryMode=simple" })
	void whateverHappensNeitherRowsNorPendingKeysAreLost(String options) throws Exception {
		this.mirror = connect(options, this.pool);
		for (int turn = 1; turn <= 7; turn++) {
			write("insert into old_users values (%1$d, '%1$d')", turn);
			write("update old_users set age = '9' || age where id = %d", turn);
			write("delete from old_users where id = %d and id %% 2 = 0", turn);
		}
		assertThat(this.tables.rows("select * from users order by id")).containsExactly("(1,91)", "(3,93)", "(5,95)",
				"(7,97)");
		write("insert into old_users values (%d, 'x')", 8);
		assertThat(this.tables.pending()).containsExactly("(TARGET,[8])");
		assertNothingIsCommittedUnderAnotherPhase();
		assertNothingIsCommittedWithoutALookAtThePhase();
		write("insert into old_users values (%1$d, '%1$d')", 11);
		assertThat(this.tables.rows("select id from users where id > 8")).containsExactly("(11)");
		assertThat(this.tables.pending()).hasSize(1);
	}

	@Test
	void aProxyThatTakesPartInTransactionsIsSeenThrough() {
		this.mirror = connect("", new TransactionAwareDataSourceProxy(this.pool));
		write("insert into old_users values (%1$d, '1')", 1);
		write("insert into old_users values (%1$d, 'x')", 2);
		assertThat(this.tables.rows("select * from users")).containsExactly("(1,1)");
		assertThat(this.tables.pending()).containsExactly("(TARGET,[2])");
	}

	@Test
	void theDatabasePreparesTheStatementsOnce() {
		for (int turn = 1; turn <= 20; turn++) {
			write("insert into old_users values (%1$d, '%1$d')", turn);
		}
		assertThat(this.client.sql(PREPARED).query(Integer.class).single()).isEqualTo(1);
	}

	/**
	 * What has been read of the plan is lost when the mirror fails behind it.
	 */
	private void assertNothingIsCommittedUnderAnotherPhase() {
		this.tables.phase(MigrationPhase.CUTOVER);
		for (String age : List.of("'9'", "'x'")) {
			assertThatExceptionOfType(PhaseUncertainException.class)
				.isThrownBy(() -> write("insert into old_users values (%d, " + age + ")", 9))
				.withMessageContaining("CUTOVER");
		}
		this.tables.phase(MigrationPhase.DUAL_WRITE);
		assertThat(this.tables.rows("select * from old_users where id = 9")).isEmpty();
	}

	private void assertNothingIsCommittedWithoutALookAtThePhase() {
		this.tables.database().inTransaction(() -> {
			new EpochLock(this.tables.database()).take("users");
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> write("insert into old_users values (%d, '10')", 10))
				.withMessageContaining("lock timeout");
			return true;
		});
		assertThat(this.tables.rows("select * from old_users where id = 10")).isEmpty();
	}

	private void write(String statement, int id) {
		this.transaction.executeWithoutResult((status) -> {
			this.client.sql("set local lock_timeout = '50ms'").update();
			this.client.sql(statement.formatted(id)).update();
			this.mirror.record(this.tables.plan(), 0, MigrationSide.SOURCE, false, List.of(RowKey.of(id)));
		});
	}

	private TransactionMirror connect(String options, DataSource dataSource) {
		this.pool.setJdbcUrl(this.tables.testDatabase().jdbcUrl() + "&" + options);
		this.pool.setMaximumPoolSize(1);
		this.transaction.setTransactionManager(new JdbcTransactionManager(this.pool));
		MigrationDatabase database = new MigrationDatabase(dataSource, this.tables.database().tables());
		return new TransactionMirror(new JdbcMirroredRows(database), new JdbcPendingKeys(database), List.of(),
				new MigrationListener() {
				}, new MirrorCounts(), new JdbcCommitGuard(database));
	}

}
