package dev.parallelchange.chaos.audit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import dev.parallelchange.chaos.load.Change;
import dev.parallelchange.chaos.load.Journal;
import dev.parallelchange.chaos.load.RowTable;
import dev.parallelchange.migration.MigrationSide;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Compares what callers were told with the journal, the journal with the tables, and the
 * tables with each other, when nobody writes any more.
 */
public final class Audit {

	/** Rows that were there before anybody wrote. */
	private static final String FIRST = "first";

	private final JdbcClient client;

	private final Path directory;

	/**
	 * Create an audit.
	 * @param dataSource the database
	 * @param directory where the logs are
	 */
	public Audit(DataSource dataSource, Path directory) {
		this.client = JdbcClient.create(dataSource);
		this.directory = directory;
	}

	/**
	 * Look at everything.
	 * @param failures what is known to be wrong already
	 * @return what was found
	 */
	public Findings run(List<String> failures) {
		Logs logs = Logs.read(this.directory);
		List<Violation> violations = new ArrayList<>(failures.stream().map(Violation::of).toList());
		Map<String, Map<Long, KeyHistory>> histories = readJournal(logs, violations);
		logs.transactions().forEach((name, transaction) -> {
			String wrong = transaction.violation();
			if (wrong != null) {
				violations.add(Violation.of("Transaction %s %s".formatted(name, wrong)));
			}
		});
		for (LoggedRead read : logs.reads()) {
			KeyHistory history = histories.getOrDefault(read.plan(), Map.of()).get(read.key());
			if (history != null) {
				history.check(read).ifPresent((wrong) -> violations.add(new Violation(read.plan(), read.key(), wrong)));
			}
		}
		Sides sides = new Sides(this.client);
		for (String plan : List.of(RowTable.RELEASED, RowTable.PROXIED)) {
			for (MigrationSide side : MigrationSide.values()) {
				violations
					.addAll(sides.differentFromJournal(plan, side, histories.getOrDefault(plan, new HashMap<>())));
			}
			violations.addAll(sides.differentFromEachOther(plan));
		}
		MigrationTables tables = new MigrationTables(this.client);
		violations.addAll(tables.violations());
		logs.failures().forEach((failure) -> violations.add(Violation.of("A caller saw " + failure)));
		tables.dump(this.directory.resolve("tables.txt"));
		return new Findings(logs, tables, violations, new Evidence(new Journal(this.client), this.directory));
	}

	private Map<String, Map<Long, KeyHistory>> readJournal(Logs logs, List<Violation> violations) {
		Map<String, Map<Long, KeyHistory>> histories = new HashMap<>();
		new Journal(this.client).forEach((entry) -> {
			Change change = entry.change();
			histories.computeIfAbsent(change.plan(), (plan) -> new HashMap<>())
				.computeIfAbsent(change.key(), (key) -> new KeyHistory())
				.add(change, entry.at())
				.ifPresent((wrong) -> violations.add(new Violation(change.plan(), change.key(), wrong)));
			if (!entry.transaction().equals(FIRST)) {
				logs.transactions().computeIfAbsent(entry.transaction(), (name) -> new Logs.Transaction()).journaled
					.add(change.id());
			}
		});
		return histories;
	}

}
