package dev.parallelchange.benchmarks.write;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.parallelchange.benchmarks.world.Database;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What a transaction that writes or reads one row costs, by mirror and phase.
 */
class WriteCostTests {

	private static final Map<List<String>, Cost> costs = new LinkedHashMap<>();

	@BeforeAll
	static void measure() {
		// Without images of pages, which depend on checkpoints.
		try (Database database = Database.start(Map.of("autovacuum", "off", "full_page_writes", "off"), 0)) {
			database.execute("create extension pgrowlocks", "create extension pg_walinspect");
			costs.putAll(PhaseCosts.of(database, "proxies"));
			costs.putAll(PhaseCosts.of(database, "triggers"));
		}
		if (Boolean.getBoolean("costs.write")) {
			CostTable.write(costs);
		}
	}

	@Test
	void theDocumentedCostsAreThoseOfThisBuild() {
		Map<List<String>, Cost> documented = CostTable.read();
		assertThat(costs.keySet()).containsExactlyElementsOf(documented.keySet());
		assertThat(costs).allSatisfy((line, cost) -> assertThat(cost).as("%s", line)
			.matches(documented.get(line)::isLike, "is like " + documented.get(line)));
	}

	@Test
	void aWriteThroughAProxyWaitsOnceMoreForItsMirror() {
		Cost alone = cost("proxies", "OFF", "update");
		for (String phase : List.of("DUAL_WRITE", "CUTOVER")) {
			assertThat(cost("proxies", phase, "update").roundTrips()).isEqualTo(alone.roundTrips() + 1);
		}
	}

	@Test
	void aWriteWithTriggersTakesNoStatementMore() {
		assertThat(costs.entrySet()
			.stream()
			.filter((line) -> line.getKey().get(0).equals("`triggers`"))
			.map(Map.Entry::getValue)
			.toList()).extracting(Cost::statements, Cost::roundTrips).containsOnly(tuple(1L, 1L));
	}

	private static Cost cost(String mirror, String phase, String call) {
		return costs.entrySet()
			.stream()
			.filter((line) -> line.getKey().get(0).equals("`" + mirror + "`")
					&& line.getKey().get(1).contains("`" + phase + "`") && line.getKey().get(2).equals(call))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElseThrow();
	}

}
