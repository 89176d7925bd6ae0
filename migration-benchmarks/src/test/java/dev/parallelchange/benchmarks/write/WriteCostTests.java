package dev.parallelchange.benchmarks.write;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

import dev.parallelchange.benchmarks.copy.CopyTable;
import dev.parallelchange.benchmarks.world.Application;
import dev.parallelchange.benchmarks.world.Database;
import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a transaction that writes one row sends to the database, by mirror and phase.
 */
class WriteCostTests {

	private static Database database;

	@BeforeAll
	static void startDatabase() {
		database = Database.start();
	}

	@AfterAll
	static void stopDatabase() {
		database.close();
	}

	@ParameterizedTest
	@CsvSource({ "proxies, OFF, 1", "proxies, DUAL_WRITE, 7", "proxies, BACKFILL, 7", "proxies, DUAL_READ, 7",
			"proxies, CUTOVER, 9", "proxies, CONTRACT, 1", "proxies, COMPLETED, 1", "triggers, DUAL_WRITE, 1",
			"triggers, DUAL_READ, 1" })
	void aWriteOfOneRowTakesSoManyStatements(String mirror, MigrationPhase phase, int statements) {
		CopyTable table = CopyTable.sequential();
		table.createSource(database, 100);
		table.createTarget(database);
		database.forgetPlans();
		try (Application application = start(table, mirror)) {
			bring(application, phase);
			TransactionTemplate transaction = new TransactionTemplate(
					application.bean(PlatformTransactionManager.class));
			OrderRepository orders = application.bean(OrderRepository.class);
			Runnable write = () -> transaction.executeWithoutResult((status) -> orders.updateAmount(7, BigDecimal.TEN));
			write.run();
			assertThat(application.bean(StatementCount.class).during(write)).isEqualTo(statements);
		}
	}

	private static Application start(CopyTable table, String mirror) {
		Map<String, String> plan = new HashMap<>(table.plan());
		plan.putAll(Map.of("mirror", mirror, "switch", "repository", "contract.source", "keep", "safety.reverse-window",
				"0s", "contract.quiet", "0s", "contract.soak", "0s", "verification.min-compared-reads", "0"));
		return Application.start(CountingApplication.class, database.url(), plan,
				Map.of("migration.instance.poll", "50ms"));
	}

	private static void bring(Application application, MigrationPhase phase) {
		if (phase.isAtLeast(MigrationPhase.CONTRACT)) {
			application.become(MigrationPhase.CUTOVER);
			application.change(ChangeRequest.approve(MigrationPhase.CONTRACT, "test", "to measure it"));
			application.become(MigrationPhase.CONTRACT);
			application.change(ChangeRequest.approve(MigrationPhase.COMPLETED, "test", "to measure it"));
		}
		if (phase != MigrationPhase.OFF) {
			application.become(phase);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@Import(OrderApplication.class)
	static class CountingApplication {

		@Bean
		static StatementCount statementCount() {
			return new StatementCount();
		}

	}

}
