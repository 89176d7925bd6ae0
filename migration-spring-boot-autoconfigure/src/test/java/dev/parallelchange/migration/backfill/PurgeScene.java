package dev.parallelchange.migration.backfill;

import java.util.concurrent.CompletableFuture;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.jdbc.backfill.JdbcBackfillStore;
import dev.parallelchange.migration.test.DatabaseLatch;
import dev.parallelchange.migration.test.OwnThread;
import dev.parallelchange.migration.test.Steering;

/**
 * A table of which every second row is purged, and two instances: one as it is, and one
 * whose statements a test steers.
 */
final class PurgeScene implements AutoCloseable {

	static final String LEFT = "select count(*) from item";

	static final String MATCHING = "select count(*) from item where age > 10";

	/** A condition that waits at a latch while it looks at the second row. */
	static final String STOPS = "is_old(id, age)";

	final BackfillScene backfill = new BackfillScene(
			"create table item (id int primary key, age int, at timestamptz default now())", """
					create function is_old(id int, age int) returns boolean stable language plpgsql set lock_timeout = 0
					as $$ begin if id = 2 then perform %s; end if; return age > 10; end $$"""
				.formatted(DatabaseLatch.WAIT));

	final JdbcBackfillStore store = this.backfill.store;

	final Steering steering = new Steering(this.backfill.database);

	final JdbcBackfillStore steered = new JdbcBackfillStore(this.steering.database());

	/**
	 * A plan whose rows with even keys match {@code age > 10}.
	 */
	DerivedPlan plan(String condition, int rows) {
		execute("insert into item select i, (i + 1) %% 2 * 20 from generate_series(1, %d) as i".formatted(rows));
		return plan(condition);
	}

	DerivedPlan plan(String condition) {
		return this.backfill
			.plan(MigrationPlan.of("p").purge("item", condition).backfill(BackfillScene.settings(30, 30)));
	}

	/**
	 * A purge of ten rows, which has marked out its only chunk.
	 */
	DerivedPlan begun(String condition) {
		DerivedPlan plan = plan(condition, 10);
		this.store.begin(plan);
		this.store.walk(plan, 10);
		return plan;
	}

	/**
	 * Let an instance delete a chunk, and others do something while it stands before the
	 * second row with what it has seen.
	 */
	CopyStep copyNextWhile(BackfillStore copied, DerivedPlan plan, Runnable others) {
		try (DatabaseLatch latch = new DatabaseLatch(this.backfill.database)) {
			CompletableFuture<CopyStep> step = OwnThread.supply(() -> copied.copyNext(plan));
			latch.awaitArrival(1);
			others.run();
			latch.open();
			return step.join();
		}
	}

	void execute(String... statements) {
		this.backfill.database.execute(statements);
	}

	long number(String sql) {
		return this.backfill.number(sql);
	}

	void dueAtOnce() {
		execute("update migration_backfill set next_chunk_at = clock_timestamp()");
	}

	@Override
	public void close() {
		this.backfill.close();
	}

}
