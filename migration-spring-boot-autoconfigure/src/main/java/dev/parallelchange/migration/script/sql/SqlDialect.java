package dev.parallelchange.migration.script.sql;

/**
 * How a database writes SQL.
 */
public enum SqlDialect {

	/** PostgreSQL. */
	POSTGRESQL,

	/** MySQL and MariaDB. */
	MYSQL

}
