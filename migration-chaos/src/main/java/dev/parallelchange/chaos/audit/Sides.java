package dev.parallelchange.chaos.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.parallelchange.chaos.load.Change;
import dev.parallelchange.chaos.load.RowTable;
import dev.parallelchange.migration.MigrationSide;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Compares the tables with the journal and with each other.
 */
final class Sides {

	private static final String DIFFERENT = """
			select coalesce(source.{id}, target.{tid}) as key, source::text as source, target::text as target
			from {source} as source full join {target} as target on target.{tid} = source.{id}
			where (source.version, source.previous, source.{n}, '{tp}' || source.{writer})
				is distinct from (target.version, target.previous, target.{tn}, target.{tw})""";

	private final JdbcClient client;

	Sides(JdbcClient client) {
		this.client = client;
	}

	/**
	 * Find rows that are not as the journal says.
	 */
	List<Violation> differentFromJournal(String plan, MigrationSide side, Map<Long, KeyHistory> histories) {
		Map<Long, Found> rows = new HashMap<>();
		this.client.sql(RowTable.of(plan, side).in("select {id} as id, version, {n} as n from {table}")).query((rs) -> {
			rows.put(rs.getLong("id"), new Found(rs.getString("version"), rs.getLong("n")));
		});
		List<Violation> violations = new ArrayList<>();
		histories.forEach((key, history) -> {
			Found expected = expected(history.row());
			Found found = rows.remove(key);
			if ((expected == null) ? found != null : !expected.equals(found)) {
				violations.add(new Violation(plan, key,
						"%s has %s, but the journal says %s".formatted(side, found, expected)));
			}
		});
		rows.forEach((key, found) -> violations
			.add(new Violation(plan, key, "%s has %s, which nobody wrote".formatted(side, found))));
		return violations;
	}

	private static @Nullable Found expected(@Nullable Change change) {
		return (change != null) ? new Found(change.version(), change.n()) : null;
	}

	/**
	 * Find rows that are not equal by the plan's mapping.
	 */
	List<Violation> differentFromEachOther(String plan) {
		RowTable source = RowTable.of(plan, MigrationSide.SOURCE);
		RowTable target = RowTable.of(plan, MigrationSide.TARGET);
		return this.client
			.sql(DIFFERENT.replace("{source}", source.table())
				.replace("{target}", target.table())
				.replace("{tid}", target.id())
				.replace("{tn}", target.n())
				.replace("{tw}", target.writer())
				.replace("{tp}", target.prefix())
				.replace("{id}", source.id())
				.replace("{n}", source.n())
				.replace("{writer}", source.writer()))
			.query((rs, row) -> new Violation(plan, rs.getLong("key"),
					"the sides differ: source %s, target %s".formatted(rs.getString("source"), rs.getString("target"))))
			.list();
	}

	private record Found(String version, long n) {

	}

}
