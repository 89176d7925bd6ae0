package dev.parallelchange.chaos.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionOperations;

/**
 * The statements of one attempt of a transaction, and what they have changed.
 */
final class Work {

	private final String transaction;

	private final String writer;

	private final RowRepository rows;

	private final Keys keys;

	private final Random random;

	private final List<Change> changes = new ArrayList<>();

	private int versions;

	Work(String transaction, String writer, RowRepository rows, Keys keys, Random random) {
		this.transaction = transaction;
		this.writer = writer;
		this.rows = rows;
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
		Stamp stamp = stamp(true);
		if (kind < 66) {
			this.changes.addAll(write(kind, key, stamp));
		}
		else if (kind < 74) {
			this.changes.addAll(this.rows.deleteById(key, stamp));
		}
		else if (kind < 80) {
			moveKey(key, stamp);
		}
		else if (kind < 90) {
			compute(key, isolation, stamp);
		}
		else {
			this.rows.lockById(key)
				.ifPresent((row) -> this.changes.addAll(this.rows.updateFrom(key, row, null, stamp)));
		}
	}

	private List<Change> write(int kind, long key, Stamp stamp) {
		if (kind < 45) {
			return this.rows.updateAll(List.of(key), stamp);
		}
		return (kind < 58) ? this.rows.saveOrIncrement(key, stamp) : this.rows.insert(key, stamp);
	}

	/**
	 * Make a single call for which the caller begins no transaction.
	 * @param intention is told beforehand what the call may change
	 */
	void runAlone(Plan plan, Consumer<String> intention) {
		long key = this.keys.any(this.random);
		int kind = this.random.nextInt(80);
		Stamp stamp = stamp(false);
		intention.accept(Change.id(plan, key, stamp));
		this.changes.addAll((kind < 66) ? write(kind, key, stamp) : this.rows.deleteById(key, stamp));
	}

	private void set(boolean batch) {
		List<Long> several = this.keys.several(this.random);
		Stamp stamp = stamp(true);
		this.changes.addAll(batch ? this.rows.updateInBatch(several, stamp) : this.rows.updateAll(several, stamp));
	}

	private void moveKey(long from, Stamp stamp) {
		long to = this.keys.any(this.random);
		if (to != from) {
			this.changes.addAll(this.rows.updateKey(from, to, stamp));
		}
	}

	/**
	 * Read, think, write: with the version as a condition where the isolation does not
	 * see to it that nobody has written in between.
	 */
	private void compute(long key, int isolation, Stamp stamp) {
		boolean optimistic = isolation == TransactionDefinition.ISOLATION_READ_COMMITTED;
		this.rows.findById(key)
			.ifPresent((row) -> this.changes
				.addAll(this.rows.updateFrom(key, row, optimistic ? row.version() : null, stamp)));
	}

	private Stamp stamp(boolean joins) {
		return new Stamp(this.transaction, "%s.%d".formatted(this.transaction, ++this.versions), this.writer, joins);
	}

}
