package dev.parallelchange.chaos.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.parallelchange.chaos.load.Change;
import dev.parallelchange.chaos.load.Database;
import dev.parallelchange.chaos.load.Plan;
import dev.parallelchange.chaos.load.Row;
import dev.parallelchange.chaos.load.RowTable;
import dev.parallelchange.migration.MigrationSide;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Compares the tables with the journal and with each other.
 */
final class Sides {

	/** A source row as the plan's mapping makes it, and a target row as it is. */
	private static final String MAPPED = """
			select {id} as id, version, previous, {n} as n, '%s' || {writer} as writer from {table}""";

	private final Map<Database, JdbcClient> clients;

	Sides(Map<Database, JdbcClient> clients) {
		this.clients = clients;
	}

	/**
	 * Find rows that are not as the journal says, and those that are not equal by the
	 * plan's mapping.
	 */
	List<Violation> compare(Plan plan, Map<Long, KeyHistory> histories) {
		Map<Long, Row> source = rows(plan, MigrationSide.SOURCE);
		Map<Long, Row> target = rows(plan, MigrationSide.TARGET);
		List<Violation> violations = new ArrayList<>();
		violations.addAll(differentFromJournal(plan, MigrationSide.SOURCE, source, histories));
		violations.addAll(differentFromJournal(plan, MigrationSide.TARGET, target, histories));
		TreeSet<Long> keys = new TreeSet<>(source.keySet());
		keys.addAll(target.keySet());
		for (Long key : keys) {
			if (!Objects.equals(source.get(key), target.get(key))) {
				violations.add(new Violation(plan.id(), key,
						"the sides differ: source %s, target %s".formatted(source.get(key), target.get(key))));
			}
		}
		return violations;
	}

	private Map<Long, Row> rows(Plan plan, MigrationSide side) {
		RowTable table = plan.table(side);
		String prefix = (side == MigrationSide.SOURCE) ? plan.table(MigrationSide.TARGET).prefix() : "";
		Map<Long, Row> rows = new TreeMap<>();
		Objects.requireNonNull(this.clients.get(table.database()))
			.sql(table.in(MAPPED.formatted(prefix)))
			.query(Row.class)
			.list()
			.forEach((row) -> rows.put(row.id(), row));
		return rows;
	}

	private static List<Violation> differentFromJournal(Plan plan, MigrationSide side, Map<Long, Row> rows,
			Map<Long, KeyHistory> histories) {
		List<Violation> violations = new ArrayList<>();
		Map<Long, Row> unknown = new HashMap<>(rows);
		histories.forEach((key, history) -> {
			Found expected = Found.of(history.row());
			Found found = Found.of(unknown.remove(key));
			if (!Objects.equals(expected, found)) {
				violations.add(new Violation(plan.id(), key,
						"%s has %s, but the journal says %s".formatted(side, found, expected)));
			}
		});
		unknown.forEach((key, row) -> violations
			.add(new Violation(plan.id(), key, "%s has %s, which nobody wrote".formatted(side, Found.of(row)))));
		return violations;
	}

	private record Found(String version, long n) {

		static @Nullable Found of(@Nullable Row row) {
			return (row != null) ? new Found(row.version(), row.n()) : null;
		}

		static @Nullable Found of(@Nullable Change change) {
			return (change != null) ? new Found(change.version(), change.n()) : null;
		}

	}

}
