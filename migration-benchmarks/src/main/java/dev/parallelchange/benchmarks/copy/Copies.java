package dev.parallelchange.benchmarks.copy;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import dev.parallelchange.benchmarks.measure.Sample;
import dev.parallelchange.benchmarks.world.Application;
import dev.parallelchange.benchmarks.world.ChunkTimes;
import dev.parallelchange.benchmarks.world.Database;
import dev.parallelchange.benchmarks.world.PlainApplication;
import dev.parallelchange.migration.MigrationPhase;

/**
 * The ways to copy the rows of a table within one database.
 *
 * @param database where the tables are
 * @param table the rows
 * @param rows how many there are
 */
record Copies(Database database, CopyTable table, long rows) {

	static final String INSERT = "INSERT … SELECT";

	/**
	 * Copy by one statement.
	 */
	Sample insertSelect() {
		this.table.createTarget(this.database);
		return timed(this.rows, () -> this.database.execute(this.table.insertSelect()));
	}

	/**
	 * Copy by two statements at once, each the half of the keys.
	 */
	Sample insertSelectByTwo() {
		this.table.createTarget(this.database);
		long half = this.rows / 2;
		return timed(this.rows, () -> Stream.of("source.id <= " + half, "source.id > " + half)
			.map((part) -> CompletableFuture.runAsync(() -> this.database.execute(this.table.insertSelect(part)),
					(task) -> new Thread(task, "copy").start()))
			.toList()
			.forEach(CompletableFuture::join));
	}

	/**
	 * Copy by a plan; other than that, with its default settings.
	 * @param properties what is different
	 */
	Sample library(Map<String, String> properties) {
		Map<String, String> plan = new HashMap<>(this.table.plan());
		plan.putAll(properties);
		return library(PlainApplication.class, plan);
	}

	/**
	 * Copy by a plan whose computed column is computed in Java.
	 * @param properties what is different
	 */
	Sample transformed(Map<String, String> properties) {
		Map<String, String> plan = new HashMap<>(Map.of("source", CopyTable.SOURCE, "target", CopyTable.TARGET));
		plan.putAll(properties);
		return library(TransformerApplication.class, plan);
	}

	private Sample library(Class<?> type, Map<String, String> plan) {
		this.table.createTarget(this.database);
		this.database.forgetPlans();
		try (Application application = Application.start(type, this.database.url(), plan, Map.of())) {
			application.become(MigrationPhase.DUAL_WRITE);
			long wal = this.database.walPosition();
			double seconds = this.database.profiled("the copy", () -> {
				application.request(MigrationPhase.BACKFILL);
				return application.bean(ChunkTimes.class).await(this.rows, Application.PATIENCE);
			});
			return checked(new Sample(this.rows, seconds, this.database.walPosition() - wal));
		}
	}

	static Map<String, String> workers(int workers, String mirror) {
		return Map.of("mirror", mirror, "backfill.max-concurrency", String.valueOf(workers));
	}

	Sample timed(long copied, Runnable work) {
		long wal = this.database.walPosition();
		long start = System.nanoTime();
		work.run();
		double seconds = (System.nanoTime() - start) / 1e9;
		return new Sample(copied, seconds, this.database.walPosition() - wal);
	}

	private Sample checked(Sample sample) {
		long found = this.database.number("select count(*) from purchases");
		if (found != this.rows) {
			throw new IllegalStateException("%d rows were copied instead of %d".formatted(found, this.rows));
		}
		return sample;
	}

}
