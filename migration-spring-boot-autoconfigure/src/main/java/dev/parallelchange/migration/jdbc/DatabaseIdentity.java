package dev.parallelchange.migration.jdbc;

import javax.sql.DataSource;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Tells databases apart. No privilege is needed for it, and no two running databases have
 * it in common; a replica has another one than its primary.
 */
public final class DatabaseIdentity {

	private static final String IDENTITY = """
			select pg_postmaster_start_time() || ' ' || oid from pg_database where datname = current_database()""";

	private DatabaseIdentity() {
	}

	/**
	 * Return the identity of a database.
	 * @param dataSource leads to the database
	 * @return a text to compare
	 */
	public static String of(DataSource dataSource) {
		return JdbcClient.create(dataSource).sql(IDENTITY).query(String.class).single();
	}

}
