package dev.parallelchange.chaos.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionOperations;

/**
 * The statements of one attempt of a transaction, each entered into the journal.
 */
final class Work {

	private final String plan;

	private final String transaction;

	private final String writer;

	private final RowRepository rows;

	private final Journal journal;

	private final Keys keys;

	private final Random random;

	private final List<Change> changes = new ArrayList<>();

	private int versions;

	Work(String plan, String transaction, String writer, RowRepository rows, Journal journal, Keys keys,
			Random random) {
		this.plan = plan;
		this.transaction = transaction;
		this.writer = writer;
		this.rows = rows;
		this.journal = journal;
		this.keys = keys;
		this.random = random;
	}

	String transaction() {
		return this.transaction;
	}

	List<Change> changes() {
		return this.changes;
	}

	String describe() {
		return this.changes.stream().map(Change::id).collect(Collectors.joining(" "));
	}

	/**
	 * Do what a transaction does that commits.
	 */
	void run(TransactionStatus status, int isolation, TransactionOperations nested) {
		int kind = this.random.nextInt(100);
		if (kind < 60) {
			statement(this.keys.any(this.random), isolation);
		}
		else if (kind < 75) {
			this.keys.several(this.random).forEach((key) -> statement(key, isolation));
		}
		else if (kind < 83) {
			set(false);
		}
		else if (kind < 88) {
			set(true);
		}
		else if (kind < 94) {
			savepoint(isolation, nested);
		}
		else {
			statement(this.keys.any(this.random), isolation);
			status.setRollbackOnly();
		}
	}

	private void savepoint(int isolation, TransactionOperations nested) {
		statement(this.keys.any(this.random), isolation);
		int kept = this.changes.size();
		nested.executeWithoutResult((status) -> {
			statement(this.keys.any(this.random), isolation);
			status.setRollbackOnly();
		});
		this.changes.subList(kept, this.changes.size()).clear();
		statement(this.keys.any(this.random), isolation);
	}

	private void statement(long key, int isolation) {
		int kind = this.random.nextInt(100);
		Stamp stamp = stamp();
		if (kind < 45) {
			this.rows.updateAll(List.of(key), stamp).forEach((written) -> enter(ChangeKind.UPDATE, stamp, written));
		}
		else if (kind < 58) {
			Written written = this.rows.saveOrIncrement(key, stamp);
			enter((written.previous() != null) ? ChangeKind.UPDATE : ChangeKind.INSERT, stamp, written);
		}
		else if (kind < 66) {
			enter(ChangeKind.INSERT, stamp, this.rows.insert(key, stamp));
		}
		else if (kind < 74) {
			this.rows.deleteById(key).ifPresent((written) -> enter(ChangeKind.DELETE, stamp, written));
		}
		else if (kind < 80) {
			moveKey(key, stamp);
		}
		else if (kind < 90) {
			compute(key, isolation, stamp);
		}
		else {
			this.rows.lockById(key)
				.flatMap((row) -> this.rows.updateFrom(key, row, null, stamp))
				.ifPresent((written) -> enter(ChangeKind.UPDATE, stamp, written));
		}
	}

	private void set(boolean batch) {
		List<Long> several = this.keys.several(this.random);
		Stamp stamp = stamp();
		List<Written> written = batch ? this.rows.updateInBatch(several, stamp) : this.rows.updateAll(several, stamp);
		written.forEach((row) -> enter(ChangeKind.UPDATE, stamp, row));
	}

	private void moveKey(long from, Stamp stamp) {
		long to = this.keys.any(this.random);
		if (to == from) {
			return;
		}
		this.rows.updateKey(from, to, stamp).ifPresent((written) -> {
			enter(ChangeKind.DELETE, stamp, new Written(from, written.previous(), written.n()));
			enter(ChangeKind.INSERT, stamp, new Written(to, null, written.n()));
		});
	}

	/**
	 * Read, think, write: with the version as a condition where the isolation does not
	 * see to it that nobody has written in between.
	 */
	private void compute(long key, int isolation, Stamp stamp) {
		boolean optimistic = isolation == TransactionDefinition.ISOLATION_READ_COMMITTED;
		this.rows.findById(key)
			.flatMap((row) -> this.rows.updateFrom(key, row, optimistic ? row.version() : null, stamp))
			.ifPresent((written) -> enter(ChangeKind.UPDATE, stamp, written));
	}

	private Stamp stamp() {
		return new Stamp("%s.%d".formatted(this.transaction, ++this.versions), this.writer);
	}

	private void enter(ChangeKind kind, Stamp stamp, Written written) {
		Change change = Change.of(this.plan, kind, stamp.version(), written);
		this.journal.enter(this.transaction, change);
		this.changes.add(change);
	}

}
