package dev.parallelchange.chaos.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import dev.parallelchange.chaos.load.Database;
import dev.parallelchange.migration.MigrationPhase;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What the library's own tables say at the end.
 */
final class MigrationTables {

	/** Passes that ended in the phase in which they began. */
	private static final String PASSES = """
			select pass.plan_id, entered.to_phase, pass.missing + pass.orphan + pass.different as found,
				pass.repaired, pass.unconfirmed, pass.finished_at
			from migration_pass as pass
			join migration_history as entered on entered.plan_id = pass.plan_id and entered.epoch = pass.epoch
				and entered.action like '%transition'
			where pass.finished_at is not null""";

	private static final List<String> TABLES = List.of("plan", "instance", "acknowledgement", "backfill", "pending",
			"quarantine", "divergence", "comparison", "fence", "history", "pass");

	/** How long pending keys have waited from their write until they were applied. */
	private static final String APPLIED = """
			select plan || ' to ' || side as waits, count(*) as keys,
				1000 * extract(epoch from percentile_cont(0.5) within group (order by waited)) as median,
				1000 * extract(epoch from percentile_cont(0.99) within group (order by waited)) as most,
				1000 * extract(epoch from max(waited)) as longest
			from chaos_applied group by 1 order by 1""";

	/** Each fence that was not given up has ended in a change. */
	private static final String FENCES = """
			select plan_id, number, (select count(*) from migration_history as history
				where history.plan_id = fence.plan_id and action like '%transition'
					and 'CUTOVER' in (from_phase, to_phase)) as changes
			from migration_fence as fence order by 1""";

	private final Map<Database, JdbcClient> clients;

	private final JdbcClient client;

	MigrationTables(Map<Database, JdbcClient> clients) {
		this.clients = clients;
		this.client = Objects.requireNonNull(clients.get(Database.MAIN));
	}

	/**
	 * Find what is left behind, divergences in phases where there must be none, and
	 * transitions that are not a step.
	 */
	List<Violation> violations() {
		List<Violation> violations = new ArrayList<>();
		for (String table : List.of("pending", "quarantine", "divergence")) {
			this.clients.values().forEach((database) -> violations.addAll(left(database, table)));
		}
		this.client.sql(PASSES).query((rs) -> {
			if (rs.getLong("found") > 0 && phase(rs.getString("to_phase")).isAtLeast(MigrationPhase.DUAL_READ)) {
				violations.add(new Violation(rs.getString("plan_id"), 0, "a pass found %d divergences in %s at %s"
					.formatted(rs.getLong("found"), rs.getString("to_phase"), rs.getString("finished_at"))));
			}
		});
		violations.addAll(mismatchedReads());
		violations.addAll(jumps());
		return violations;
	}

	private static List<Violation> left(JdbcClient client, String table) {
		return client
			.sql("select plan_id, key::text, to_jsonb(entry)::text as entry from migration_%s as entry"
				.formatted(table))
			.query((rs, row) -> new Violation(rs.getString("plan_id"),
					Long.parseLong(rs.getString("key").replaceAll("\\D", "")),
					"left in %s: %s".formatted(table, rs.getString("entry"))))
			.list();
	}

	private List<Violation> mismatchedReads() {
		return this.client
			.sql("select plan_id, mismatched, last_mismatch from migration_comparison where mismatched > 0")
			.query((rs, row) -> new Violation(rs.getString("plan_id"), 0,
					"%d compared reads differed: %s".formatted(rs.getLong("mismatched"),
							rs.getString("last_mismatch"))))
			.list();
	}

	private List<Violation> jumps() {
		Map<String, MigrationPhase> phases = new TreeMap<>();
		List<Violation> jumps = new ArrayList<>();
		this.client.sql("""
				select plan_id, from_phase, to_phase, epoch from migration_history
				where action like '%transition' order by id""").query((rs) -> {
			MigrationPhase from = phase(rs.getString("from_phase"));
			MigrationPhase to = phase(rs.getString("to_phase"));
			MigrationPhase before = phases.getOrDefault(rs.getString("plan_id"), MigrationPhase.OFF);
			if (from != before || Math.abs(from.compareTo(to)) != 1) {
				jumps.add(new Violation(rs.getString("plan_id"), 0, "went from %s to %s in epoch %d, but was in %s"
					.formatted(from, to, rs.getLong("epoch"), before)));
			}
			phases.put(rs.getString("plan_id"), to);
		});
		return jumps;
	}

	/**
	 * How often each phase was entered.
	 */
	Map<String, Long> phaseChanges() {
		Map<String, Long> changes = new TreeMap<>();
		this.client.sql("""
				select plan_id || ' ' || from_phase || ' to ' || to_phase as change, count(*) as times
				from migration_history where action like '%transition' group by 1""").query((rs) -> {
			changes.put(rs.getString("change"), rs.getLong("times"));
		});
		return changes;
	}

	Map<String, Long> repairs() {
		Map<String, Long> repairs = new TreeMap<>();
		this.client
			.sql("""
					select plan_id, count(*) as passes, sum(missing + orphan + different) as found, sum(repaired) as repaired
					from migration_pass where finished_at is not null group by 1""")
			.query((rs) -> {
				repairs.put(rs.getString("plan_id") + " passes", rs.getLong("passes"));
				repairs.put(rs.getString("plan_id") + " divergences found", rs.getLong("found"));
				repairs.put(rs.getString("plan_id") + " divergences repaired", rs.getLong("repaired"));
			});
		return repairs;
	}

	/**
	 * How often the leading side was to change, for each plan.
	 */
	List<String> fences() {
		return this.client.sql(FENCES)
			.query((rs, row) -> "%s: %d tried, %d given up".formatted(rs.getString("plan_id"), rs.getLong("number"),
					rs.getLong("number") - rs.getLong("changes")))
			.list();
	}

	/**
	 * How long pending keys had to wait.
	 */
	List<String> applied() {
		return this.clients.values()
			.stream()
			.flatMap((database) -> database.sql(APPLIED)
				.query((rs, row) -> "%s: %d after %.0f ms (half of them), %.0f ms (99 %%), %.0f ms (all)".formatted(
						rs.getString("waits"), rs.getLong("keys"), rs.getDouble("median"), rs.getDouble("most"),
						rs.getDouble("longest")))
				.list()
				.stream())
			.toList();
	}

	/**
	 * Keep what the tables say for those who look for a cause.
	 */
	void dump(Path file) {
		List<String> lines = new ArrayList<>();
		this.clients.forEach((database, each) -> TABLES.forEach((table) -> lines.addAll(each
			.sql("select '%1$s %2$s ' || cast(to_jsonb(entry) as text) from migration_%2$s as entry".formatted(database,
					table))
			.query(String.class)
			.list())));
		try {
			Files.write(file, lines);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static MigrationPhase phase(String name) {
		return MigrationPhase.valueOf(name);
	}

}
