package dev.parallelchange.migration.jdbc.rehearse;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.RehearsalRequest;
import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.jdbc.MigrationDatabase;

import org.springframework.dao.DataAccessException;

/**
 * The time that a rehearsal has: no statement is begun after its end, the one that runs
 * then is given up, and what is left out is told.
 */
final class RehearsalTime {

	/** Statements over everything may take longer than those over a sample. */
	private static final int LONGER = 60;

	private final Duration total;

	private final Duration statement;

	private final long end;

	private final List<String> leftOut = new ArrayList<>();

	RehearsalTime(DerivedPlan plan, RehearsalRequest request) {
		Duration timeout = plan.plan().safety().statementTimeout();
		this.total = request.timeout();
		this.statement = request.all() ? timeout.multipliedBy(LONGER) : timeout;
		this.end = System.nanoTime() + this.total.toNanos();
	}

	/**
	 * When rows must have been read, by {@link System#nanoTime()}: as long as one
	 * statement may take, and as much time must be left for what follows.
	 */
	long readUntil() {
		return System.nanoTime() + Math.min(left().toNanos() / 2, this.statement.toNanos());
	}

	/**
	 * How long the next statement may take.
	 */
	Duration statement() {
		Duration left = left();
		return (left.compareTo(this.statement) < 0) ? left : this.statement;
	}

	Duration left() {
		return Duration.ofNanos(Math.max(0, this.end - System.nanoTime()));
	}

	/**
	 * Bound the statements that follow in the transaction.
	 */
	void bound(MigrationDatabase database) {
		bound(database, System.nanoTime() + statement().toNanos());
	}

	/**
	 * Bound the next statement, which must have ended at a moment.
	 */
	void bound(MigrationDatabase database, long until) {
		long millis = Math.min(until - System.nanoTime(), statement().toNanos()) / 1_000_000;
		database.sql("select set_config('statement_timeout', :timeout, true)")
			.param("timeout", Math.max(1, millis) + "ms")
			.query(String.class)
			.single();
	}

	/**
	 * Do a part of the rehearsal, or leave it out.
	 */
	void attempt(MigrationDatabase database, String what, Runnable part) {
		if (left().isZero()) {
			this.leftOut.add(what);
			return;
		}
		bound(database);
		try {
			database.nested(part);
		}
		catch (DataAccessException ex) {
			if (!left().isZero() || StatementFailure.of(ex).kind() != StatementFailure.Kind.TIMEOUT) {
				throw ex;
			}
			this.leftOut.add(what);
		}
	}

	/**
	 * Tell what was left out, and let the few statements that follow run.
	 */
	void end(MigrationDatabase database, Report report) {
		if (!this.leftOut.isEmpty()) {
			report.notRehearsed("%s: the %d s that the rehearsal may take were over"
				.formatted(String.join(", ", this.leftOut), this.total.toSeconds()));
		}
		database.sql("select set_config('statement_timeout', :timeout, true)")
			.param("timeout", this.statement.toMillis() + "ms")
			.query(String.class)
			.single();
	}

}
