package dev.parallelchange.migration.transform;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationTransformer;
import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import dev.parallelchange.migration.transform.TransformedTables.Place;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.parallelchange.migration.MigrationSide.SOURCE;
import static dev.parallelchange.migration.MigrationSide.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * The values that a transformer is given, and those that it may return.
 */
class TransformedValuesTests {

	private final TransformedTables tables = new TransformedTables(Place.BESIDE);

	@AfterEach
	void close() {
		this.tables.close();
	}

	static Stream<Arguments> given() {
		return Stream.of(Arguments.of("smallint", "-7", -7), Arguments.of("int", "7", 7),
				Arguments.of("bigint", "9007199254740993", 9007199254740993L),
				Arguments.of("numeric(20, 3)", "12345678901234567.100", new BigDecimal("12345678901234567.100")),
				Arguments.of("real", "'-infinity'", Float.NEGATIVE_INFINITY),
				Arguments.of("double precision", "'0.30000000000000004'", 0.30000000000000004),
				Arguments.of("boolean", "true", true), Arguments.of("boolean", "false", false),
				Arguments.of("text", "E'tab\\t \\\\N \\n\\r\"{} äß😀'", "tab\t \\N \n\r\"{} äß😀"),
				Arguments.of("text", "''", ""), Arguments.of("text", "'\\N'", "\\N"),
				Arguments.of("varchar(3)", "'abc'", "abc"),
				Arguments.of("uuid", "'6f1ed002-ab5f-42e4-8a8c-61e7f3f7c0a1'",
						UUID.fromString("6f1ed002-ab5f-42e4-8a8c-61e7f3f7c0a1")),
				Arguments.of("date", "'2026-02-28'", LocalDate.of(2026, 2, 28)),
				Arguments.of("time", "'23:59:59.999999'", LocalTime.of(23, 59, 59, 999_999_000)),
				Arguments.of("timetz", "'12:00:00+05:30'", OffsetTime.parse("12:00+05:30")),
				Arguments.of("timetz", "'12:00:00-03'", OffsetTime.parse("12:00-03:00")),
				Arguments.of("timestamp", "'2026-01-01 00:00:00.123456'",
						LocalDateTime.of(2026, 1, 1, 0, 0, 0, 123_456_000)),
				Arguments.of("timestamptz", "'2026-03-01 12:00:00+02'",
						OffsetDateTime.of(2026, 3, 1, 10, 0, 0, 0, ZoneOffset.UTC)),
				Arguments.of("interval", "'1 mon -3 days 04:05:06.7'", "1 mon -3 days +04:05:06.7"),
				Arguments.of("jsonb", "'{\"a\": 1.10, \"b\": null}'", "{\"a\": 1.10, \"b\": null}"),
				Arguments.of("int[]", "'{1,null,3}'", Arrays.asList(1, null, 3)),
				Arguments.of("int[]", "'{}'", List.of()),
				Arguments.of("text[]", "array['a,b', '\"\\', null, 'NULL', '', '{}', ' ']",
						Arrays.asList("a,b", "\"\\", null, "NULL", "", "{}", " ")),
				Arguments.of("timestamp[]", "array[timestamp '2026-01-01 10:00']",
						List.of(LocalDateTime.of(2026, 1, 1, 10, 0))),
				Arguments.of("inet", "'10.0.0.1/8'", "10.0.0.1/8"));
	}

	@ParameterizedTest
	@MethodSource("given")
	void valuesOfTheDatabaseComeInJavaTypesAndGoBackAsTheyWere(String type, String literal, Object expected) {
		this.tables
			.source("create table person (id int primary key, given %s)".formatted(type),
					"insert into person values (1, %s), (2, null)".formatted(literal))
			.target("create table human (id int primary key, returned %s)".formatted(type));
		Returning same = new Returning(null);
		DerivedPlan plan = this.tables.plan(same);
		assertThat(copy(plan)).isEqualTo(2);
		assertThat(same.given).contains(expected).containsNull();
		String rows = "select id, %s::text, %s is null from %s order by id";
		assertThat(this.tables.rows(TARGET, rows.formatted("returned", "returned", "human")))
			.isEqualTo(this.tables.rows(SOURCE, rows.formatted("given", "given", "person")));
		assertThat(this.tables.derive(plan, TARGET, 1, 2)).as("the mirror sees the same").isZero();
	}

