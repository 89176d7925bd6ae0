package dev.parallelchange.migration.backfill;

import java.time.Duration;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.Steering;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every row is copied exactly once, whatever its key.
 */
class BackfillKeyTests {

	private static final String EQUAL = """
			select (select count(*) from (table item except all table copy) as missing)
				+ (select count(*) from (table copy except all table item) as surplus)""";

	@ParameterizedTest
	@CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
			int ; i
			smallint ; i
			bigint ; i * 1000000007::bigint
			text ; chr(33 + i % 90) || '"\\ ' || i
			text collate "C" ; case when i % 2 = 0 then 'Ä' else 'z' end || i
			varchar(20) ; repeat('é', i % 7) || i
			uuid ; md5(i::text)::uuid
			date ; date '1999-12-01' + i
			timestamp ; timestamp '2024-01-01 00:00:00.000001' + i * interval '1 microsecond'
			timestamptz ; timestamptz '2024-03-31 00:30:00.123456+01' + i * interval '7 minutes'
			""")
	void keysOfEveryTypeAreWalked(String type, String value) {
		try (BackfillScene scene = new BackfillScene("create table item (id %s primary key, name text)".formatted(type),
				"create table copy (id %s primary key, name text)".formatted(type),
				"insert into item select %s, 'name ' || i from generate_series(1, 237) as i".formatted(value))) {
			copies(scene, 237, 24);
		}
	}

	@Test
	@Schedule("C16")
	void gapsAreNotTakenForTheEnd() {
		try (BackfillScene scene = tables("id int primary key, name text")) {
			scene.database.execute("""
					insert into item select i * i * i * 37 - 1000000, 'x' from generate_series(-20, 100) as i""");
			copies(scene, 121, 13);
		}
	}

	@Test
	@Schedule("C15")
	void manyRowsShareTheFirstKeyColumn() {
		try (BackfillScene scene = tables("tenant int, code text, name text, primary key (tenant, code)")) {
			scene.database.execute("insert into item select 7, 'c' || i, 'x' from generate_series(1, 205) as i",
					"insert into item select i, 'only', 'y' from generate_series(1, 20) as i");
			copies(scene, 225, 23);
		}
	}

	@Test
	@ScheduleProof("C15")
	void positionByTheFirstKeyColumnAloneSkipsRows() {
		try (BackfillScene scene = tables("tenant int, code text, name text, primary key (tenant, code)")) {
			scene.database.execute("insert into item select 7, 'c' || i, 'x' from generate_series(1, 205) as i");
			DerivedPlan plan = plan(scene);
			Steering steering = new Steering(scene.database).replace("\\(source\\.\"tenant\", source\\.\"code\"\\) > ",
					"(source.\"tenant\", '') > ");
			scene.engine(new JdbcBackfillStore(steering.database()),
					new Throttle(List.of(), Duration.ofSeconds(1), Duration.ofSeconds(15)));
			scene.copyAll(plan);
			assertThat(scene.number("select count(*) from copy")).isEqualTo(10);
		}
	}

	@Test
	void sourceWithoutRowsIsFinishedAtOnce() {
		try (BackfillScene scene = tables("id int primary key, name text")) {
			copies(scene, 0, 0);
		}
	}

	@Test
	void lastChunkMayBeFull() {
		try (BackfillScene scene = tables("id int primary key, name text")) {
			scene.database.execute("insert into item select i, 'x' from generate_series(1, 20) as i");
			copies(scene, 20, 2);
		}
	}

	@Test
	@Schedule("C16")
	void chunkWhoseRowsWereDeletedIsNotTakenForTheEnd() {
		try (BackfillScene scene = tables("id int primary key, name text")) {
			scene.database.execute("insert into item select i, 'x' from generate_series(1, 50) as i");
			DerivedPlan plan = plan(scene);
			scene.store.begin(plan);
			assertThat(scene.store.walk(plan, 10).rows()).isEqualTo(10);
			assertThat(scene.store.walk(plan, 10).rows()).isEqualTo(10);
			scene.database.execute("delete from item where id <= 35");
			scene.copyAll(plan);
			assertThat(scene.number(EQUAL)).isZero();
			assertThat(scene.number("select count(*) from copy")).isEqualTo(15);
		}
	}

	@Test
	void rowsAboveTheHighestKeyAtTheStartAreLeftToTheMirror() {
		try (BackfillScene scene = tables("id int primary key, name text")) {
			scene.database.execute("insert into item select i, 'x' from generate_series(1, 50) as i");
			DerivedPlan plan = plan(scene);
			scene.store.begin(plan);
			scene.database.execute("insert into item select i, 'x' from generate_series(51, 1000) as i");
			scene.copyAll(plan);
			assertThat(scene.number("select max(id) from copy")).isEqualTo(50);
		}
	}

	@Test
	void rowsThatTheMirrorWroteAheadDoNotMoveThePosition() {
		try (BackfillScene scene = tables("id int primary key, name text")) {
			scene.database.execute("insert into item select i, 'x' from generate_series(1, 100) as i",
					"insert into copy select * from item where id > 90");
			copies(scene, 100, 10);
		}
	}

	@Test
	void rowThatIsThereAlreadyIsNotOverwritten() {
		try (BackfillScene scene = tables("id int primary key, name text")) {
			scene.database.execute("insert into item select i, 'old' from generate_series(1, 20) as i",
					"insert into copy values (5, 'newer')");
			DerivedPlan plan = plan(scene);
			scene.copyAll(plan);
			assertThat(scene.text("select name from copy where id = 5")).isEqualTo("newer");
			assertThat(scene.status(plan).rowsWritten()).isEqualTo(19);
			assertThat(scene.status(plan).rowsDone()).isEqualTo(20);
		}
	}

	private static BackfillScene tables(String columns) {
		return new BackfillScene("create table item (%s)".formatted(columns),
				"create table copy (%s)".formatted(columns));
	}

	private static DerivedPlan plan(BackfillScene scene) {
		return scene.plan(MigrationPlan.of("items").source("item").target("copy").backfill(BackfillScene.SMALL_CHUNKS));
	}

	private static void copies(BackfillScene scene, long rows, long chunks) {
		DerivedPlan plan = plan(scene);
		scene.copyAll(plan);
		assertThat(scene.number(EQUAL)).isZero();
		assertThat(scene.number("select count(*) from copy")).isEqualTo(rows);
		assertThat(scene.status(plan).rowsDone()).isEqualTo(rows);
		assertThat(scene.number("select count(*) from migration_chunk")).isEqualTo(chunks);
	}

}
