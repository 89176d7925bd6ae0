package dev.parallelchange.migration.transform;

import java.time.Duration;
import java.util.List;

import dev.parallelchange.migration.Rehearsal;
import dev.parallelchange.migration.RehearsalFinding;
import dev.parallelchange.migration.RehearsalRequest;
import dev.parallelchange.migration.jdbc.rehearse.JdbcRehearser;
import dev.parallelchange.migration.transform.TransformedTables.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a rehearsal finds where rows go through the application.
 */
class TransformedRehearsalTests {

	@ParameterizedTest
	@EnumSource
	void rowsThatFailOnTheirWayOrAtItsEndAreFound(Place place) {
		try (TransformedTables tables = new TransformedTables(place)) {
			tables
				.source("create table person (id int primary key, first text, last text, town text, age text)",
						"insert into person select i, 'Ann', 'Lee ' || i, 'x', '5' from generate_series(1, 300) i",
						"update person set first = 'A/B' where id = 7", "update person set age = 'old' where id = 8",
						"update person set first = null where id = 9", "update person set town = 'y' where id = 10",
						"update person set last = 'Lee 12' where id = 11")
				.target("create table towns (name text primary key)", "insert into towns values ('x')", """
						create table human (id int primary key, full_name text not null unique, age int,
							town text constraint in_town references towns)""");
			Rehearsal rehearsal = new JdbcRehearser(tables.databases()).rehearse(
					tables.plan(new JoinedNames(), (plan) -> plan.map("age", "cast(source.age as int)")),
					RehearsalRequest.DEFAULT);
			assertThat(found(rehearsal)).containsExactlyInAnyOrder("VALUE  [7]|[8]", "NOT_NULL full_name [9]",
					"FOREIGN_KEY in_town [10]", "UNIQUE human_full_name_key [[11], [12]]");
			assertThat(rehearsal.notRehearsed()).anyMatch((what) -> what.contains("rows go through the application"));
			assertThat(rehearsal.all()).isTrue();
			assertThat(rehearsal.rows()).isEqualTo(298);
			assertThat(rehearsal.estimate()).isNotNull();
		}
	}

	@Test
	void rowsThatWereMappedUntilTheTimeWasOverAreRehearsed() {
		try (TransformedTables tables = new TransformedTables(Place.values()[0])) {
			tables
				.source("create table person (id int primary key, first text, last text, town text, age text)",
						"insert into person select i, 'Ann', 'Lee ' || i, 'x', '5' from generate_series(1, 1500) i", """
								create function aged(id int) returns int language plpgsql immutable as $$
								begin if id = 1200 then perform pg_sleep(600); end if; return 5; end $$""")
				.target("create table human (id int primary key, full_name text not null unique, age int, town text)");
			Rehearsal rehearsal = new JdbcRehearser(tables.databases()).rehearse(
					tables.plan(new JoinedNames(), (plan) -> plan.map("age", "aged(source.id)")),
					RehearsalRequest.EVERYTHING.within(Duration.ofSeconds(4)));
			assertThat(rehearsal.rows()).isEqualTo(1000);
			assertThat(rehearsal.partial()).isEqualTo(new Rehearsal.Partial(1000, 1500));
			assertThat(rehearsal.all()).isFalse();
		}
	}

	private static List<String> found(Rehearsal rehearsal) {
		return rehearsal.findings()
			.stream()
			.filter(RehearsalFinding::blocks)
			.map((finding) -> "%s %s %s".formatted(finding.kind(), finding.subject(),
					String.join("|", finding.samples().stream().map(RehearsalFinding.Sample::key).toList())))
			.toList();
	}

}
