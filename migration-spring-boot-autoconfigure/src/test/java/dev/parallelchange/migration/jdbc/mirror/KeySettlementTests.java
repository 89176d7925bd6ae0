package dev.parallelchange.migration.jdbc.mirror;

import java.util.List;
import java.util.Set;

import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanShape;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.jdbc.MirroredTables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link KeySettlement} on plans of each shape; races are forced in
 * {@code RepairRaceTests}.
 */
class KeySettlementTests {

	private MirroredTables tables;

	private void open(MigrationPlanBuilder plan, String... definitions) {
		this.tables = new MirroredTables(plan.build(), definitions);
	}

	@AfterEach
	void close() {
		this.tables.close();
	}

	private Set<RowKey> settle(MigrationSide written, Object... ids) {
		List<RowKey> keys = java.util.Arrays.stream(ids).map(RowKey::of).toList();
		return this.tables.database()
			.inTransaction(() -> new KeySettlement(this.tables.database()).settle(this.tables.plan(), written, keys));
	}

	/**
	 * Settles keys on another connection while a statement of a business transaction has
	 * not been committed.
	 */
	private Set<RowKey> settleDuring(String statement, MigrationSide written, Object... ids) {
		return this.tables.database().inTransaction(() -> {
			this.tables.database().sql(statement).update();
			return settle(written, ids);
		});
	}

	@Test
	void columnsOfOneRowAreSettledEitherWay() {
		open(MigrationPlan.of("visits").table("visits").rename("old_date", "new_date"),
				"create table visits (id int primary key, old_date date, new_date date)",
				"insert into visits values (1, '2026-01-01', null), (2, null, '2026-02-02')");
		assertThat(this.tables.plan().shape()).isEqualTo(PlanShape.COLUMN);
		assertThat(settle(MigrationSide.TARGET, 1)).containsExactly(RowKey.of(1));
		assertThat(settle(MigrationSide.SOURCE, 2, 99)).containsExactlyInAnyOrder(RowKey.of(2), RowKey.of(99));
		assertThat(this.tables.rows("select * from visits order by id")).containsExactly("(1,2026-01-01,2026-01-01)",
				"(2,2026-02-02,2026-02-02)");
	}

	@Test
	void aRowOfColumnsThatSomebodyHoldsIsLeftToTheNextTime() {
		open(MigrationPlan.of("visits").table("visits").rename("old_date", "new_date"),
				"create table visits (id int primary key, old_date date, new_date date)",
				"insert into visits values (1, '2026-01-01', null), (2, '2026-02-02', null)");
		assertThat(settleDuring("update visits set old_date = '2026-03-03' where id = 1", MigrationSide.TARGET, 1, 2))
			.containsExactly(RowKey.of(2));
	}

	@Test
	void splitsAreSettledEitherWay() {
		open(MigrationPlan.of("contact").source("owners").target("contact"),
				"create table owners (id int primary key, name text, city text)",
				"create table contact (id int primary key, city text)",
				"insert into owners values (1, 'ann', 'Ulm'), (2, 'bob', 'Bonn'), (3, 'cid', 'Jena')",
				"insert into contact values (2, 'Kiel'), (4, 'Trier')");
		assertThat(this.tables.plan().shape()).isEqualTo(PlanShape.SPLIT);
		assertThat(settle(MigrationSide.TARGET, 1, 4, 5)).hasSize(3);
		assertThat(settle(MigrationSide.SOURCE, 2, 3)).hasSize(2);
		assertThat(this.tables.rows("select * from contact order by id")).containsExactly("(1,Ulm)", "(2,Kiel)");
		assertThat(this.tables.rows("select * from owners order by id")).containsExactly("(1,ann,Ulm)", "(2,bob,Kiel)",
				"(3,cid,)");
	}

	/**
	 * The row is brought back on the source; the mirror has found it equal on the target.
	 */
	@Test
	void aMirrorHoldsTheRowOfATargetThatHasNothingButItsKey() {
		open(MigrationPlan.of("known").source("users").target("known"),
				"create table users (id int primary key, name text)", "create table known (id int primary key)",
				"insert into known values (1)");
		KeyDerivation mirror = new KeyDerivation(this.tables.database());
		this.tables.database().inTransaction(() -> {
			this.tables.database().sql("insert into users values (1, 'ann')").update();
			mirror.derive(this.tables.plan(), MigrationSide.TARGET, List.of(RowKey.of(1)));
			assertThat(settle(MigrationSide.TARGET, 1)).isEmpty();
			return true;
		});
		assertThat(this.tables.rows("select * from known")).containsExactly("(1)");
	}

}
