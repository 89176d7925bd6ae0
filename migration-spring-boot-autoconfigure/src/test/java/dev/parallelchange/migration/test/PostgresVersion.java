package dev.parallelchange.migration.test;

/**
 * The PostgreSQL servers that tests run on.
 */
public enum PostgresVersion {

	/**
	 * The newest supported version, embedded.
	 */
	NEWEST,

	/**
	 * The oldest supported version, PostgreSQL 15, embedded.
	 */
	OLDEST,

	/**
	 * The image named by {@code MIGRATION_TEST_POSTGRES_IMAGE}, or {@code postgres:15},
	 * in a container; needs a Docker engine.
	 */
	CONTAINER

}
