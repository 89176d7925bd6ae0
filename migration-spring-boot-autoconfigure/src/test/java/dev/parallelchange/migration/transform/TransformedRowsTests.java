package dev.parallelchange.migration.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.mirror.AcrossPendingKeys;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingKeys;
import dev.parallelchange.migration.jdbc.plan.PlanChecks;
import dev.parallelchange.migration.jdbc.plan.PlanDeriver;
import dev.parallelchange.migration.jdbc.verify.JdbcVerificationStore;
import dev.parallelchange.migration.mirror.PendingKeys;
import dev.parallelchange.migration.transform.TransformedTables.Place;
import dev.parallelchange.migration.verify.Comparison;
import dev.parallelchange.migration.verify.Difference;
import dev.parallelchange.migration.verify.KeyRange;
import dev.parallelchange.migration.verify.PassClaim;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.dao.DataIntegrityViolationException;

import static dev.parallelchange.migration.MigrationSide.SOURCE;
import static dev.parallelchange.migration.MigrationSide.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Rows that go through a transformer when they are mirrored, compared and repaired, to a
 * table beside the source or in another database.
 */
@ParameterizedClass
@EnumSource(Place.class)
class TransformedRowsTests {

	private static final KeyRange ALL = new KeyRange(null, null);

	private static final String HUMANS = "select id, full_name, age from human order by id";

	private final FullNames names = new FullNames();

	private final TransformedTables tables;

	TransformedRowsTests(Place place) {
		this.tables = TransformedTables.withFivePeople(place);
	}

	@AfterEach
	void close() {
		this.tables.close();
	}

	@Test
	void aKeyMayHaveSeveralColumns() {
		this.tables
			.source("alter table person drop constraint person_pkey",
					"alter table person add tenant text collate \"C\" default 'ä,\"'",
					"alter table person add primary key (tenant, id)")
			.target("alter table human drop constraint human_pkey", "alter table human add tenant text collate \"C\"",
					"alter table human add primary key (tenant, id)");
		DerivedPlan plan = this.tables.plan(this.names);
		this.tables.copy(plan);
		this.tables.target("update human set full_name = 'a/b' where id = 2", "delete from human where id = 3");
		List<RowKey> found = inPass(plan, (claim) -> keys(claim.compare(ALL)));
		assertThat(found).extracting(RowKey::json).containsExactlyInAnyOrder("[\"ä,\\\"\", 2]", "[\"ä,\\\"\", 3]");
		assertThat(store().repair(plan, 3, TARGET, found)).hasValue(2);
		assertThat(this.tables.rows(TARGET, HUMANS)).hasSize(5).contains("(2,f2/l2,2)", "(3,f3/l3,3)");
	}

	@Test
	void aTargetRowIsWrittenChangedAndDeletedAsItsSourceRowIs() {
		this.tables.target("insert into human values (2, 'old', 2), (3, 'f3/l3', 3), (9, 'gone', null)");
		DerivedPlan plan = this.tables.plan(this.names);
		assertThat(this.tables.derive(plan, TARGET, 1, 2, 3, 9)).isEqualTo(3);
		assertThat(this.tables.rows(TARGET, HUMANS)).containsExactly("(1,f1/l1,1)", "(2,f2/l2,2)", "(3,f3/l3,3)");
		assertThat(this.tables.derive(plan, TARGET, 1, 2, 3, 9)).as("what is equal is not written").isZero();
	}

	@Test
	void missingOrphanAndDifferentRowsAreFoundAndRepaired() {
		DerivedPlan plan = this.tables.plan(this.names);
		this.tables.copy(plan);
		this.tables.target("delete from human where id = 1", "update human set full_name = null where id = 2",
				"update human set age = 77 where id = 3", "insert into human values (9, 'x/y', 9)");
		List<RowKey> found = inPass(plan, (claim) -> {
			Comparison range = claim.compare(ALL);
			assertThat(range.compared()).isEqualTo(6);
			assertThat(found(claim.compare(keys(range)))).containsExactlyInAnyOrder("[1] MISSING", "[2] DIFFERENT",
					"[3] DIFFERENT", "[9] ORPHAN");
			return keys(range);
		});
		assertThat(store().repair(plan, 3, TARGET, found)).hasValue(4);
		assertThat(inPass(plan, (claim) -> keys(claim.compare(ALL)))).isEmpty();
		assertThat(this.tables.rows(TARGET, HUMANS)).hasSize(5).contains("(1,f1/l1,1)", "(2,f2/l2,2)", "(3,f3/l3,3)");
	}

