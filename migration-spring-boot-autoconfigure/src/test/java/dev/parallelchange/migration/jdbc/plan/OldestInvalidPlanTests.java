package dev.parallelchange.migration.jdbc.plan;

import dev.parallelchange.migration.test.PostgresVersion;

/**
 * Tests for what is refused on the oldest PostgreSQL, which keeps views in other words.
 */
class OldestInvalidPlanTests extends InvalidPlanTests {

	@Override
	PostgresVersion version() {
		return PostgresVersion.OLDEST;
	}

}
