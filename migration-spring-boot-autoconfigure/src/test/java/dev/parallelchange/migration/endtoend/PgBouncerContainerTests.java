package dev.parallelchange.migration.endtoend;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Testcontainers;

/**
 * A PgBouncer in transaction mode gives each transaction any session: what one leaves
 * behind in it, another program gets.
 */
@Testcontainers(disabledWithoutDocker = true)
class PgBouncerContainerTests extends PgbenchContract {

	@BeforeAll
	static void needPgBouncer() {
		Assumptions.assumeTrue(PgBouncer.program().isPresent(),
				"PgBouncer is not installed; try apt-get install pgbouncer");
	}

	@Test
	void aTableMovesWhereAllShareThePoolersSessions() {
		try (PgBouncer pooler = PgBouncer.inFrontOf(pgbench().container())) {
			moveUnder(pgbench().startThroughHost(pooler.port()),
					pgbench().url("localhost", pooler.port()) + "&prepareThreshold=0");
		}
	}

}
