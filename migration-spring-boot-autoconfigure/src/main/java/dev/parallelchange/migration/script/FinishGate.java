package dev.parallelchange.migration.script;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.Gate;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * The conditions that are about finishing touches: they hold before reads rely on the
 * target, and nothing that needs the mirror is left when the mirror ends.
 */
final class FinishGate {

	private static final int LIMIT = 1000;

	private static final long COUNT_AGE = Duration.ofSeconds(30).toNanos();

	private final FinishCatalog catalog;

	private final ScriptStore store;

	private final Map<String, Counted> counted = new ConcurrentHashMap<>();

	FinishGate(FinishCatalog catalog, ScriptStore store) {
		this.catalog = catalog;
		this.store = store;
	}

	Gate forward(DerivedPlan plan) {
		List<FinishTouch> touches = new FinishTouches(plan).all();
		List<Integer> done = this.catalog.done(plan, touches);
		List<FinishTouch> missing = new ArrayList<>();
		for (int i = 0; i < touches.size(); i++) {
			if (done.get(i) < touches.get(i).statements().size()) {
				missing.add(touches.get(i));
			}
		}
		String value = "%d of %d hold".formatted(touches.size() - missing.size(), touches.size());
		ScriptSet set = new FinishTouches(plan).scripts();
		ScriptRun run = this.store.read(set).orElse(null);
		if (run != null && run.isBlocked(set) && !missing.isEmpty()) {
			FinishTouch failed = missing.stream()
				.filter((touch) -> String.valueOf(run.script()).startsWith(touch.title() + ","))
				.findFirst()
				.orElse(missing.get(0));
			return Gate.of("finish", false,
					"%s; %s: %s rows violate it; %s".formatted(value, failed.title(), count(plan, failed), run.error()),
					"all", "correct the rows (%s), then: %s".formatted(failed.violations(),
							Gate.request(plan.id(), "\"scripts\": \"retry\"")));
		}
		String names = String.join(", ", missing.stream().map(FinishTouch::title).toList());
		return Gate.waiting("finish", missing.isEmpty(), missing.isEmpty() ? value : value + why(run), "all",
				"wait; the runner adds them when all rows are there and equal: " + names);
	}

	/**
	 * In one table, releases that know nothing of the new column fill it by the mirror
	 * alone.
	 */
	Gate back(DerivedPlan plan) {
		List<FinishTouch> touches = new FinishTouches(plan).all()
			.stream()
			.filter((touch) -> touch.kind() == FinishTouch.Kind.NOT_NULL || touch.kind() == FinishTouch.Kind.CHECK)
			.toList();
		List<Integer> done = this.catalog.done(plan, touches);
		List<String> left = new ArrayList<>();
		for (int i = 0; i < touches.size(); i++) {
			if (done.get(i) > 0) {
				left.add(touches.get(i).undo());
			}
		}
		return Gate.of("finish", left.isEmpty(), left.size() + " constraints that rows without a mirror would violate",
				0, String.join("; ", left));
	}

	private static String why(@Nullable ScriptRun run) {
		return (run != null && run.error() != null) ? "; is tried again after: " + run.error() : "";
	}

	private String count(DerivedPlan plan, FinishTouch touch) {
		Counted last = this.counted.get(plan.id());
		if (last == null || !last.touch().equals(touch) || System.nanoTime() - last.at() > COUNT_AGE) {
			last = new Counted(touch, rows(plan, touch), System.nanoTime());
			this.counted.put(plan.id(), last);
		}
		return last.rows();
	}

	/**
	 * What does not even fit the table, such as an unknown column, cannot be counted.
	 */
	private String rows(DerivedPlan plan, FinishTouch touch) {
		try {
			long rows = this.catalog.violations(plan, touch, LIMIT + 1);
			return (rows > LIMIT) ? "more than " + LIMIT : String.valueOf(rows);
		}
		catch (DataAccessException ex) {
			return "an unknown number of";
		}
	}

	private record Counted(FinishTouch touch, String rows, long at) {

	}

}
