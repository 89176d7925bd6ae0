package dev.parallelchange.migration.jdbc;

import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nothing that the library asks for outlives its transaction: behind a pooler in
 * transaction mode, the session is anybody's.
 */
class MigrationDatabaseTests {

	private final TestDatabase server = TestDatabase.create();

	private final MigrationDatabase database = new MigrationDatabase(this.server.dataSource(),
			new MigrationTables(MigrationTables.DEFAULT_PREFIX));

	@AfterEach
	void close() {
		this.server.close();
	}

	@Test
	void aTransactionHasTheLevelThatItNeeds() {
		assertThat(level(TransactionDefinition.ISOLATION_REPEATABLE_READ)).isEqualTo("repeatable read");
		assertThat(level(TransactionDefinition.ISOLATION_READ_COMMITTED)).isEqualTo("read committed");
	}

	@Test
	void aTransactionHasItsLevelWhateverTheApplicationsDefaultIs() {
		this.server.dataSource().setConnectionInitSql("set default_transaction_isolation = 'repeatable read'");
		assertThat(level(TransactionDefinition.ISOLATION_READ_COMMITTED)).isEqualTo("read committed");
	}

	@ParameterizedTest
	@ValueSource(
			ints = { TransactionDefinition.ISOLATION_READ_COMMITTED, TransactionDefinition.ISOLATION_REPEATABLE_READ })
	void theSessionKeepsItsOwnLevel(int level) {
		String session = this.database.inTransaction(level, () -> setting("default_transaction_isolation"));
		assertThat(session).isEqualTo("read committed");
	}

	private String level(int level) {
		return this.database.inTransaction(level, () -> setting("transaction_isolation"));
	}

	private String setting(String name) {
		return this.database.sql("select current_setting(:name)").param("name", name).query(String.class).single();
	}

}
