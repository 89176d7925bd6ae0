package dev.parallelchange.chaos.audit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import javax.sql.DataSource;

import dev.parallelchange.chaos.load.Database;
import dev.parallelchange.chaos.load.Journal;
import dev.parallelchange.chaos.load.Plan;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Compares what callers were told with the journal, the journal with the tables, and the
 * tables with each other, when nobody writes any more.
 */
public final class Audit {

	/** Rows that were there before anybody wrote. */
	private static final String FIRST = "first";

	private final Map<Database, JdbcClient> clients = new EnumMap<>(Database.class);

	private final Map<Database, Journal> journals = new EnumMap<>(Database.class);

	private final Path directory;

	/**
	 * Create an audit.
	 * @param databases the databases
	 * @param directory where the logs are
	 */
	public Audit(Map<Database, DataSource> databases, Path directory) {
		databases.forEach((database, dataSource) -> {
			JdbcClient client = JdbcClient.create(dataSource);
			this.clients.put(database, client);
			this.journals.put(database, new Journal(client));
		});
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
		Histories histories = readJournals(logs, violations);
		logs.transactions().forEach((name, transaction) -> {
			String wrong = transaction.violation();
			if (wrong != null) {
				violations.add(Violation.of("Transaction %s %s".formatted(name, wrong)));
			}
		});
		for (LoggedRead read : logs.reads()) {
			KeyHistory history = histories.of(read);
			if (history != null) {
				history.check(read).ifPresent((wrong) -> violations.add(new Violation(read.plan(), read.key(), wrong)));
			}
		}
		Sides sides = new Sides(this.clients);
		for (Plan plan : Plan.values()) {
			violations.addAll(sides.compare(plan, histories.of(plan.id())));
		}
		MigrationTables tables = new MigrationTables(this.clients);
		violations.addAll(tables.violations());
		logs.failures().forEach((failure) -> violations.add(Violation.of("A caller saw " + failure)));
		tables.dump(this.directory.resolve("tables.txt"));
		return new Findings(logs, tables, violations, new Evidence(this.journals.values(), this.directory));
	}

	private Histories readJournals(Logs logs, List<Violation> violations) {
		Histories histories = new Histories(violations::add);
		read(Database.OTHER, logs, histories::addOther);
		read(Database.MAIN, logs, histories::add);
		histories.finish();
		return histories;
	}

	private void read(Database database, Logs logs, Consumer<Journal.Entry> reader) {
		Objects.requireNonNull(this.journals.get(database)).forEach((entry) -> {
			reader.accept(entry);
			if (!entry.transaction().equals(FIRST)) {
				logs.transactions().computeIfAbsent(entry.transaction(), (name) -> new Logs.Transaction()).journaled
					.add(entry.change().id());
			}
		});
	}

}
