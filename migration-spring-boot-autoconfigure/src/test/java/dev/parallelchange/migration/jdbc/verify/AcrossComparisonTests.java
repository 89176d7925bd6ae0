package dev.parallelchange.migration.jdbc.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.InterferingDataSource;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.TwoDatabases;
import dev.parallelchange.migration.jdbc.mirror.AcrossComparison;
import dev.parallelchange.migration.jdbc.mirror.AcrossPendingKeys;
import dev.parallelchange.migration.jdbc.mirror.JdbcPendingKeys;
import dev.parallelchange.migration.test.OwnThread;
import dev.parallelchange.migration.verify.Comparison;
import dev.parallelchange.migration.verify.Difference;
import dev.parallelchange.migration.verify.KeyRange;
import dev.parallelchange.migration.verify.PassClaim;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.TransientDataAccessException;

import static dev.parallelchange.migration.MigrationSide.SOURCE;
import static dev.parallelchange.migration.MigrationSide.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows of two databases that are compared and repaired.
 */
class AcrossComparisonTests {

	private static final KeyRange ALL = new KeyRange(null, null);

	private final TwoDatabases two = new TwoDatabases();

	private final DerivedPlan plan;

	AcrossComparisonTests() {
		this.two
			.source("create table person (id int primary key, name text, age int)",
					"insert into person select n, 'n' || n, n from generate_series(1, 6) n")
			.target("create table human (id int primary key, name text)",
					"insert into human select n, 'N' || n from generate_series(1, 6) n");
		this.plan = this.two.plan("person", "human",
				(builder) -> builder.map("name", "upper(source.name)")
					.reverse("name", "lower(target.name)")
					.filter("source.age < 6"));
		this.two.target("delete from human where id = 6");
	}

	@AfterEach
	void close() {
		this.two.close();
	}

	@Test
	void missingOrphanAndDifferentRowsAreFoundAndRepaired() {
		this.two.target("delete from human where id = 1", "update human set name = null where id = 2",
				"insert into human values (6, 'N6'), (7, 'N7')");
		JdbcVerificationStore store = new JdbcVerificationStore(this.two.databases());
		List<RowKey> found = inPass(store, (claim) -> {
			Comparison range = claim.compare(ALL);
			assertThat(range.compared()).isEqualTo(7);
			assertThat(found(range)).containsExactlyInAnyOrder("[1] MISSING", "[2] DIFFERENT", "[6] ORPHAN",
					"[7] ORPHAN");
			List<RowKey> keys = range.differences().stream().map(Difference::key).toList();
			assertThat(found(claim.compare(keys))).containsExactlyInAnyOrder("[1] MISSING", "[2] DIFFERENT",
					"[6] ORPHAN", "[7] ORPHAN");
			return keys;
		});
		assertThat(store.repair(this.plan, 3, TARGET, found)).hasValue(4);
		assertThat(this.two.rows(TARGET, "select * from human order by id")).containsExactly("(1,N1)", "(2,N2)",
				"(3,N3)", "(4,N4)", "(5,N5)");
		this.two.target("update human set name = 'NEW' where id = 2").lead(TARGET);
		assertThat(store.repair(this.plan, 3, SOURCE, List.of(RowKey.of(2)))).hasValue(1);
		assertThat(this.two.rows(SOURCE, "select name from person where id = 2")).containsExactly("(new)");
	}

	@Test
	void chunksFollowTheSourceAndTakeInWhatOnlyTheTargetHas() {
		this.two.target("insert into human values (9, 'x')");
		JdbcVerificationStore store = new JdbcVerificationStore(this.two.databases());
		inPass(store, (claim) -> {
			assertThat(claim.next(4)).isEqualTo(new KeyRange(null, RowKey.of(4)));
			assertThat(found(claim.compare(new KeyRange(RowKey.of(4), null)))).containsExactly("[9] ORPHAN");
			return List.of();
		});
	}

	@Test
	void chunksOfWideRowsAreShorter() {
		this.two.source("alter table person alter name set storage external",
				"insert into person select n, repeat('x', 64000), 1 from generate_series(7, 400) n", "analyze person");
		inPass(new JdbcVerificationStore(this.two.databases()), (claim) -> {
			RowKey upper = claim.next(400).upper();
			assertThat(upper).isNotNull();
			assertThat(Integer.parseInt(upper.json().replaceAll("\\D", ""))).isBetween(100, 200);
			return List.of();
		});
	}

	@Test
	void aKeyThatIsPendingInEitherDatabaseIsToldApart() {
		this.two
			.source("update person set name = 'x' where id in (1, 2)",
					"insert into migration_pending (plan_id, side, key) values ('p', 'TARGET', '[1]')")
			.target("update human set name = 'y' where id = 3",
					"insert into migration_pending (plan_id, side, key) values ('p', 'SOURCE', '[3]')");
		inPass(new JdbcVerificationStore(this.two.databases()), (claim) -> {
			List<Difference> differences = claim.compare(List.of(RowKey.of(1), RowKey.of(2), RowKey.of(3)))
				.differences();
			assertThat(differences).filteredOn(Difference::pending)
				.extracting(Difference::key)
				.containsExactlyInAnyOrder(RowKey.of(1), RowKey.of(3));
			assertThat(differences).hasSize(3);
			return List.of();
		});
	}

	@Test
	void aRowThatIsWrittenAndAppliedBetweenTheTwoReadsIsNoDivergence() {
		assertThat(compareWhileApplied(true)).isEmpty();
	}

	@Test
	void withoutLocksSuchARowWouldLookLikeADivergence() {
		assertThat(compareWhileApplied(false)).containsExactly("[1] DIFFERENT");
	}

	/**
	 * Between the source's rows and the target's, the business writes a row, and its key
	 * is applied if somebody lets it.
	 */
	private List<String> compareWhileApplied(boolean locks) {
		AtomicBoolean written = new AtomicBoolean();
		PlanDatabases databases = this.two.databases(UnaryOperator.identity(),
				(dataSource) -> InterferingDataSource.beforeStatement(this.two.on(TARGET), (sql) -> {
					if (sql.contains("looked") && written.compareAndSet(false, true)) {
						OwnThread.run(() -> writeAndApply(locks ? 1 : 0)).join();
					}
				}));
		Comparison comparison = new AcrossComparison(databases, this.plan, locks).compare(List.of(RowKey.of(1)));
		return comparison.differences()
			.stream()
			.filter((difference) -> !difference.pending())
			.map((difference) -> difference.key() + " " + difference.kind())
			.toList();
	}

	private void writeAndApply(int stillPending) {
		this.two.source("update person set name = 'x' where id = 1",
				"insert into migration_pending (plan_id, side, key) values ('p', 'TARGET', '[1]')");
		PlanDatabases databases = this.two.databases();
		try {
			new AcrossPendingKeys(databases, new JdbcPendingKeys(databases.main())).apply(this.plan, TARGET);
		}
		catch (TransientDataAccessException ex) {
			// The key is locked.
		}
		assertThat(this.two.pending(TARGET)).hasSize(stillPending);
	}

	private static List<String> found(Comparison comparison) {
		return comparison.differences().stream().map((found) -> found.key() + " " + found.kind()).toList();
	}

	private List<RowKey> inPass(JdbcVerificationStore store, Function<PassClaim, List<RowKey>> work) {
		store.begin(this.plan, store.overview(this.plan), true);
		return new ArrayList<>(store.claim(this.plan, 3, work).orElseThrow());
	}

}
