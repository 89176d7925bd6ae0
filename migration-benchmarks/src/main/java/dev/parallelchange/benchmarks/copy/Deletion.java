package dev.parallelchange.benchmarks.copy;

import java.util.Map;

import dev.parallelchange.benchmarks.measure.Sample;
import dev.parallelchange.benchmarks.world.Application;
import dev.parallelchange.benchmarks.world.ChunkTimes;
import dev.parallelchange.benchmarks.world.Database;
import dev.parallelchange.benchmarks.world.PlainApplication;
import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;

/**
 * Every other row of the table, so that no way can leave out whole pages.
 *
 * @param database the server
 * @param rows the rows of the table
 */
record Deletion(Database database, long rows) {

	private static final String CONDITION = "customer_id % 2 = 0";

	Sample statement() {
		create();
		return timed(() -> this.database.execute("delete from orders where " + CONDITION));
	}

	Sample loop() {
		create();
		return timed(() -> {
			while (this.database
				.number("select count(*) from (select from orders where %s limit 1) as one".formatted(CONDITION)) > 0) {
				this.database.execute("delete from orders where id in (select id from orders where %s limit 1000)"
					.formatted(CONDITION));
			}
		});
	}

	Sample library(int workers) {
		create();
		this.database.forgetPlans();
		Map<String, String> plan = Map.of("table", "orders", "purge", CONDITION, "backfill.max-concurrency",
				String.valueOf(workers));
		try (Application application = Application.start(PlainApplication.class, this.database.url(), plan, Map.of())) {
			application.change(ChangeRequest.approve(MigrationPhase.BACKFILL, "benchmark", "to measure it"));
			long wal = this.database.walPosition();
			double seconds = this.database.profiled("the purge", () -> {
				application.request(MigrationPhase.BACKFILL);
				return application.bean(ChunkTimes.class).await(matching(), Application.PATIENCE);
			});
			return checked(new Sample(matching(), seconds, this.database.walPosition() - wal));
		}
	}

	private void create() {
		CopyTable.sequential().createSource(this.database, this.rows);
		this.database.execute("checkpoint");
	}

	private long matching() {
		return this.rows / 2;
	}

	private Sample timed(Runnable work) {
		long wal = this.database.walPosition();
		long start = System.nanoTime();
		work.run();
		double seconds = (System.nanoTime() - start) / 1e9;
		return checked(new Sample(matching(), seconds, this.database.walPosition() - wal));
	}

	private Sample checked(Sample sample) {
		long left = this.database.number("select count(*) from orders where " + CONDITION);
		if (left != 0) {
			throw new IllegalStateException("%d rows have been left".formatted(left));
		}
		return sample;
	}

}
