package dev.parallelchange.benchmarks.load;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.benchmarks.world.Database;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Writes the time into the primary again and again, and reads on the replica how old it
 * is there. Both servers have one clock.
 */
final class ReplicaWatch implements AutoCloseable {

	private static final int INTERVAL_MILLIS = 50;

	private final HikariDataSource replica = new HikariDataSource();

	private final CountDownLatch closed = new CountDownLatch(1);

	private final Thread thread = new Thread(this::watch, "replica-watch");

	private final JdbcClient primary;

	private volatile double longestLag;

	ReplicaWatch(Database database) {
		this.primary = JdbcClient.create(database.dataSource());
		this.primary.sql("create table if not exists beat (at timestamptz)").update();
		this.primary.sql("truncate beat").update();
		this.primary.sql("insert into beat values (clock_timestamp())").update();
		this.replica.setJdbcUrl(database.cluster().replicaJdbcUrl(0, "postgres"));
		this.replica.setMaximumPoolSize(1);
		this.thread.start();
	}

	private void watch() {
		JdbcClient reader = JdbcClient.create(this.replica);
		try {
			while (!this.closed.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
				this.primary.sql("update beat set at = clock_timestamp()").update();
				Double lag = reader.sql("select extract(epoch from clock_timestamp() - max(at)) from beat")
					.query(Double.class)
					.optional()
					.orElse(0.0);
				this.longestLag = Math.max(this.longestLag, lag - INTERVAL_MILLIS / 1000.0);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	double longestLag() {
		return this.longestLag;
	}

	@Override
	public void close() {
		this.closed.countDown();
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.replica.close();
	}

}
