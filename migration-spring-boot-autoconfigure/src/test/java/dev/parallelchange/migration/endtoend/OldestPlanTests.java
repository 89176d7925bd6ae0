package dev.parallelchange.migration.endtoend;

import dev.parallelchange.migration.test.PostgresVersion;

class OldestPlanTests extends PlanContract {

	OldestPlanTests() {
		super(PostgresVersion.OLDEST);
	}

}
