package dev.parallelchange.migration.endtoend;

import dev.parallelchange.migration.test.PostgresVersion;

class NewestPlanTests extends PlanContract {

	NewestPlanTests() {
		super(PostgresVersion.NEWEST);
	}

}
