package dev.parallelchange.migration.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.MigrationThread;
import dev.parallelchange.migration.MigrationThread.Work;
import dev.parallelchange.migration.test.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ConnectionShareTests {

	private final TestDatabase database = TestDatabase.create();

	private final ConnectionShare share = new ConnectionShare(1, 1, 1);

	private final MigrationDatabase migration = new MigrationDatabase(this.database.dataSource(),
			new MigrationTables(MigrationTables.DEFAULT_PREFIX), this.share, null);

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void oneThreadWaitsForAnother() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		FutureTask<Integer> first = start(Work.BULK, () -> this.migration.inTransaction(() -> {
			inside.countDown();
			await(end);
			return 1;
		}));
		await(inside);
		FutureTask<Integer> second = start(Work.BULK, this::select);
		FutureTask<Integer> other = start(Work.STATE, this::select);
		assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo(2);
		assertThat(select()).as("a thread of the application").isEqualTo(2);
		assertThat(second.isDone()).isFalse();
		end.countDown();
		assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(1);
		assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo(2);
		assertThat(this.share.freeForBulk()).isEqualTo(1);
	}

	@Test
	void measurementThatHangsDoesNotKeepTheInstanceFromItsLease() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		FutureTask<Integer> measurement = start(Work.MEASURE, () -> this.migration.inTransaction(() -> {
			inside.countDown();
			await(end);
			return 1;
		}));
		await(inside);
		assertThat(start(Work.STATE, this::select).get(30, TimeUnit.SECONDS)).isEqualTo(2);
		end.countDown();
		assertThat(measurement.get(30, TimeUnit.SECONDS)).isEqualTo(1);
	}

	@Test
	void threadDoesNotWaitForItself() throws Exception {
		FutureTask<Integer> nested = start(Work.BULK,
				() -> this.migration.inTransaction(() -> this.migration.inTransaction(this::select)));
		assertThat(nested.get(30, TimeUnit.SECONDS)).isEqualTo(2);
		assertThat(this.share.freeForBulk()).isEqualTo(1);
	}

	@Test
	void connectionThatIsClosedTwiceCountsOnce() throws Exception {
		start(Work.BULK, () -> {
			try {
				Connection connection = this.migration.connections().getConnection();
				assertThat(connection.unwrap(PGConnection.class)).isNotNull();
				connection.close();
				connection.close();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
			return 0;
		}).get(30, TimeUnit.SECONDS);
		assertThat(this.share.freeForBulk()).isEqualTo(1);
	}

	@Test
	void connectionThatIsNotHadDoesNotCount() throws Exception {
		this.database.dataSource().close();
		FutureTask<Integer> failed = start(Work.BULK, this::select);
		assertThatExceptionOfType(java.util.concurrent.ExecutionException.class)
			.isThrownBy(() -> failed.get(30, TimeUnit.SECONDS));
		assertThat(this.share.freeForBulk()).isEqualTo(1);
	}

	@Test
	void timeToWaitIsKnown() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		start(Work.BULK, () -> this.migration.inTransaction(() -> {
			inside.countDown();
			await(end);
			return 1;
		}));
		await(inside);
		FutureTask<Integer> second = start(Work.BULK, () -> {
			select();
			return (int) (MigrationThread.waited() / 1_000_000);
		});
		CompletableFuture.runAsync(end::countDown, CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS));
		assertThat(second.get(30, TimeUnit.SECONDS)).isGreaterThan(100);
		assertThat(MigrationThread.waited()).isZero();
	}

	@Test
	void transactionOfTheApplicationIsJoined() {
		this.database.execute("create table item (id int)");
		new TransactionTemplate(new JdbcTransactionManager(this.database.dataSource()))
			.executeWithoutResult((status) -> {
				this.database.jdbcClient().sql("insert into item values (1)").update();
				assertThat(this.migration.sql("select count(*) from item").query(Long.class).single()).isEqualTo(1);
				status.setRollbackOnly();
			});
	}

	private int select() {
		return this.migration.sql("select 2").query(Integer.class).single();
	}

	private static FutureTask<Integer> start(Work work, java.util.concurrent.Callable<Integer> task) {
		FutureTask<Integer> future = new FutureTask<>(task);
		new MigrationThread(work, future, "test").start();
		return future;
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(Duration.ofSeconds(30).toMillis(), TimeUnit.MILLISECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
