package dev.parallelchange.migration.routing;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.parallelchange.migration.MigrationFlag;
import dev.parallelchange.migration.MigrationFlags;
import dev.parallelchange.migration.MigrationPlan;
import dev.parallelchange.migration.test.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A migrated repository with {@code JdbcClient} sides on a real database.
 */
abstract class RoutingScene {

	final TestDatabase database = TestDatabase.create();

	final TestFlags flags = new TestFlags();

	TestPlan plan;

	RoutingEngine engine;

	SettingsRepository repository;

	boolean sideSawTransaction;

	Runnable sideHook = () -> {
	};

	@BeforeEach
	void route() {
		this.plan = new TestPlan(this.database, (plan) -> plan);
		this.engine = this.plan.engine(this.flags);
		this.repository = proxy();
	}

	SettingsRepository proxy() {
		JdbcClient client = this.database.jdbcClient();
		SettingsRepository source = new JdbcSettingsRepository(client, "users", "id") {
			@Override
			public void save(Settings settings) {
				RoutingScene.this.sideSawTransaction = TransactionSynchronizationManager.isActualTransactionActive();
				super.save(settings);
				RoutingScene.this.sideHook.run();
			}
		};
		return this.engine.proxy(TestPlan.ID, SettingsRepository.class, source, JdbcSettingsRepository.target(client));
	}

	@AfterEach
	void close() {
		this.engine.stop();
		this.database.close();
	}

	String theme(long id) {
		return this.repository.findById(id).orElseThrow().theme();
	}

	void differentRows(long... ids) {
		for (long id : ids) {
			this.database.execute("insert into users values (%d, 'source')".formatted(id),
					"insert into user_settings values (%d, 'target')".formatted(id));
		}
	}

	List<String> rows(String table) {
		String key = table.equals("users") ? "id" : "user_id";
		try (java.sql.Connection connection = this.database.dataSource().getConnection();
				java.sql.ResultSet rows = connection.createStatement()
					.executeQuery("select %s || ':' || theme from %s order by %s".formatted(key, table, key))) {
			List<String> values = new java.util.ArrayList<>();
			while (rows.next()) {
				values.add(rows.getString(1));
			}
			return values;
		}
		catch (java.sql.SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	void inTransaction(Runnable work, boolean rollback) {
		new TransactionTemplate(this.plan.transactions).executeWithoutResult((status) -> {
			work.run();
			if (rollback) {
				status.setRollbackOnly();
			}
		});
	}

	static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static final class TestFlags implements MigrationFlags {

		volatile boolean write = true;

		volatile boolean read;

		volatile boolean switchedOff;

		volatile int evaluations;

		@Override
		public boolean isEnabled(MigrationPlan plan, MigrationFlag flag, @Nullable String stickiness) {
			if (flag == MigrationFlag.READ) {
				this.evaluations++;
			}
			return (flag == MigrationFlag.READ) ? this.read : this.write;
		}

		@Override
		public boolean isSwitchedOff(MigrationPlan plan, MigrationFlag flag) {
			return this.switchedOff;
		}

	}

}
