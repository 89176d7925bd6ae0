package dev.parallelchange.migration.jdbc.backfill;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.TableReference;
import dev.parallelchange.migration.backfill.ChunkFailedException;
import dev.parallelchange.migration.backfill.CopyStep;
import dev.parallelchange.migration.jdbc.HidingDataSource;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.SentRows;
import dev.parallelchange.migration.jdbc.TwoDatabases;
import dev.parallelchange.migration.test.DatabaseLatch;
import dev.parallelchange.migration.test.OwnThread;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static dev.parallelchange.migration.MigrationSide.SOURCE;
import static dev.parallelchange.migration.MigrationSide.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Rows that are copied to another database.
 */
@ExtendWith(OutputCaptureExtension.class)
class AcrossCopyTests {

	private final TwoDatabases two = new TwoDatabases();

	private String target = "human";

	@AfterEach
	void close() {
		this.two.close();
	}

	/** The ways that rows can take. */
	enum Way {

		/** From one {@code COPY} into another. */
		STRAIGHT("copy \"public\".\"human\""),

		/** By a temporary table. */
		STAGED("migration_sent"),

		/** As one text. */
		SENT("jsonb_array_elements");

		private final String statement;

		Way(String statement) {
			this.statement = statement;
		}

	}

	@ParameterizedTest
	@EnumSource
	void valuesThatHaveOneBinaryFormArriveAsTheyAre(Way way) {
		arrives(way, true, List.of(List.of("text", "E'tab\\t line\\n quote\" back\\\\ 😀 \\\\N \\u0001'"),
				List.of("text", "''"), List.of("varchar(3)", "'abc'"), List.of("char(5)", "'ab'"),
				List.of("bytea", "'\\x00ff105c0a'"), List.of("double precision", "'0.30000000000000004'"),
				List.of("real", "'-infinity'"), List.of("numeric", "12345678901234567890.123456789000"),
				List.of("numeric(6, 2)", "'NaN'"), List.of("boolean", "true"), List.of("date", "'infinity'"),
				List.of("timestamp(3)", "'2026-01-01 00:00:00.1239'"),
				List.of("timestamptz", "'0044-03-15 12:00:00+00 BC'"), List.of("time", "'24:00'"),
				List.of("interval", "'1 mon -3 days 04:05:06.7'"), List.of("json", "'{\"b\":1,  \"a\":[null]}'"),
				List.of("jsonb", "'{\"a\": 1.10, \"b\": null}'"),
				List.of("uuid", "'6f1ed002-ab5f-42e4-8a8c-61e7f3f7c0a1'"), List.of("int[]", "'{{1,null},{3,4}}'"),
				List.of("numeric[]", "'{1.50}'"), List.of("text[]", "array['a,b', '\"', null, '', '{}']")));
	}

	@ParameterizedTest
	@EnumSource
	void valuesThatAreSentAsTextArriveAsTheyAre(Way way) {
		arrives(way, false,
				List.of(List.of("text", "E'äöü \\\\ \\t \\\\N'"), List.of("inet", "'10.0.0.1/8'"),
						List.of("bit(3)", "B'101'"), List.of("xml", "'<a b=\"1\">x</a>'"), List.of("money", "'12.34'"),
						List.of("tsvector", "'a:1 b:2'"), List.of("int4range", "'[1,5)'"), List.of("boolean", "false"),
						List.of("regclass", "'pg_class'"), List.of("char(3)", "'a'"), List.of("bytea", "'\\x5c00'")));
	}

	private void arrives(Way way, boolean binary, List<List<String>> values) {
		this.two.tablesWith(values);
		this.two.target("create table way (statement text)", """
				create function took() returns trigger language plpgsql as
				$$ begin insert into way values (current_query()); return null; end $$""",
				"create trigger took after insert on human for each statement execute function took()");
		DerivedPlan plan = this.two.plan("person", "human");
		assertThat(new SentRows(plan, SOURCE).copyToTarget().contains("binary")).isEqualTo(binary);
		copy(way, plan);
		assertThat(this.two.rows(TARGET, "select * from way")).singleElement()
			.asString()
			.contains(way.statement.replace("\"", "\"\""));
		String text = "select (human.*)::text as t from human order by id";
		assertThat(this.two.rows(TARGET, text)).isEqualTo(this.two.rows(SOURCE, text.replace("human", "person")));
	}

	@ParameterizedTest
	@EnumSource
	void rowsThatAreThereAreNotOverwritten(Way way) {
		persons(5);
		this.two.target("insert into human values (2, 'applied')");
		copy(way, this.two.plan("person", "human"));
		assertThat(this.two.rows(TARGET, "select * from human order by id")).containsExactly("(1,n1)", "(2,applied)",
				"(3,n3)", "(4,n4)", "(5,n5)");
	}

