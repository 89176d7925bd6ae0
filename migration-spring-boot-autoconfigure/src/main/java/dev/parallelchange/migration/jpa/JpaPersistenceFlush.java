package dev.parallelchange.migration.jpa;

import java.util.Collection;
import java.util.function.Supplier;

import dev.parallelchange.migration.PersistenceFlush;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;

import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Flushes the {@code EntityManager}s of the thread's transaction.
 */
public final class JpaPersistenceFlush implements PersistenceFlush {

	private final Supplier<? extends Collection<EntityManagerFactory>> factories;

	/**
	 * Create the flush.
	 * @param factories the factories whose transactional {@code EntityManager}s are
	 * flushed; asked at each flush
	 */
	public JpaPersistenceFlush(Supplier<? extends Collection<EntityManagerFactory>> factories) {
		this.factories = factories;
	}

	@Override
	public void flush() {
		if (TransactionSynchronizationManager.isCurrentTransactionReadOnly()) {
			return;
		}
		for (EntityManagerFactory factory : this.factories.get()) {
			if (TransactionSynchronizationManager.getResource(factory) instanceof EntityManagerHolder holder) {
				flush(holder.getEntityManager());
			}
		}
	}

	/**
	 * A context that was opened for the length of a request has not always joined.
	 */
	private static void flush(EntityManager entityManager) {
		if (entityManager.isOpen() && entityManager.isJoinedToTransaction()) {
			entityManager.flush();
		}
	}

}
