package dev.parallelchange.migration.endtoend;

import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Testcontainers;

@Testcontainers(disabledWithoutDocker = true)
class PgbenchContainerTests extends PgbenchContract {

	@Test
	void aTableMovesUnderTheLoadOfAnotherProgram() {
		moveUnder(pgbench().start(), pgbench().url());
	}

}