	@ParameterizedTest
	@EnumSource
	void namesMayBeQuotedKeysCompositeTypesDifferentAndRowsFiltered(Way way) {
		this.two.source("create schema \"Sales Dept\"", """
				create table "Sales Dept"."Order" (tenant text collate "C", "Order No" int, "group" text, "fr""om" int,
					primary key (tenant, "Order No"))""", """
				insert into "Sales Dept"."Order" values ('fr''s \\ "x"', 1, 'g:lower', 7), ('de', 1, null, 8),
					('de', 2, 'out', 9), ('de', 3, 'g', 10)""").target("create schema \"Sales Dept\"", """
				create table "Sales Dept"."Order" (tenant text collate "C", "No" bigint, "group" text, "fr""om" numeric,
					primary key (tenant, "No"))""");
		this.target = "\"Sales Dept\".\"Order\"";
		DerivedPlan plan = this.two.plan("\"Sales Dept\".\"Order\"", "\"Sales Dept\".\"Order\"",
				(builder) -> builder.target(
						TableReference.of("\"Sales Dept\".\"Order\"").withKey("tenant", "No").in(TwoDatabases.OTHER))
					.filter("source.\"group\" is distinct from 'out' and ':lower' <> source.tenant"));
		copy(way, plan);
		assertThat(this.two.rows(TARGET, "select * from \"Sales Dept\".\"Order\" order by 1, 2"))
			.containsExactly("(de,1,,8)", "(de,3,g,10)", "(\"fr's \\\\ \"\"x\"\"\",1,g:lower,7)");
	}

	@ParameterizedTest
	@EnumSource
	void aRowThatIsAppliedAfterTheTargetWasLookedAtStays(Way way) {
		persons(5);
		DerivedPlan plan = this.two.plan("person", "human");
		CompletableFuture<CopyStep> copy = duringTheCopyOf("n3", way, plan,
				() -> this.two.target("insert into human values (3, 'applied')"));
		assertThat(copy.join().kind()).isEqualTo(CopyStep.Kind.COPIED);
		assertThat(this.two.rows(TARGET, "select * from human order by id")).containsExactly("(1,n1)", "(2,n2)",
				"(3,applied)", "(4,n4)", "(5,n5)");
	}

	@ParameterizedTest
	@EnumSource
	void aRowThatTheTargetRefusesIsFoundAndTheConnectionsGoOn(Way way) {
		persons(50);
		this.two.source("update person set name = 'far too long' where id = 7")
			.target("alter table human add check (length(name) < 10)");
		DerivedPlan plan = this.two.plan("person", "human");
		prepare(way);
		JdbcBackfillStore store = begun(plan, databases(way));
		store.walk(plan, 50);
		for (int i = 0; i < 30 && !store.finish(plan); i++) {
			try {
				store.copyNext(plan);
			}
			catch (ChunkFailedException ex) {
				StatementFailure failure = StatementFailure.of(ex);
				assertThat(failure.kind()).isEqualTo(StatementFailure.Kind.DATA);
				assertThat(failure.publicError()).doesNotContain("too long");
				store.isolate(plan, ex.getChunk(), failure.error(), true);
			}
		}
		assertThat(this.two.rows(SOURCE, "select key from migration_quarantine")).containsExactly("([7])");
		assertThat(this.two.rows(TARGET, "select count(*) from human where name like 'n%'")).containsExactly("(49)");
	}

	@ParameterizedTest
	@EnumSource
	void aChunkWhoseSourceDiesInTheMiddleHasNoEffectAndIsCopiedLater(Way way) {
		dieInTheMiddle(way, () -> this.two.rows(SOURCE, """
				select pg_terminate_backend(pid, 5000) from pg_stat_activity
				where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()"""));
	}

	@ParameterizedTest
	@EnumSource
	void aChunkWhoseTargetDiesInTheMiddleHasNoEffectAndIsCopiedLater(Way way) {
		dieInTheMiddle(way, () -> this.two.rows(TARGET, """
				select pg_terminate_backend(l.pid, 5000) from pg_locks l join pg_stat_activity a on a.pid = l.pid
				where a.datname = current_database() and not l.granted"""));
	}