	static Stream<Arguments> returned() {
		return Stream.of(Arguments.of("text", DayOfWeek.MONDAY, "MONDAY"), Arguments.of("text", 'c', "c"),
				Arguments.of("smallint", (short) 3, "3"), Arguments.of("int", (byte) -3, "-3"),
				Arguments.of("numeric", new BigInteger("123456789012345678901234567890"),
						"123456789012345678901234567890"),
				Arguments.of("numeric", new BigDecimal("1E+3"), "1000"), Arguments.of("real", 1.5e-3f, "0.0015"),
				Arguments.of("bytea", "\0\\é".getBytes(StandardCharsets.UTF_8), "\\x005cc3a9"),
				Arguments.of("timestamptz", Instant.parse("2026-01-01T00:00:00.123456Z"),
						"2026-01-01 00:00:00.123456+00"),
				Arguments.of("timestamptz", ZonedDateTime.of(2026, 1, 1, 1, 0, 0, 0, ZoneId.of("Europe/Berlin")),
						"2026-01-01 00:00:00+00"),
				Arguments.of("interval", Duration.ofMinutes(-61), "-01:01:00"),
				Arguments.of("interval", Period.of(1, 2, 3), "1 year 2 mons 3 days"),
				Arguments.of("int[]", new int[] { 1, 2 }, "{1,2}"),
				Arguments.of("text[]", new @Nullable String[] { "a\"\\", null, "" }, "{\"a\\\"\\\\\",NULL,\"\"}"),
				Arguments.of("uuid[]", Set.of(new UUID(0, 1)), "{00000000-0000-0000-0000-000000000001}"),
				Arguments.of("int[]", List.of(List.of(1), List.of(2)), "{{1},{2}}"),
				Arguments.of("varchar(3)", "abc", "abc"), Arguments.of("jsonb", "{\"a\":1}", "{\"a\": 1}"));
	}

	@ParameterizedTest
	@MethodSource("returned")
	void valuesOfJavaTypesAreStored(String type, Object value, String expected) {
		create(type);
		DerivedPlan plan = this.tables.plan(new Returning(value));
		assertThat(copy(plan)).isEqualTo(1);
		assertThat(this.tables.on(TARGET)
			.jdbcClient()
			.sql("select set_config('TimeZone', 'UTC', false), returned::text from human")
			.query((rs, row) -> rs.getString(2))
			.single()).isEqualTo(expected);
		assertThat(this.tables.derive(plan, TARGET, 1)).isZero();
	}

	static Stream<Arguments> refused() {
		return Stream.of(Arguments.of("text", "a\0b", "U+0000"), Arguments.of("text", "half \ud83d", "U+D83D"),
				Arguments.of("varchar(3)", "secret", "too long"),
				Arguments.of("int", "secret", "invalid input syntax"));
	}

	@ParameterizedTest
	@MethodSource("refused")
	void valuesThatCannotBeStoredAreErrorsOfTheirRow(String type, String value, String reason) {
		create(type);
		DerivedPlan plan = this.tables.plan(new Returning(value));
		assertThatException().isThrownBy(() -> copy(plan)).satisfies((ex) -> assertData(ex, reason));
		assertThatException().isThrownBy(() -> this.tables.derive(plan, TARGET, 1))
			.satisfies((ex) -> assertData(ex, reason));
	}

	private static void assertData(Exception ex, String reason) {
		StatementFailure failure = StatementFailure.of(ex);
		assertThat(failure.kind()).isEqualTo(StatementFailure.Kind.DATA);
		assertThat(failure.publicError()).contains(reason).doesNotContain("secret");
	}

	@Test
	void aValueThatJavaHasNoEqualOfIsAnErrorOfItsRow() {
		this.tables
			.source("create table person (id int primary key, given date)", "insert into person values (1, 'infinity')")
			.target("create table human (id int primary key, returned date)");
		DerivedPlan plan = this.tables.plan(new Returning(null));
		assertThatException().isThrownBy(() -> copy(plan))
			.satisfies((ex) -> assertData(ex, "cannot be given a value of column 'given'"));
	}

	@Test
	void aTypeThatNoColumnTakesIsNamed() {
		create("text");
		this.tables.source("delete from person");
		DerivedPlan plan = this.tables.plan(new Returning(new Date()));
		this.tables.source("insert into person values (1, 'x')");
		assertThatException().isThrownBy(() -> copy(plan))
			.satisfies((ex) -> assertData(ex, "plan 'p' returned a java.util.Date for column 'returned'"));
	}

	private void create(String type) {
		this.tables.source("create table person (id int primary key, given text)", "insert into person values (1, 'x')")
			.target("create table human (id int primary key, returned %s)".formatted(type));
	}

	private int copy(DerivedPlan plan) {
		JdbcBackfillStore store = new JdbcBackfillStore(this.tables.databases());
		store.begin(plan);
		store.walk(plan, 100);
		return Math.toIntExact(store.copyNext(plan).written());
	}

	/**
	 * Returns a value, or what it is given.
	 */
	private static final class Returning implements MigrationTransformer {

		private final List<@Nullable Object> given = new CopyOnWriteArrayList<>();

		private final @Nullable Object value;

		Returning(@Nullable Object value) {
			this.value = value;
		}

		@Override
		public String planId() {
			return "p";
		}

		@Override
		public Set<String> sourceColumns() {
			return Set.of("given");
		}

		@Override
		public Set<String> targetColumns() {
			return Set.of("returned");
		}

		@Override
		public Map<String, @Nullable Object> toTarget(Map<String, @Nullable Object> source) {
			this.given.add(source.get("given"));
			Map<String, @Nullable Object> target = new HashMap<>();
			target.put("returned", (this.value != null) ? this.value : source.get("given"));
			return target;
		}

	}

}
