package dev.parallelchange.migration.script;

import dev.parallelchange.migration.test.PostgresVersion;

/**
 * Scripts on the oldest PostgreSQL.
 */
class OldestScriptTests extends FlywayScriptTests {

	@Override
	PostgresVersion version() {
		return PostgresVersion.OLDEST;
	}

}
