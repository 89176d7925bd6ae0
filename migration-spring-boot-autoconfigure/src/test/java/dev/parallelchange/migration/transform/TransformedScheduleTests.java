package dev.parallelchange.migration.transform;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.InterferingDataSource;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.mirror.AcrossComparison;
import dev.parallelchange.migration.jdbc.mirror.AcrossDerivation;
import dev.parallelchange.migration.schedule.Schedule;
import dev.parallelchange.migration.schedule.ScheduleProof;
import dev.parallelchange.migration.test.OwnThread;
import dev.parallelchange.migration.transform.TransformedTables.Place;
import dev.parallelchange.migration.verify.Difference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.TransientDataAccessException;

import static dev.parallelchange.migration.MigrationSide.SOURCE;
import static dev.parallelchange.migration.MigrationSide.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Interleavings of rows that go through a transformer within one database, where nothing
 * but the locks of their keys keeps those apart who read and write them.
 */
class TransformedScheduleTests {

	private static final List<RowKey> KEY = List.of(RowKey.of(1));

	private final TransformedTables tables = new TransformedTables(Place.BESIDE)
		.source("create table person (id int primary key, first text, last text)",
				"insert into person values (1, 'v1', 'x')")
		.target("create table human (id int primary key, full_name text)", "insert into human values (1, 'v0/x')");

	private final DerivedPlan plan = this.tables.plan(new FullNames());

	@AfterEach
	void close() {
		this.tables.close();
	}

	@Test
	@Schedule("C26")
	void whoHasReadARowLastWritesItLast() {
		assertThat(deriveWhileAnotherDoes(true)).as("the other one waited in vain, and tries again later").isFalse();
		derive(this.tables.databases(), true);
		assertThat(this.tables.rows(TARGET, "select full_name from human")).containsExactly("(v2/x)");
	}

	@Test
	@ScheduleProof("C26")
	void withoutLocksAnOlderRowIsWrittenOverANewerOne() {
		assertThat(deriveWhileAnotherDoes(false)).isTrue();
		assertThat(this.tables.rows(TARGET, "select full_name from human")).containsExactly("(v1/x)");
	}

	@Test
	@Schedule("C42")
	void aRowThatIsWrittenAndAppliedBetweenTheTwoReadsIsNoDivergence() {
		derive(this.tables.databases(), true);
		assertThat(compareWhileAnotherDerives(true)).isEmpty();
	}

	@Test
	@ScheduleProof("C42")
	void withoutLocksSuchARowWouldLookLikeADivergence() {
		derive(this.tables.databases(), true);
		assertThat(compareWhileAnotherDerives(false)).hasSize(1);
	}

	/**
	 * Between the source's row and the target's, the business writes the row, and
	 * somebody else makes the target equal.
	 * @return whether the other one could do so
	 */
	private boolean deriveWhileAnotherDoes(boolean locks) {
		AtomicBoolean other = new AtomicBoolean();
		derive(interfered((sql) -> sql.contains("insert into \"public\".\"human\""), locks, other), locks);
		return other.get();
	}

	private List<RowKey> compareWhileAnotherDerives(boolean locks) {
		PlanDatabases databases = interfered((sql) -> sql.contains("looked"), locks, new AtomicBoolean());
		return new AcrossComparison(databases, this.plan, locks).compare(KEY)
			.differences()
			.stream()
			.filter((difference) -> !difference.pending())
			.map(Difference::key)
			.toList();
	}

	private PlanDatabases interfered(Predicate<String> moment, boolean locks, AtomicBoolean done) {
		AtomicBoolean reached = new AtomicBoolean();
		return this.tables
			.databases((dataSource) -> InterferingDataSource.beforeStatement(this.tables.on(SOURCE), (sql) -> {
				if (moment.test(sql) && reached.compareAndSet(false, true)) {
					OwnThread.run(() -> done.set(writeAndDerive(locks))).join();
				}
			}));
	}

	private boolean writeAndDerive(boolean locks) {
		this.tables.source("update person set first = 'v2'");
		try {
			derive(this.tables.databases(), locks);
			return true;
		}
		catch (TransientDataAccessException ex) {
			return false;
		}
	}

	private void derive(PlanDatabases databases, boolean locks) {
		new AcrossDerivation(databases, locks).deriveApart(this.plan, TARGET, KEY);
	}

}
