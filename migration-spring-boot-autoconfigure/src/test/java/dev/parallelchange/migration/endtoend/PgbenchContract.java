package dev.parallelchange.migration.endtoend;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.MigrationSide;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A plan moves a table of {@code pgbench} while it runs.
 */
abstract class PgbenchContract {

	private static final String PLAN = "bank-account";

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	private final List<ConfigurableApplicationContext> instances = new ArrayList<>();

	private Pgbench pgbench;

	private JdbcClient client;

	@BeforeEach
	void createTarget() {
		this.pgbench = new Pgbench();
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(this.pgbench.url());
		this.client = JdbcClient.create(dataSource);
		this.client.sql("create table bank_account (aid int primary key, bid int, balance int, filler char(84))")
			.update();
	}

	@AfterEach
	void stop() {
		this.instances.forEach(ConfigurableApplicationContext::close);
		this.pgbench.close();
	}

	Pgbench pgbench() {
		return this.pgbench;
	}

	/**
	 * Move the table while the load goes on, and back; then compare.
	 * @param load the load
	 * @param url where the plan's releases find the database
	 */
	void moveUnder(CompletableFuture<Long> load, String url) {
		walk(url);
		check(this.pgbench.end(load));
		this.instances.forEach(ConfigurableApplicationContext::close);
	}

	/**
	 * Forward by a release on the target, and back by the one before.
	 */
	private void walk(String url) {
		ConfigurableApplicationContext first = deploy(url, MigrationSide.SOURCE);
		request(first, MigrationPhase.DUAL_READ);
		ConfigurableApplicationContext second = deploy(url, MigrationSide.TARGET);
		first.close();
		await(second, MigrationPhase.CUTOVER);
		ConfigurableApplicationContext third = deploy(url, MigrationSide.SOURCE);
		await(third, MigrationPhase.DUAL_READ);
		second.close();
		request(third, MigrationPhase.BACKFILL);
	}

	private ConfigurableApplicationContext deploy(String url, MigrationSide side) {
		String plan = "migration.plans." + PLAN + ".";
		ConfigurableApplicationContext instance = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.properties("spring.datasource.url=" + url, "spring.datasource.hikari.maximum-pool-size=8",
					"spring.jpa.hibernate.ddl-auto=none", "spring.main.banner-mode=off", "spring.flyway.enabled=false",
					"migration.instance.poll=100ms", plan + "source=pgbench_accounts", plan + "target=bank_account",
					plan + "rename.abalance=balance", plan + "mirror=triggers", plan + "uses=" + side)
			.run();
		this.instances.add(instance);
		return instance;
	}

	private void request(ConfigurableApplicationContext instance, MigrationPhase phase) {
		instance.getBean(MigrationRunner.class).change(PLAN, ChangeRequest.phase(phase, "test", "walk"));
		await(instance, phase);
	}

	private void await(ConfigurableApplicationContext instance, MigrationPhase phase) {
		MigrationRunner runner = instance.getBean(MigrationRunner.class);
		Awaitility.await()
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(200))
			.untilAsserted(
					() -> assertThat(runner.status(PLAN).phase()).as("%s", runner.status(PLAN)).isEqualTo(phase));
	}

	/**
	 * Each transaction adds one amount to one account, teller and branch, and to the
	 * history.
	 */
	private void check(long transactions) {
		assertThat(number("select count(*) from pgbench_history")).isEqualTo(transactions).isPositive();
		long sum = number("select sum(delta) from pgbench_history");
		assertThat(number("select sum(tbalance) from pgbench_tellers")).isEqualTo(sum);
		assertThat(number("select sum(bbalance) from pgbench_branches")).isEqualTo(sum);
		assertThat(number("select sum(abalance) from pgbench_accounts")).isEqualTo(sum);
		assertThat(number("select sum(balance) from bank_account")).isEqualTo(sum);
		assertThat(number("""
				select count(*) from pgbench_accounts source full join bank_account target using (aid)
				where (source.aid, source.bid, source.abalance, source.filler)
					is distinct from (target.aid, target.bid, target.balance, target.filler)""")).isZero();
		assertThat(number("select count(*) from migration_pending")).isZero();
	}

	private long number(String query) {
		return this.client.sql(query).query(Long.class).single();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
