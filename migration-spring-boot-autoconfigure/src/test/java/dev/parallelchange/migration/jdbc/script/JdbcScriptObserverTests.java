package dev.parallelchange.migration.jdbc.script;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;

import dev.parallelchange.migration.SafetySettings;
import dev.parallelchange.migration.ScriptObservation;
import dev.parallelchange.migration.script.sql.SqlDialect;
import dev.parallelchange.migration.script.sql.SqlScript;
import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What scripts do on empty copies of their tables, and that they reach nothing else.
 */
class JdbcScriptObserverTests {

	private final TestDatabase database = TestDatabase.create();

	JdbcScriptObserverTests() {
		this.database.execute("create table owners (id bigint primary key, name varchar(20))",
				"create table visits (id bigserial primary key, owner_id bigint, note text default 'x')",
				"insert into visits (owner_id) values (1)", "insert into owners values (1, 'Ada')");
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void locksAreTold() {
		List<ScriptObservation> observed = observe("""
				alter table visits add constraint o foreign key (owner_id) references owners (id) not valid;
				alter table visits add column n int;
				alter table owners alter column name type text""");
		assertThat(observed.get(0).locks()).contains("ShareRowExclusiveLock on owners",
				"ShareRowExclusiveLock on visits");
		assertThat(observed.get(1).locks()).containsExactly("AccessExclusiveLock on visits");
		assertThat(observed.get(2).locks()).contains("AccessExclusiveLock on owners");
		assertThat(observed).allMatch((each) -> each.note() == null && each.rewritten().isEmpty());
	}

	@Test
	void aRewriteIsTold() {
		assertThat(observe("alter table owners alter column id type numeric")).singleElement()
			.satisfies((observed) -> assertThat(observed.rewritten()).containsExactly("owners"));
	}

	@Test
	void nothingIsLeftAndNobodyIsDisturbed() throws SQLException {
		try (Connection other = this.database.dataSource().getConnection();
				Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("lock table visits, owners in row exclusive mode");
			List<ScriptObservation> observed = observe("drop table visits", "truncate owners");
			assertThat(observed).allMatch((each) -> each.note() == null);
			other.rollback();
		}
		assertThat(count("select count(*) from visits")).isOne();
		assertThat(count("select count(*) from owners where id = 1")).isOne();
		assertThat(count("select last_value from visits_id_seq")).isOne();
		assertThat(count("select count(*) from pg_namespace where nspname like 'observed%'")).isZero();
	}

	@Test
	void whatCouldReachTheTablesThemselvesIsNotRun() {
		for (String sql : List.of("drop table public.visits", "do $$ begin drop table public.visits; end $$",
				"insert into visits (owner_id) values (2)", "select nextval('public.visits_id_seq')",
				"create table n as select nextval('public.visits_id_seq')",
				"update visits set id = n from nextval('public.visits_id_seq') n",
				"alter table visits add column n int default 1; drop table \"public\".visits")) {
			List<ScriptObservation> observed = observe(sql);
			assertThat(observed.get(observed.size() - 1).note()).startsWith("not observed: ");
		}
		assertThat(count("select count(*) from visits")).isOne();
		assertThat(count("select last_value from visits_id_seq")).isOne();
	}

	@Test
	void scriptsAreObservedOneAfterTheOther() {
		List<ScriptObservation> observed = observe("create index concurrently if not exists i on visits (owner_id)",
				"alter index i rename to j", "alter table nowhere add column n int", "comment on table visits is ''");
		assertThat(observed).extracting(ScriptObservation::note)
			.containsExactly("not observed: it runs outside of a transaction", null,
					"not observed: relation \"nowhere\" does not exist", "not observed: a statement before it was not");
	}

	private List<ScriptObservation> observe(String... scripts) {
		List<SqlScript> read = IntStream.range(0, scripts.length)
			.mapToObj((i) -> SqlScript.read("V%d__x.sql".formatted(i + 1), scripts[i], SqlDialect.POSTGRESQL))
			.toList();
		return new JdbcScriptObserver(this.database.dataSource(), SafetySettings.DEFAULTS).observe(read)
			.values()
			.stream()
			.flatMap(List::stream)
			.toList();
	}

	private long count(String query) {
		return this.database.jdbcClient().sql(query).query(Long.class).single();
	}

}
