package dev.parallelchange.migration.routing;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;

/**
 * Transactions on the {@code DataSource} of a plan.
 */
final class PlanTransactions {

	private static final TransactionDefinition REQUIRED = TransactionDefinition.withDefaults();

	private final Supplier<PlatformTransactionManager> manager;

	PlanTransactions(Supplier<PlatformTransactionManager> manager) {
		this.manager = manager;
	}

	/**
	 * Run work in the caller's transaction or a new one; a checked exception commits, as
	 * Spring's annotations do.
	 */
	@Nullable Object join(JoinedWork work) throws Throwable {
		PlatformTransactionManager transactions = this.manager.get();
		TransactionStatus status = transactions.getTransaction(REQUIRED);
		Object result;
		try {
			result = work.run(!status.isNewTransaction());
		}
		catch (Throwable ex) {
			endAfter(ex, transactions, status);
			throw ex;
		}
		transactions.commit(status);
		return result;
	}

	/**
	 * The caller may catch the exception and commit its own transaction, so that one is
	 * left alone.
	 */
	private static void endAfter(Throwable failure, PlatformTransactionManager transactions, TransactionStatus status) {
		try {
			if (status.isNewTransaction() && (failure instanceof RuntimeException || failure instanceof Error)) {
				transactions.rollback(status);
			}
			else {
				transactions.commit(status);
			}
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

	/**
	 * Run work in a transaction of its own, which cannot write.
	 */
	@Nullable Object inReadOnly(int timeoutSeconds, Work work) throws Throwable {
		DefaultTransactionDefinition definition = new DefaultTransactionDefinition(
				TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		definition.setReadOnly(true);
		definition.setTimeout(timeoutSeconds);
		PlatformTransactionManager transactions = this.manager.get();
		TransactionStatus status = transactions.getTransaction(definition);
		try {
			return work.run();
		}
		finally {
			transactions.rollback(status);
		}
	}

	/** Work in a transaction that may be the caller's. */
	@FunctionalInterface
	interface JoinedWork {

		@Nullable Object run(boolean joined) throws Throwable;

	}

	/** Work in a transaction. */
	@FunctionalInterface
	interface Work {

		@Nullable Object run() throws Throwable;

	}

}