	@Test
	void aPendingKeyWhoseRowCannotBeTransformedIsPutAsideUntilItIsCorrected() {
		DerivedPlan plan = this.tables.plan(this.names);
		this.tables.copy(plan);
		this.tables.source("update person set first = 'secret/name' where id = 1",
				"update person set first = 'X' where id = 2",
				"insert into migration_pending (plan_id, side, key) values ('p', 'TARGET', '[1]'), ('p', 'TARGET', '[2]')");
		PlanDatabases databases = this.tables.databases();
		PendingKeys pending = new AcrossPendingKeys(databases, new JdbcPendingKeys(databases.main()));
		assertThatExceptionOfType(DataIntegrityViolationException.class).isThrownBy(() -> pending.apply(plan, TARGET));
		assertThat(pending.apply(plan, TARGET, RowKey.of(2)).applied()).isEqualTo(1);
		boolean aside = false;
		for (int i = 0; i < 5 && !aside; i++) {
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> pending.apply(plan, TARGET, RowKey.of(1)))
				.satisfies((ex) -> assertThat(stackTrace(ex)).doesNotContain("secret"));
			aside = pending.postpone(plan, TARGET, RowKey.of(1), "failed");
		}
		assertThat(pending.quarantined(plan, TARGET)).containsExactly(RowKey.of(1));
		assertThat(this.tables.rows(TARGET, HUMANS)).contains("(1,f1/l1,1)", "(2,X/l2,2)");
		this.tables.source("update person set first = 'Y' where id = 1");
		pending.release(plan, TARGET, RowKey.of(1));
		assertThat(pending.quarantined(plan, TARGET)).isEmpty();
		assertThat(this.tables.rows(TARGET, HUMANS)).contains("(1,Y/l1,1)");
	}

	@Test
	void anEntryTowardTheLeadingSideOfARowThatCannotBeComparedDoesNotKeepTheOthers() {
		DerivedPlan plan = this.tables.plan(this.names);
		this.tables.copy(plan);
		this.tables.source("update person set first = 'a/b' where id = 1")
			.target("insert into migration_pending (plan_id, side, key) select 'p', 'SOURCE', jsonb_build_array(n) "
					+ "from generate_series(1, 3) n");
		PlanDatabases databases = this.tables.databases();
		new AcrossPendingKeys(databases, new JdbcPendingKeys(databases.main())).removeEqual(plan, SOURCE);
		assertThat(this.tables.rows(TARGET, "select key, next_attempt_at > now() from migration_pending"))
			.containsExactly("([1],t)");
	}

	@Test
	void rowsOfTheTargetThatTheSourceDoesNotExplainAreCounted() {
		this.tables.target("insert into human values (1, 'f1/l1', 1), (2, 'other', 2), (9, null, null)");
		assertThat(targetRows().value()).isEqualTo("2");
	}

	/**
	 * The transformer is tried on some rows whenever the plan is derived.
	 */
	@Test
	void noOthersThanTheirSourceRowsAreTransformedToCountThem() {
		assertThat(targetRows().open()).isTrue();
		int tried = this.names.calls.getAndSet(0);
		this.tables.target("insert into human values (2, 'f2/l2', 2), (4, 'f4/l4', 4)");
		assertThat(targetRows().open()).isTrue();
		assertThat(this.names.calls).hasValue(tried + 2);
	}

	private Gate targetRows() {
		return new PlanChecks(this.tables.databases(), new PlanDeriver(this.tables.databases()))
			.gates(this.tables.plan(this.names), MigrationPhase.EXPAND, MigrationPhase.DUAL_WRITE)
			.get(1);
	}

	@Test
	void aRowThatIsWrittenAndAppliedWhileItIsComparedIsNoDivergence() {
		DerivedPlan plan = this.tables.plan(this.names);
		this.tables.copy(plan);
		this.tables.source("update person set first = 'X' where id = 1",
				"insert into migration_pending (plan_id, side, key) values ('p', 'TARGET', '[1]')");
		assertThat(inPass(plan,
				(claim) -> claim.compare(List.of(RowKey.of(1)))
					.differences()
					.stream()
					.filter((difference) -> !difference.pending())
					.map(Difference::key)
					.toList()))
			.isEmpty();
	}

	/**
	 * The target is stopped at its first row: were the rows of a chunk collected, all
	 * would have been transformed by then.
	 */
	private static String stackTrace(Throwable thrown) {
		java.io.StringWriter text = new java.io.StringWriter();
		thrown.printStackTrace(new java.io.PrintWriter(text));
		return text.toString();
	}

	private static List<RowKey> keys(Comparison comparison) {
		return comparison.differences().stream().map(Difference::key).toList();
	}

	private static List<String> found(Comparison comparison) {
		return comparison.differences().stream().map((found) -> found.key() + " " + found.kind()).toList();
	}

	private JdbcVerificationStore store() {
		return new JdbcVerificationStore(this.tables.databases());
	}

	private List<RowKey> inPass(DerivedPlan plan, Function<PassClaim, List<RowKey>> work) {
		JdbcVerificationStore store = store();
		store.begin(plan, store.overview(plan), true);
		return new ArrayList<>(store.claim(plan, 3, work).orElseThrow());
	}

}
