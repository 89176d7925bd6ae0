package dev.parallelchange.sample.traffic;

import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.sample.SampleProperties;
import dev.parallelchange.sample.service.OrderRepository;
import dev.parallelchange.sample.service.ProfileSettingsRepository;
import dev.parallelchange.sample.service.UserRepository;
import dev.parallelchange.sample.world.SampleData;
import dev.parallelchange.sample.world.SampleDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Callers of a service that uses the source side alone, without the library.
 */
class TrafficTests {

	private static final int USERS = 200;

	private SampleDatabase database;

	private HikariDataSource dataSource;

	private JdbcClient client;

	private WriteLog log;

	private Audit audit;

	private Traffic traffic;

	@BeforeEach
	void startTraffic() {
		this.database = SampleDatabase.start(null);
		new SampleData(this.database, USERS, 42).generate();
		this.dataSource = new HikariDataSource();
		this.dataSource.setJdbcUrl(this.database.jdbcUrl());
		this.client = JdbcClient.create(this.dataSource);
		this.log = new WriteLog();
		this.audit = new Audit(this.log, this.client);
		SettingsCalls settings = new SettingsCalls(new ProfileSettingsRepository(this.client),
				new UserRepository(this.client), new TransactionTemplate(new JdbcTransactionManager(this.dataSource)),
				this.log, USERS);
		OrderCalls orders = new OrderCalls(new OrderRepository(this.client, MigrationSide.SOURCE), this.log, USERS,
				USERS - USERS / SampleData.WITHOUT_ORDERS);
		this.traffic = new Traffic(settings, orders, this.log,
				new SampleProperties(USERS, 42, null, null, null, true, 1000, 6, false, Duration.ofMinutes(1)));
		this.traffic.start();
	}

	@AfterEach
	void stop() {
		this.traffic.stop();
		this.dataSource.close();
		this.database.close();
	}

	@Test
	void findsAllItsWritesAndSeesNoErrors() {
		await().until(() -> this.log.settings().acknowledged() + this.log.orders().acknowledged() > 2000);
		assertThat(this.audit.lostSettings(MigrationSide.SOURCE)).isEmpty();
		assertThat(this.audit.lostOrders(MigrationSide.SOURCE)).isEmpty();
		assertThat(this.traffic.failures()).isEmpty();
		assertThat(this.log.reads()).isPositive();
		assertThat(this.log.wrongReads()).isZero();
	}

	@Test
	void readsWrongWhenSomethingElseChangesItsRows() {
		await().until(() -> this.log.settings().acknowledged() > 200);
		this.log.withoutCalls(() -> this.client
			.sql("update users set profile = profile || '{\"signature\": \"somebody else\"}' where profile is not null")
			.update());
		await().until(() -> this.log.wrongReads() > 0);
		assertThat(this.audit.lostSettings(MigrationSide.SOURCE)).isNotEmpty();
	}

	@Test
	void goesOnWhenCallsFailAndSaysWhy() {
		this.client.sql("alter table orders rename column status to gone").update();
		await().until(() -> this.log.orders().failures() > 10);
		long before = this.log.settings().acknowledged();
		await().until(() -> this.log.settings().acknowledged() > before);
		assertThat(this.traffic.failures()).isNotEmpty();
	}

}
