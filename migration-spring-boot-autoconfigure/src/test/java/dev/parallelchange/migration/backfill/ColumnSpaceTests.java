package dev.parallelchange.migration.backfill;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.migration.BackfillSettings;
import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.MigrationPlanBuilder;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a copy between columns of one table leaves of its size.
 */
class ColumnSpaceTests {

	private static final BackfillSettings SETTINGS = BackfillScene.settings(5_000, 5_000);

	private final BackfillScene scene = new BackfillScene(
			"create table visit (id int primary key, visit_date date not null, visited_on date) with (autovacuum_enabled = off)",
			"insert into visit select n, current_date from generate_series(1, 100000) n", "vacuum analyze visit");

	@AfterEach
	void close() {
		this.scene.close();
	}

	@Test
	void laterRowsMoveIntoTheSpaceOfEarlierOnes() {
		assertThat(growth(SETTINGS)).isLessThan(1.45);
	}

	@Test
	void withoutVacuumTheTableDoubles() {
		assertThat(growth(SETTINGS.withoutVacuum())).isGreaterThan(1.8);
	}

	@Test
	void aTableIsVacuumedThroughAPoolWhoseConnectionsBeginTransactions() {
		DerivedPlan plan = this.scene.plan(plan(SETTINGS));
		this.scene.store.begin(plan);
		this.scene.database.execute("update visit set visited_on = visit_date");
		double before = size();
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setDataSource(this.scene.database.dataSource());
			pool.setAutoCommit(false);
			MigrationDatabase pooled = new MigrationDatabase(pool, this.scene.migration.tables());
			assertThat(new JdbcBackfillStore(pooled).vacuum(plan, 9_999)).isFalse();
			assertThat(new JdbcBackfillStore(pooled).vacuum(plan, 10_000)).isTrue();
		}
		this.scene.database.execute("update visit set visited_on = null");
		assertThat(size()).isEqualTo(before);
	}

	private double growth(BackfillSettings settings) {
		double before = size();
		copyInTurn(this.scene.plan(plan(settings)));
		assertThat(this.scene.number("select count(*) from visit where visited_on is distinct from visit_date"))
			.isZero();
		return size() / before;
	}

	/**
	 * Chunks that are copied at the same time keep each other's old rows.
	 */
	private void copyInTurn(DerivedPlan plan) {
		this.scene.store.begin(plan);
		long rewritten = 0;
		for (CopyStep step = walk(plan); step.kind() == CopyStep.Kind.WALKED; step = walk(plan)) {
			this.scene.store.copyNext(plan);
			rewritten += step.rows();
			rewritten = this.scene.store.vacuum(plan, rewritten) ? 0 : rewritten;
		}
	}

	private CopyStep walk(DerivedPlan plan) {
		return this.scene.store.walk(plan, 5_000);
	}

	private static MigrationPlanBuilder plan(BackfillSettings settings) {
		return MigrationPlan.of("visit-date").table("visit").rename("visit_date", "visited_on").backfill(settings);
	}

	private double size() {
		return this.scene.number("select pg_relation_size('visit')");
	}

}
