package dev.parallelchange.migration.test;

import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds on every server; one subclass for each shows that it runs there.
 */
abstract class TestDatabaseContract {

	private final PostgresVersion version;

	private final String serverVersion;

	TestDatabaseContract(PostgresVersion version, String serverVersion) {
		this.version = version;
		this.serverVersion = serverVersion;
	}

	@Test
	void runsOnTheVersionItIsNamedAfter() {
		try (TestDatabase database = TestDatabase.create(this.version)) {
			assertThat(query(database.jdbcClient(), "show server_version")).startsWith(this.serverVersion + ".");
		}
	}

	@Test
	void databasesShareNothingButTheServer() {
		try (TestDatabase one = TestDatabase.create(this.version);
				TestDatabase other = TestDatabase.create(this.version)) {
			one.execute("create table item (id int primary key)", "insert into item values (1)");
			assertThat(query(one.jdbcClient(), "select count(*) from item")).isEqualTo("1");
			assertThat(query(other.jdbcClient(), "select to_regclass('item') is null")).isEqualTo("t");
		}
	}

	@Test
	void closedDatabaseIsGone() {
		try (TestDatabase observer = TestDatabase.create(this.version)) {
			TestDatabase closed = TestDatabase.create(this.version);
			String name = query(closed.jdbcClient(), "select current_database()");
			closed.close();
			assertThat(query(observer.jdbcClient(),
					"select count(*) from pg_database where datname = '%s'".formatted(name)))
				.isEqualTo("0");
		}
	}

	@Test
	void aDatabaseIsEmptyWhateverItWasUsedFor() {
		for (int use = 0; use < 3; use++) {
			try (TestDatabase database = TestDatabase.create(this.version)) {
				assertThat(query(database.jdbcClient(), """
						select string_agg(nspname, ' ') || count(relname) from pg_namespace as n
						left join pg_class as c on c.relnamespace = n.oid
						where nspname !~ '^pg_' and nspname <> 'information_schema'""")).isEqualTo("public0");
				assertThat(query(database.jdbcClient(), "select has_table_privilege('public', 'pg_locks', 'select')"))
					.isEqualTo("t");
				database.execute("create table item (id int primary key)", "create schema \"Other\"",
						"create type \"Other\".mood as enum ('good')", "drop schema public cascade");
				if (use == 1) {
					database.execute("revoke select on pg_locks from public");
				}
			}
		}
	}

	private static String query(JdbcClient client, String sql) {
		return client.sql(sql).query(String.class).single();
	}

}
