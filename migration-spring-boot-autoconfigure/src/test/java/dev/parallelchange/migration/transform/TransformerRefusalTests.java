package dev.parallelchange.migration.transform;

import java.time.LocalDate;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.InvalidPlanException;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.MigrationTransformer;
import dev.parallelchange.migration.MirrorKind;
import dev.parallelchange.migration.PlanDescription;
import dev.parallelchange.migration.jdbc.plan.RecordedPlan;
import dev.parallelchange.migration.transform.TransformedTables.Place;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What a plan with a transformer is derived to, and when it is refused.
 */
class TransformerRefusalTests {

	private static final Function<Map<String, @Nullable Object>, Object> NAMES = (row) -> Map.of("full_name",
			row.get("first") + "/" + row.get("last"));

	private final TransformedTables tables = new TransformedTables(Place.BESIDE);

	TransformerRefusalTests() {
		this.tables
			.source("create table person (id int primary key, first text, last text, age int)",
					"insert into person values (1, 'Ada', 'L', 36)")
			.target("create table human (id int primary key, full_name text, age int)");
	}

	@AfterEach
	void close() {
		this.tables.close();
	}

	@Test
	void thePlanTellsWhatComesFromTheTransformer() {
		PlanDescription plan = PlanDescription.of(this.tables.plan(new FullNames()));
		assertThat(plan.mapping()).containsEntry("age", "source.\"age\"")
			.containsEntry("full_name",
					"transformer %s(source.\"first\", source.\"last\")".formatted(FullNames.class.getName()));
		assertThat(plan.reverse()).containsEntry("first",
				"transformer %s(target.\"full_name\")".formatted(FullNames.class.getName()));
		assertThat(plan.oneWayReason()).isNull();
	}

	@Test
	void withoutAWayBackThePlanIsOneWayAndSaysSo() {
		DerivedPlan plan = this.tables.plan(new OneWay(NAMES));
		assertThat(plan.isReversible()).isFalse();
		assertThat(plan.oneWayReason()).contains("'full_name'", "'first'", "no ReversibleMigrationTransformer");
	}

	@Test
	void sqlMayRestoreWhatATransformerReads() {
		DerivedPlan plan = this.tables.plan(new OneWay(NAMES),
				(builder) -> builder.reverse("first", "split_part(target.full_name, '/', 1)")
					.reverse("last", "split_part(target.full_name, '/', 2)"));
		assertThat(plan.isReversible()).isTrue();
	}

	@Test
	void anotherVersionIsAnotherDefinition() {
		DerivedPlan one = this.tables.plan(new OneWay(NAMES));
		DerivedPlan other = this.tables.plan(new OneWay(NAMES) {

			@Override
			public String version() {
				return "2";
			}

		});
		assertThat(other.fingerprint()).isNotEqualTo(one.fingerprint());
		assertThat(other.definition().differencesFrom(one.definition())).singleElement()
			.asString()
			.contains("mapping of full_name", "is transformer 2(");
	}

	@Test
	void aPlanWithATransformerIsRecorded() {
		assertThat(RecordedPlan.toJson(this.tables.plan(new FullNames()))).contains("\"transformed\":true");
	}

	@Test
	void triggersAreRefused() {
		assertRefused(new OneWay(NAMES), (builder) -> builder.mirror(MirrorKind.TRIGGERS), "mirror",
				"Java cannot run in a trigger");
	}

	@Test
	void columnsOfOneTableAreRefused() {
		assertRefused(new OneWay(NAMES), (builder) -> builder.table("person"), "transformer", "columns of one table");
	}

	@Test
	void columnsThatThereAreNotAreRefused() {
		assertRefused(new OneWay(Set.of("first", "surname"), Set.of("full_name"), NAMES), "sourceColumns()",
				"names 'surname'", "public.person");
		assertRefused(new OneWay(Set.of("first"), Set.of("name"), NAMES), "targetColumns()", "names 'name'");
		assertRefused(new OneWay(Set.of(), Set.of("full_name"), NAMES), "sourceColumns()", "is empty");
	}

