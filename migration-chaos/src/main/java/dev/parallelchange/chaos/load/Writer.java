package dev.parallelchange.chaos.load;

import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

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

	private static final int PER_CENT_ALONE = 15;

	private final Plan plan;

	private final String name;

	private final RowRepository rows;

	private final Supplier<? extends PlatformTransactionManager> managers;

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
	 * @param managers supplies, for each transaction, that of the database that is
	 * written
	 * @param log what is intended and told
	 * @param known what this process was told
	 * @param keys the keys that are written
	 * @param random decides
	 * @param mayWrite asked in each transaction before anything else
	 */
	public Writer(Plan plan, String name, RowRepository rows, Supplier<? extends PlatformTransactionManager> managers,
			TransactionLog log, KnownVersions known, Keys keys, Random random, BooleanSupplier mayWrite) {
		this.plan = plan;
		this.name = name;
		this.rows = rows;
		this.managers = managers;
		this.log = log;
		this.known = known;
		this.keys = keys;
		this.random = random;
		this.mayWrite = mayWrite;
	}

	/**
	 * Make a transaction. Where others may open it, some calls are left alone.
	 */
	@Override
	public void run() {
		long seed = this.random.nextLong();
		Random decisions = new Random(seed);
		boolean alone = this.plan.isProxied() && decisions.nextInt(100) < PER_CENT_ALONE;
		int isolation = isolation(decisions.nextInt(100));
		int attempts = 0;
		while (attempts < ATTEMPTS && (alone ? attemptAlone(new Random(seed)) : attempt(isolation, new Random(seed)))) {
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
		Work work = work(decisions);
		boolean[] intended = new boolean[1];
		try {
			TransactionTemplate transactions = new TransactionTemplate(this.managers.get());
			transactions.setName(work.transaction());
			transactions.setIsolationLevel(isolation);
			transactions.executeWithoutResult((status) -> {
				if (this.mayWrite.getAsBoolean()) {
					work.run(status, isolation, nested(transactions));
				}
				if (!status.isRollbackOnly() && !work.changes().isEmpty()) {
					this.log.write(LogEvent.INTENT, work.transaction(), work.describe());
					intended[0] = true;
				}
			});
		}
		catch (RuntimeException ex) {
			return failed(work.transaction(), intended[0], ex);
		}
		if (intended[0]) {
			committed(work);
		}
		else if (!work.changes().isEmpty()) {
			this.log.write(LogEvent.ROLLED_BACK, work.transaction(), "as intended");
		}
		return false;
	}

	private static TransactionOperations nested(TransactionTemplate outer) {
		TransactionTemplate template = new TransactionTemplate(Objects.requireNonNull(outer.getTransactionManager()));
		template.setIsolationLevel(outer.getIsolationLevel());
		template.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		return template;
	}

	private boolean attemptAlone(Random decisions) {
		Work work = work(decisions);
		try {
			work.runAlone(this.plan, (intent) -> this.log.write(LogEvent.INTENT, work.transaction(), intent));
		}
		catch (RuntimeException ex) {
			return failed(work.transaction(), true, ex);
		}
		if (work.changes().isEmpty()) {
			this.log.write(LogEvent.ROLLED_BACK, work.transaction(), "nothing to change");
		}
		else {
			committed(work);
		}
		return false;
	}

	private Work work(Random decisions) {
		String transaction = this.name + "-" + this.transactions.incrementAndGet();
		return new Work(transaction, this.name, this.rows, this.keys, decisions);
	}

	private void committed(Work work) {
		this.log.write(LogEvent.COMMITTED, work.transaction(), "");
		work.changes().forEach(this.known::committed);
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

}
