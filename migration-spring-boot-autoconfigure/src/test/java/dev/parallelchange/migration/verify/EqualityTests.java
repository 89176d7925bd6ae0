package dev.parallelchange.migration.verify;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.schedule.Schedule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Columns of both sides are defined differently, and still what has been copied is equal.
 */
class EqualityTests {

	private final VerificationFixture fixture = new VerificationFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@ParameterizedTest(name = "{0} to {1}")
	@CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
			timestamptz(6)          | timestamptz(0)          | now()
			timestamp               | timestamp(3)            | localtimestamp
			timestamp               | date                    | localtimestamp
			numeric                 | numeric(10,2)           | 1.005 * n
			numeric(10,4)           | numeric(10,1)           | 2.25 * n
			double precision        | numeric(12,3)           | n / 3.0
			jsonb                   | json                    | '{"b": 1, "a": [1.0, 2]}'
			json                    | jsonb                   | '{"b": 1,  "a": [1.0, 2], "b": 2}'
			char(8)                 | text                    | 'ab'
			text                    | char(8)                 | 'ab'
			text                    | char(8)                 | 'ab  '
			char(4)                 | char(8)                 | 'ab'
			char(8)                 | varchar(8)              | 'ab'
			text collate "C"        | text collate "POSIX"    | 'é' || n
			text                    | text collate "C"        | 'é' || n
			varchar(10) collate "C" | text                    | 'é' || n
			json                    | json                    | '{"b": 1,  "a": 2}'
			xml                     | xml                     | cast('<a b="1" />' as xml)
			point                   | point                   | point(1, 2)
			text                    | text                    | cast(null as text)
			text[]                  | varchar(5)[]            | array['a', null]
			""")
	@Schedule("C50")
	void whatHasBeenRepairedIsEqual(String source, String target, String value) {
		this.fixture.execute("create table a (id int primary key, v %s)".formatted(source),
				"create table b (id int primary key, v %s)".formatted(target),
				"insert into a select n, %s from generate_series(1, 10) n".formatted(value));
		DerivedPlan plan = this.fixture.plan(MigrationPlan.of("p").source("a").target("b"));
		Pass first = this.fixture.pass(plan, true);
		assertThat(first.missing()).isEqualTo(10);
		Pass second = this.fixture.pass(plan, true);
		assertThat(this.fixture.divergences(plan)).isEmpty();
		assertThat(second.isClean()).isTrue();
		assertThat(second.parity()).isEqualByComparingTo("100");
	}

}
