package dev.parallelchange.chaos.load;

import java.util.Optional;
import java.util.Random;

/**
 * A caller that reads rows which its process has written. What is not its process's last
 * write is logged: somebody may have written since, which the audit finds out.
 */
public final class Reader implements Runnable {

	/** What stands for no row. */
	public static final String ABSENT = "absent";

	private static final int READS_PER_LINE = 200;

	private final Plan plan;

	private final String name;

	private final RowRepository rows;

	private final TransactionLog log;

	private final KnownVersions known;

	private final Keys keys;

	private final Random random;

	private int fresh;

	/**
	 * Create a caller.
	 * @param plan the plan whose rows are read
	 * @param name the caller's name
	 * @param rows the rows
	 * @param log where reads are logged
	 * @param known what this process was told
	 * @param keys the keys that are read
	 * @param random decides
	 */
	public Reader(Plan plan, String name, RowRepository rows, TransactionLog log, KnownVersions known, Keys keys,
			Random random) {
		this.plan = plan;
		this.name = name;
		this.rows = rows;
		this.log = log;
		this.known = known;
		this.keys = keys;
		this.random = random;
	}

	/**
	 * Read a row.
	 */
	@Override
	public void run() {
		long key = this.keys.any(this.random);
		Optional<Change> expected = this.known.of(this.plan, key);
		try {
			Optional<Row> row = this.rows.findById(key);
			expected.ifPresent((change) -> compare(change, row.map(Row::version).orElse(ABSENT)));
		}
		catch (RuntimeException ex) {
			LogEvent event = (Failure.of(ex) == Failure.UNEXPECTED) ? LogEvent.FAILURE : LogEvent.RETRYABLE;
			this.log.write(event, this.name, "read: %s: %s".formatted(ex.getClass().getSimpleName(), ex.getMessage()));
		}
	}

	private void compare(Change expected, String found) {
		boolean same = (expected.kind() == ChangeKind.DELETE) ? found.equals(ABSENT) : found.equals(expected.version());
		if (!same) {
			this.log.write(LogEvent.READ, this.name, expected.id() + " " + found);
		}
		else if (++this.fresh % READS_PER_LINE == 0) {
			this.log.write(LogEvent.READS, this.name, String.valueOf(READS_PER_LINE));
		}
	}

}