	private void dieInTheMiddle(Way way, Runnable death) {
		persons(30_000);
		DerivedPlan plan = this.two.plan("person", "human", (builder) -> builder.backfill(new BackfillSettings(30_000,
				30_000, Duration.ofSeconds(1), 1, 0, Duration.ofSeconds(5), 3, Duration.ofMillis(20), 100)));
		CompletableFuture<CopyStep> copy = duringTheCopyOf("n20000", way, plan, death);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(copy::join)
			.withCauseInstanceOf(ChunkFailedException.class)
			.matches(StatementFailure::isTransient);
		assertThat(this.two.rows(TARGET, "select count(*) from human")).containsExactly("(0)");
		assertThat(new JdbcBackfillStore(databases(way)).copyNext(plan).written()).isEqualTo(30_000);
		assertThat(this.two.rows(TARGET, "select count(*), count(distinct name) from human"))
			.containsExactly("(30000,30000)");
	}

	private CompletableFuture<CopyStep> duringTheCopyOf(String name, Way way, DerivedPlan plan, Runnable work) {
		DatabaseLatch.stop(this.two.on(TARGET), "human", "new.name = '%s'".formatted(name));
		prepare(way);
		JdbcBackfillStore store = begun(plan, databases(way));
		try (DatabaseLatch latch = new DatabaseLatch(this.two.on(TARGET))) {
			CompletableFuture<CopyStep> copy = OwnThread.supply(() -> store.copyNext(plan));
			latch.awaitArrival(1);
			work.run();
			latch.open();
			copy.exceptionally((ex) -> null).join();
			return copy;
		}
	}

	@Test
	void rowsThatAreLargerThanTheBufferFlowToo() {
		persons(3);
		this.two.source("update person set name = repeat('ä', 200000 * id)");
		copy(Way.STRAIGHT, this.two.plan("person", "human"));
		assertThat(this.two.rows(TARGET, "select id, length(name), md5(name) from human order by id"))
			.isEqualTo(this.two.rows(SOURCE, "select id, length(name), md5(name) from person order by id"));
	}

	@Test
	void rowSecurityThatRefusesCopyIsNoObstacle() {
		persons(3);
		this.two.target("alter table human enable row level security", "create policy all_rows on human using (true)",
				"drop role if exists across_copier", "create role across_copier login",
				"grant all on all tables in schema public to across_copier");
		UnaryOperator<DataSource> asRole = (dataSource) -> new DriverManagerDataSource(
				this.two.on(TARGET).jdbcUrl().replace("user=postgres", "user=across_copier"));
		try {
			DerivedPlan plan = this.two.plan("person", "human");
			JdbcBackfillStore store = begun(plan, this.two.databases(UnaryOperator.identity(), asRole));
			assertThat(store.copyNext(plan).written()).isEqualTo(3);
		}
		finally {
			this.two.target("drop owned by across_copier", "drop role across_copier");
		}
	}

	@Test
	void whoseConnectionsHideTheDriverIsToldOnce(CapturedOutput output) {
		persons(20);
		DerivedPlan plan = this.two.plan("person", "human", (builder) -> builder.backfill(new BackfillSettings(10, 10,
				Duration.ofSeconds(1), 1, 0, Duration.ofSeconds(5), 3, Duration.ofMillis(20), 100)));
		JdbcBackfillStore store = begun(plan, databases(Way.SENT));
		store.walk(plan, 10);
		assertThat(store.copyNext(plan).written() + store.copyNext(plan).written()).isEqualTo(20);
		assertThat(output).containsOnlyOnce("Plan 'p' copies slowly").contains("hide it");
	}

	private void persons(int rows) {
		this.two
			.source("create table person (id int primary key, name text)",
					"insert into person select n, 'n' || n from generate_series(1, %d) n".formatted(rows))
			.target("create table human (id int primary key, name text)");
	}

	private void copy(Way way, DerivedPlan plan) {
		prepare(way);
		JdbcBackfillStore store = begun(plan, databases(way));
		assertThat(store.copyNext(plan).kind()).isEqualTo(CopyStep.Kind.COPIED);
	}

	/** A rule that does nothing has rows go by way of the stage. */
	private void prepare(Way way) {
		if (way == Way.STAGED) {
			this.two
				.target("create rule nothing as on delete to %s where false do also nothing".formatted(this.target));
		}
	}

	private static JdbcBackfillStore begun(DerivedPlan plan, PlanDatabases databases) {
		JdbcBackfillStore store = new JdbcBackfillStore(databases);
		store.begin(plan);
		assertThat(store.walk(plan, plan.plan().backfill().batchSize()).kind()).isEqualTo(CopyStep.Kind.WALKED);
		return store;
	}

	private PlanDatabases databases(Way way) {
		return this.two.databases(UnaryOperator.identity(),
				(way == Way.SENT) ? HidingDataSource::new : UnaryOperator.identity());
	}

}
