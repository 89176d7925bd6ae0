package dev.parallelchange.chaos.load;

import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A caller that makes one business transaction after the other, tries again what may be
 * tried again, and logs what it intended and was told.
 */
public final class Writer implements Runnable {

	private static final int ATTEMPTS = 4;

	private final String plan;

	private final String name;

	private final RowRepository rows;

	private final PlatformTransactionManager manager;

	private final Journal journal;

	private final TransactionLog log;

	private final KnownVersions known;

	private final Keys keys;

	private final Random random;

	private final BooleanSupplier mayWrite;

	private final AtomicLong transactions = new AtomicLong();

	/**
	 * Create a caller.
	 * @param plan the plan whose rows are written
	 * @param name the caller's name, which no other has
	 * @param rows the rows
	 * @param manager transactions of the rows' database
	 * @param journal the journal in that database
	 * @param log what is intended and told
	 * @param known what this process was told
	 * @param keys the keys that are written
	 * @param random decides
	 * @param mayWrite asked in each transaction before anything else
	 */
	public Writer(String plan, String name, RowRepository rows, PlatformTransactionManager manager, Journal journal,
			TransactionLog log, KnownVersions known, Keys keys, Random random, BooleanSupplier mayWrite) {
		this.plan = plan;
		this.name = name;
		this.rows = rows;
		this.manager = manager;
		this.journal = journal;
		this.log = log;
		this.known = known;
		this.keys = keys;
		this.random = random;
		this.mayWrite = mayWrite;
	}

	/**
	 * Make a transaction.
	 */
	@Override
	public void run() {
		long seed = this.random.nextLong();
		int isolation = isolation(new Random(seed).nextInt(100));
		int attempts = 0;
		while (attempts < ATTEMPTS && attempt(isolation, new Random(seed))) {
			attempts++;
		}
	}

	private static int isolation(int perCent) {
		if (perCent < 60) {
			return TransactionDefinition.ISOLATION_READ_COMMITTED;
		}
		return (perCent < 85) ? TransactionDefinition.ISOLATION_REPEATABLE_READ
				: TransactionDefinition.ISOLATION_SERIALIZABLE;
	}

	/**
	 * Try once.
	 * @return whether to try again
	 */
	private boolean attempt(int isolation, Random decisions) {
		String transaction = this.name + "-" + this.transactions.incrementAndGet();
		Work work = new Work(this.plan, transaction, this.name, this.rows, this.journal, this.keys, decisions);
		boolean[] intended = new boolean[1];
		try {
			transactions(isolation).executeWithoutResult((status) -> {
				if (this.mayWrite.getAsBoolean()) {
					work.run(status, isolation, transactions(isolation, TransactionDefinition.PROPAGATION_NESTED));
				}
				if (!status.isRollbackOnly() && !work.changes().isEmpty()) {
					this.log.write(LogEvent.INTENT, transaction, work.describe());
					intended[0] = true;
				}
			});
		}
		catch (RuntimeException ex) {
			return failed(transaction, intended[0], ex);
		}
		if (intended[0]) {
			this.log.write(LogEvent.COMMITTED, transaction, "");
			work.changes().forEach(this.known::committed);
		}
		else if (!work.changes().isEmpty()) {
			this.log.write(LogEvent.ROLLED_BACK, transaction, "as intended");
		}
		return false;
	}

	private boolean failed(String transaction, boolean intended, RuntimeException exception) {
		Failure failure = Failure.of(exception);
		String text = exception.getClass().getSimpleName() + ": " + exception.getMessage();
		boolean certain = !intended || failure == Failure.ROLLED_BACK;
		this.log.write(certain ? LogEvent.ROLLED_BACK : LogEvent.UNKNOWN, transaction, failure.name());
		if (failure == Failure.UNEXPECTED) {
			this.log.write(LogEvent.FAILURE, transaction, text);
		}
		else if (failure != Failure.DUPLICATE) {
			this.log.write(LogEvent.RETRYABLE, transaction, text);
		}
		return failure == Failure.ROLLED_BACK || failure == Failure.DISCONNECTED;
	}

	private TransactionOperations transactions(int isolation) {
		return transactions(isolation, TransactionDefinition.PROPAGATION_REQUIRED);
	}

	private TransactionOperations transactions(int isolation, int propagation) {
		TransactionTemplate template = new TransactionTemplate(this.manager);
		template.setIsolationLevel(isolation);
		template.setPropagationBehavior(propagation);
		return template;
	}

}
