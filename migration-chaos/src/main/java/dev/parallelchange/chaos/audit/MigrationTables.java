package dev.parallelchange.chaos.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

	private final JdbcClient client;

	MigrationTables(JdbcClient client) {
		this.client = client;
	}

	/**
	 * Find what is left behind, divergences in phases where there must be none, and
	 * transitions that are not a step.
	 */
	List<Violation> violations() {
		List<Violation> violations = new ArrayList<>();
		for (String table : List.of("pending", "quarantine", "divergence")) {
			this.client
				.sql("select plan_id, key::text, to_jsonb(entry)::text as entry from migration_%s as entry"
					.formatted(table))
				.query((rs) -> {
					violations.add(new Violation(rs.getString("plan_id"),
							Long.parseLong(rs.getString("key").replaceAll("\\D", "")),
							"left in %s: %s".formatted(table, rs.getString("entry"))));
				});
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
		repairs.put("keys that were pending", number(
				"select coalesce(pg_sequence_last_value(pg_get_serial_sequence('migration_pending', 'id')::regclass), 0)"));
		repairs.put("fences announced", number("select coalesce(sum(number), 0) from migration_fence"));
		repairs.put("fences that ended in a change", number("""
				select count(*) from migration_history where action like '%transition' and plan_id = 'proxied'
					and (to_phase = 'CUTOVER' or from_phase = 'CUTOVER')"""));
		return repairs;
	}

	private long number(String query) {
		return this.client.sql(query).query(Long.class).single();
	}

	/**
	 * Keep what the tables say for those who look for a cause.
	 */
	void dump(Path file) {
		List<String> lines = new ArrayList<>();
		for (String table : TABLES) {
			lines.addAll(this.client
				.sql("select '%1$s ' || cast(to_jsonb(entry) as text) from migration_%1$s as entry".formatted(table))
				.query(String.class)
				.list());
		}
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
