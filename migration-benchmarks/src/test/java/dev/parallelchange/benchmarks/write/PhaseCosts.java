package dev.parallelchange.benchmarks.write;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.parallelchange.benchmarks.copy.CopyTable;
import dev.parallelchange.benchmarks.world.Application;
import dev.parallelchange.benchmarks.world.Database;
import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;

/**
 * Takes a plan through all phases and measures the application's calls in each.
 */
final class PhaseCosts {

	/** Phases in which the same calls cost the same. */
	private static final List<List<MigrationPhase>> ALIKE = List.of(List.of(MigrationPhase.OFF, MigrationPhase.EXPAND),
			List.of(MigrationPhase.DUAL_WRITE, MigrationPhase.BACKFILL, MigrationPhase.DUAL_READ),
			List.of(MigrationPhase.CUTOVER), List.of(MigrationPhase.CONTRACT, MigrationPhase.COMPLETED));

	private static final Pattern PORT = Pattern.compile(":(\\d+)/");

	private final String mirror;

	private final Map<List<String>, Cost> costs = new LinkedHashMap<>();

	private int amount = 10;

	private PhaseCosts(String mirror) {
		this.mirror = mirror;
	}

	/**
	 * Measure.
	 * @param database where
	 * @param mirror who mirrors
	 * @return costs by mirror, phases and call
	 */
	static Map<List<String>, Cost> of(Database database, String mirror) {
		CopyTable table = CopyTable.sequential();
		table.createSource(database, 20);
		table.createTarget(database);
		database.forgetPlans();
		PhaseCosts costs = new PhaseCosts(mirror);
		try (WireCount wire = new WireCount(port(database));
				Application application = costs.start(table, wire.url(database.url()))) {
			Meter meter = new Meter(database, wire, application);
			for (List<MigrationPhase> phases : ALIKE) {
				phases.forEach((phase) -> {
					if (phase == MigrationPhase.DUAL_WRITE) {
						// A mirror changes rows; only before the copy would it add them.
						database.execute(table.insertSelect());
					}
					bring(application, phase);
					costs.measure(phases, meter, application.bean(OrderRepository.class));
				});
			}
		}
		return costs.costs;
	}

	private static int port(Database database) {
		return PORT.matcher(database.url())
			.results()
			.map((match) -> Integer.valueOf(match.group(1)))
			.findFirst()
			.orElseThrow();
	}

	private void measure(List<MigrationPhase> phases, Meter meter, OrderRepository orders) {
		put(phases, "insert", meter.measure(() -> orders.insertOrder(1000, BigDecimal.TEN)));
		put(phases, "update", meter.measure(() -> orders.updateAmount(7, BigDecimal.valueOf(++this.amount))));
		put(phases, "delete", meter.measure(() -> orders.deleteOrder(1000)));
		put(phases, "read", meter.measure(() -> orders.findAmount(7)));
	}

	private void put(List<MigrationPhase> phases, String call, Cost cost) {
		String names = phases.stream().map((phase) -> "`" + phase + "`").collect(Collectors.joining(", "));
		Cost known = this.costs.putIfAbsent(List.of("`" + this.mirror + "`", names, call), cost);
		if (known != null && !known.isLike(cost)) {
			throw new IllegalStateException(
					"A call of %s costs %s in one of %s and %s in another".formatted(call, known, names, cost));
		}
	}

	private Application start(CopyTable table, String url) {
		Map<String, String> plan = new HashMap<>(table.plan());
		plan.putAll(Map.of("mirror", this.mirror, "switch", "repository", "contract.source", "keep",
				"safety.reverse-window", "0s", "contract.quiet", "0s", "contract.soak", "0s",
				"verification.min-compared-reads", "0"));
		return Application.start(OrderApplication.class, url, plan, Map.of("migration.instance.poll", "50ms"));
	}

	/**
	 * A transaction that begins before the instance knows of a step costs what it did
	 * before.
	 */
	private static void bring(Application application, MigrationPhase phase) {
		if (phase.isAtLeast(MigrationPhase.CONTRACT)) {
			application.change(ChangeRequest.approve(phase, "test", "to measure it"));
		}
		if (phase != MigrationPhase.OFF) {
			application.become(phase);
		}
		application.await((status) -> status.instances()
			.stream()
			.allMatch((instance) -> instance.acknowledgedEpoch() >= status.epoch()));
	}

}
