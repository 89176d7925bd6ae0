package dev.parallelchange.migration.endtoend;

import dev.parallelchange.migration.test.PostgresVersion;
import org.testcontainers.junit.jupiter.Testcontainers;

@Testcontainers(disabledWithoutDocker = true)
class ContainerPlanTests extends PlanContract {

	ContainerPlanTests() {
		super(PostgresVersion.CONTAINER);
	}

}
