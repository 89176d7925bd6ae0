package dev.parallelchange.migration.test;

class OldestTestDatabaseTests extends TestDatabaseContract {

	OldestTestDatabaseTests() {
		super(PostgresVersion.OLDEST, "15");
	}

}
