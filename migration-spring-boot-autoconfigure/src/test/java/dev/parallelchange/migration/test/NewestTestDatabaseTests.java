package dev.parallelchange.migration.test;

class NewestTestDatabaseTests extends TestDatabaseContract {

	NewestTestDatabaseTests() {
		super(PostgresVersion.NEWEST, "18");
	}

}
