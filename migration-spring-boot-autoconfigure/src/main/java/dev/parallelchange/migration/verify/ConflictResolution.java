package dev.parallelchange.migration.verify;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.PlanState;
import dev.parallelchange.migration.Reconciliation;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.StatementFailure;

import org.springframework.dao.DataAccessException;

/**
 * Carries out what a person has decided about conflicts, and asks for a pass after it.
 */
final class ConflictResolution {

	private static final int BATCH = 200;

	private static final int SWEEPS = 3;

	private final VerificationStore store;

	ConflictResolution(VerificationStore store) {
		this.store = store;
	}

	/**
	 * Make all conflicts equal that were known when the decision was made. Rows that
	 * somebody is writing are tried again; what is left stays a conflict.
	 */
	void resolve(DerivedPlan plan, PlanState state, Reconciliation decision, BooleanSupplier goOn) {
		MigrationSide kept = decision.kept();
		if (kept == null) {
			return;
		}
		for (int sweep = 0; sweep < SWEEPS; sweep++) {
			RowKey after = null;
			List<RowKey> keys = this.store.decidedConflicts(plan, null, BATCH);
			while (!keys.isEmpty()) {
				if (!goOn.getAsBoolean() || !resolve(plan, state.epoch(), kept, keys)) {
					return;
				}
				after = keys.get(keys.size() - 1);
				keys = this.store.decidedConflicts(plan, after, BATCH);
			}
			if (after == null) {
				break;
			}
		}
		Retries.of(plan).invoke(() -> this.store.verifyAfter(plan, decision));
	}

	private boolean resolve(DerivedPlan plan, long epoch, MigrationSide kept, List<RowKey> keys) {
		try {
			OptionalInt resolved = Retries.of(plan).invoke(() -> this.store.resolve(plan, epoch, kept, keys));
			return resolved != null && resolved.isPresent();
		}
		catch (DataAccessException ex) {
			return one(plan, epoch, kept, keys, ex);
		}
	}

	private boolean one(DerivedPlan plan, long epoch, MigrationSide kept, List<RowKey> keys, DataAccessException ex) {
		StatementFailure failure = StatementFailure.of(ex);
		if (keys.size() > 1 && failure.isCuredByFewerRows()) {
			int half = keys.size() / 2;
			return resolve(plan, epoch, kept, keys.subList(0, half))
					&& resolve(plan, epoch, kept, keys.subList(half, keys.size()));
		}
		if (failure.kind() != StatementFailure.Kind.DATA) {
			throw ex;
		}
		this.store.addError(plan, keys.get(0), failure.error());
		return true;
	}

}
