package dev.parallelchange.benchmarks.write;

import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

import dev.parallelchange.benchmarks.copy.CopyTable;
import dev.parallelchange.benchmarks.world.Application;
import dev.parallelchange.benchmarks.world.Database;
import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

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

	@Test
	void aWriteThroughAProxyTakesSoManyStatements() {
		assertThat(statements("proxies")).containsExactly(entry(MigrationPhase.OFF, 1), entry(MigrationPhase.EXPAND, 1),
				entry(MigrationPhase.DUAL_WRITE, 2), entry(MigrationPhase.BACKFILL, 2),
				entry(MigrationPhase.DUAL_READ, 2), entry(MigrationPhase.CUTOVER, 2), entry(MigrationPhase.CONTRACT, 1),
				entry(MigrationPhase.COMPLETED, 1));
	}

	@Test
	void aWriteWithTriggersTakesNoStatementMore() {
		assertThat(statements("triggers").values()).containsOnly(1);
	}

	private static Map<MigrationPhase, Integer> statements(String mirror) {
		CopyTable table = CopyTable.sequential();
		table.createSource(database, 100);
		table.createTarget(database);
		database.forgetPlans();
		Map<MigrationPhase, Integer> statements = new EnumMap<>(MigrationPhase.class);
		try (Application application = start(table, mirror)) {
			for (MigrationPhase phase : MigrationPhase.values()) {
				bring(application, phase);
				statements.put(phase, count(application));
			}
		}
		return statements;
	}

	private static int count(Application application) {
		TransactionTemplate transaction = new TransactionTemplate(application.bean(PlatformTransactionManager.class));
		OrderRepository orders = application.bean(OrderRepository.class);
		return application.bean(StatementCount.class)
			.during(() -> transaction.executeWithoutResult((status) -> orders.updateAmount(7, BigDecimal.TEN)));
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
			application.change(ChangeRequest.approve(phase, "test", "to measure it"));
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
