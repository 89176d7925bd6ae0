package dev.parallelchange.migration.jdbc.mirror;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.StatementFailure;
import dev.parallelchange.migration.jdbc.AcrossTransaction;
import dev.parallelchange.migration.jdbc.MigrationDatabase;
import dev.parallelchange.migration.jdbc.PlanDatabases;
import dev.parallelchange.migration.jdbc.PlanSql;
import dev.parallelchange.migration.jdbc.SentRows;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.UncategorizedDataAccessException;

/**
 * Makes one side's rows equal to the other's where rows travel through the application.
 * Whoever does so holds the keys' locks in the written database while it reads the
 * leading side, so that what is read last is written last.
 */
public final class AcrossDerivation {

	private final PlanDatabases databases;

	private final boolean locks;

	public AcrossDerivation(PlanDatabases databases) {
		this(databases, true);
	}

	/**
	 * Create a derivation that can be shown to need its protection.
	 */
	public AcrossDerivation(PlanDatabases databases, boolean locks) {
		this.databases = databases;
		this.locks = locks;
	}

	/**
	 * Derive rows. The thread is in a transaction at {@code READ COMMITTED} on the
	 * database of the leading side; in another database rows are written in a transaction
	 * of its own, which is committed when this returns.
	 * @param plan the plan
	 * @param written the side that is made equal
	 * @param keys the keys of the rows
	 * @return the number of rows that have been written
	 */
	int derive(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
		if (keys.isEmpty()) {
			return 0;
		}
		try {
			return derive(this.databases.of(plan, written), plan, written, keys);
		}
		catch (UncategorizedDataAccessException ex) {
			throw StatementFailure.isTransient(ex)
					? new CannotAcquireLockException(String.valueOf(ex.getMostSpecificCause().getMessage()), ex) : ex;
		}
	}

	private int derive(MigrationDatabase database, DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
		return this.databases.besideOther(plan, written, () -> {
			AcrossTransaction transaction = new AcrossTransaction(database);
			transaction.limit(plan.plan().safety());
			transaction.pin();
			if (this.locks) {
				transaction.lock(plan, keys);
			}
			int rows = write(database, plan, written, keys, read(plan, written.other(), keys));
			transaction.checkLead(plan, written.other());
			return rows;
		});
	}

	/**
	 * Derive rows in transactions of its own on both databases.
	 */
	public int deriveApart(DerivedPlan plan, MigrationSide written, Collection<RowKey> keys) {
		MigrationDatabase leading = this.databases.of(plan, written.other());
		return leading.inTransaction(() -> {
			new AcrossTransaction(leading).limit(plan.plan().safety());
			return derive(plan, written, keys);
		});
	}

	/**
	 * Read rows in the thread's transaction.
	 */
	String read(DerivedPlan plan, MigrationSide side, Collection<RowKey> keys) {
		MigrationDatabase database = this.databases.of(plan, side);
		new AcrossTransaction(database).pin();
		SentRows sent = new SentRows(plan, side);
		return sent.read(database, sent.select(new PlanSql(plan).among(side)),
				Map.of("keys", RowKey.toJsonArray(keys)));
	}

	private int write(MigrationDatabase database, DerivedPlan plan, MigrationSide written, Collection<RowKey> keys,
			String sent) {
		SentRows rows = new SentRows(plan, written.other());
		Map<String, String> parameters = new HashMap<>();
		parameters.put("keys", RowKey.toJsonArray(keys));
		parameters.put(SentRows.PARAMETER, sent);
		if (rows.meetMapped()) {
			parameters.put(SentRows.MAPPED, read(plan, MigrationSide.SOURCE, keys));
		}
		PlanSql sql = rows.sql();
		return new DerivationSql(rows.plan(), sql).statements(written, sql.keysOfParameter())
			.stream()
			.mapToInt((statement) -> database.sql(statement).params(parameters).update())
			.sum();
	}

}
