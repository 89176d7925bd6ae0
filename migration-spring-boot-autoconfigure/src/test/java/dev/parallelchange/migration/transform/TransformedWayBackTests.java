package dev.parallelchange.migration.transform;

import java.time.Duration;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.ReverseStatus;
import dev.parallelchange.migration.jdbc.sequence.JdbcReverseStore;
import dev.parallelchange.migration.transform.TransformedTables.Place;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.parallelchange.migration.MigrationSide.SOURCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows that come back through a transformer, from a table beside the source or from
 * another database.
 */
@ParameterizedClass
@EnumSource(Place.class)
class TransformedWayBackTests {

	private final FullNames names = new FullNames();

	private final TransformedTables tables;

	TransformedWayBackTests(Place place) {
		this.tables = TransformedTables.withFivePeople(place);
	}

	@AfterEach
	void close() {
		this.tables.close();
	}

	@Test
	void aSourceRowIsWrittenChangedAndDeletedAsItsTargetRowIs() {
		DerivedPlan plan = this.tables.plan(this.names);
		assertThat(plan.shape()).isEqualTo(PlanShape.MOVED_TABLE);
		this.tables.copy(plan);
		this.tables.target("update human set full_name = 'Ada/L 😀' where id = 1", "delete from human where id = 2",
				"insert into human values (8, 'new/one', 8), (9, null, 9)");
		assertThat(this.tables.derive(plan, SOURCE, 1, 2, 3, 8, 9)).isEqualTo(4);
		assertThat(this.tables.rows(SOURCE, "select * from person where id not in (4, 5) order by id"))
			.containsExactly("(1,Ada,\"L 😀\",1)", "(3,f3,l3,3)", "(8,new,one,8)", "(9,,,9)");
		assertThat(this.tables.derive(plan, SOURCE, 1, 2, 3, 8, 9)).as("what is equal is not written").isZero();
	}

	@Test
	void aSourceRowThatIsEqualIsNotRewrittenThoughTheWayBackWouldNotYieldIt() {
		this.tables.source("update person set first = null, last = 'kept' where id = 1");
		DerivedPlan plan = this.tables.plan(this.names);
		this.tables.copy(plan);
		assertThat(this.tables.derive(plan, SOURCE, 1)).isZero();
		assertThat(this.tables.rows(SOURCE, "select first, last from person where id = 1")).containsExactly("(,kept)");
	}

	@Test
	void aWayBackThatIsTheInverseIsProven() {
		DerivedPlan plan = this.tables.plan(this.names);
		this.tables.copy(plan);
		this.tables.target("insert into human values (9, 'new/one', 9)");
		ReverseStatus status = new JdbcReverseStore(this.tables.databases()).current(plan, Duration.ZERO);
		assertThat(status.provesTheWayBack()).as(() -> status.toString()).isTrue();
		assertThat(status.tried()).isEqualTo(6);
	}

	@Test
	void sqlMayRestoreWhatATransformerReads() {
		DerivedPlan plan = this.tables.plan(new JoinedNames(),
				(builder) -> builder.reverse("first", "split_part(target.full_name, '/', 1)")
					.reverse("last", "split_part(target.full_name, '/', 2)"));
		this.tables.copy(plan);
		this.tables.target("update human set full_name = 'Ada/L' where id = 1");
		assertThat(this.tables.derive(plan, SOURCE, 1, 2)).isEqualTo(1);
		assertThat(this.tables.rows(SOURCE, "select first, last from person where id = 1")).containsExactly("(Ada,L)");
		assertThat(new JdbcReverseStore(this.tables.databases()).current(plan, Duration.ZERO).provesTheWayBack())
			.isTrue();
		this.tables.target("update human set full_name = 'without a slash' where id = 1");
		assertThat(new JdbcReverseStore(this.tables.databases()).current(plan, Duration.ZERO).failed()).isEqualTo(1);
	}

	@Test
	void whatIsRestoredBecomesNullWhereTheTargetRowOfASplitIsDeleted() {
		this.tables.source("alter table person add phone text default '1'");
		DerivedPlan plan = this.tables.plan(this.names,
				(builder) -> builder.filter("source.first is not null").reverse("age", "coalesce(target.age, 0)"));
		assertThat(plan.shape()).isEqualTo(PlanShape.SPLIT);
		this.tables.copy(plan);
		this.tables.target("delete from human where id = 1");
		assertThat(this.tables.derive(plan, SOURCE, 1, 2)).isEqualTo(1);
		assertThat(this.tables.rows(SOURCE, "select * from person where id < 3 order by id"))
			.containsExactly("(1,,,0,1)", "(2,f2,l2,2,1)");
		assertThat(new JdbcReverseStore(this.tables.databases()).current(plan, Duration.ZERO).provesTheWayBack())
			.isTrue();
	}

	@Test
	void rowsThatWouldNotComeBackAreFound() {
		DerivedPlan plan = this.tables.plan(this.names);
		this.tables.copy(plan);
		this.tables.target("insert into human values (9, 'without a slash', 9)");
		ReverseStatus status = new JdbcReverseStore(this.tables.databases()).current(plan, Duration.ZERO);
		assertThat(status.failed()).isEqualTo(1);
		assertThat(status.samples()).singleElement().asString().contains("9");
	}

}
