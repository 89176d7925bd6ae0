package dev.parallelchange.migration.test;

import org.testcontainers.junit.jupiter.Testcontainers;

@Testcontainers(disabledWithoutDocker = true)
class ContainerTestDatabaseTests extends TestDatabaseContract {

	ContainerTestDatabaseTests() {
		super(PostgresVersion.CONTAINER, "15");
	}

}