	@Test
	void aKeyOrAColumnThatIsMappedAlreadyIsRefused() {
		assertRefused(new OneWay(Set.of("first"), Set.of("id"), NAMES), "would compute the key column 'id'");
		assertRefused(new OneWay(NAMES), (builder) -> builder.map("full_name", "source.first"), "transformer",
				"'full_name' is mapped twice");
	}

	@Test
	void aColumnThatTheTransformerRestoresMayNotBeReversedBySqlToo() {
		assertRefused(new FullNames(), (builder) -> builder.reverse("first", "target.full_name"), "reverse.first",
				"the transformer restores");
	}

	@Test
	void aVersionThatReadsLikeAnExpressionIsRefused() {
		assertRefused(new OneWay(NAMES) {

			@Override
			public String version() {
				return "1 (source.age)";
			}

		}, "'1 (source.age)' is not a version");
	}

	@Test
	void differentValuesForTheSameRowAreRefused() {
		AtomicInteger calls = new AtomicInteger();
		assertRefused(new OneWay((row) -> Map.of("full_name", calls.incrementAndGet())),
				"different values for the same row");
	}

	@Test
	void otherColumnsThanAnnouncedAreRefused() {
		assertRefused(new OneWay((row) -> Map.of("full_name", "x", "age", 1)),
				"returned columns other than [full_name]");
		assertRefused(new OneWay((row) -> Map.of()), "no value for column 'full_name'");
	}

	@Test
	void valuesOfUnknownTypesAreRefused() {
		assertRefused(new OneWay((row) -> Map.of("full_name", new StringBuilder())),
				"plan 'p' returned a java.lang.StringBuilder for column 'full_name'");
	}

	@Test
	void aRowThatCannotBeTransformedIsNoReasonToRefuseThePlan() {
		assertThat(this.tables.plan(new OneWay((row) -> {
			throw new IllegalStateException();
		})).isReversible()).isFalse();
		this.tables.source("alter table person add born date", "update person set born = 'infinity'")
			.target("alter table human add born date");
		assertThat(this.tables
			.plan(new OneWay(Set.of("born"), Set.of("born"), (row) -> Map.of("born", LocalDate.of(2026, 1, 1)))))
			.isNotNull();
	}

	private void assertRefused(MigrationTransformer transformer, String... problem) {
		assertRefused(transformer, UnaryOperator.identity(), "transformer", problem);
	}

	private void assertRefused(MigrationTransformer transformer, UnaryOperator<MigrationPlanBuilder> settings,
			String property, String... problem) {
		InvalidPlanException refusal = catchThrowableOfType(InvalidPlanException.class,
				() -> this.tables.plan(transformer, settings));
		assertThat(refusal).as("refusal").isNotNull();
		assertThat(refusal.getPlanId()).isEqualTo("p");
		assertThat(refusal.getProperty()).isEqualTo(property);
		assertThat(refusal.getProblem()).contains(problem);
	}

	/**
	 * A transformer without a way back.
	 */
	private static class OneWay implements MigrationTransformer {

		private final Set<String> sourceColumns;

		private final Set<String> targetColumns;

		private final Function<Map<String, @Nullable Object>, Object> function;

		OneWay(Function<Map<String, @Nullable Object>, Object> function) {
			this(Set.of("first", "last"), Set.of("full_name"), function);
		}

		OneWay(Set<String> sourceColumns, Set<String> targetColumns,
				Function<Map<String, @Nullable Object>, Object> function) {
			this.sourceColumns = sourceColumns;
			this.targetColumns = targetColumns;
			this.function = function;
		}

		@Override
		public String planId() {
			return "p";
		}

		@Override
		public Set<String> sourceColumns() {
			return this.sourceColumns;
		}

		@Override
		public Set<String> targetColumns() {
			return this.targetColumns;
		}

		@Override
		public String version() {
			return "1";
		}

		@Override
		@SuppressWarnings("unchecked")
		public Map<String, @Nullable Object> toTarget(Map<String, @Nullable Object> source) {
			return (Map<String, @Nullable Object>) this.function.apply(source);
		}

	}

}
