package dev.parallelchange.migration.verify;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

import dev.parallelchange.migration.DerivedPlan;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.RowKey;
import dev.parallelchange.migration.StatementFailure;

import org.springframework.dao.DataAccessException;

/**
 * Makes the side that does not lead equal to the other one, batch by batch. A row that
 * cannot be written is singled out and stays a divergence.
 */
final class Repairer {

	private static final int BATCH = 200;

	private final VerificationStore store;

	Repairer(VerificationStore store) {
		this.store = store;
	}

	void repair(DerivedPlan plan, Pass pass, MigrationSide written, List<RowKey> keys, BooleanSupplier goOn) {
		for (int from = 0; from < keys.size() && goOn.getAsBoolean(); from += BATCH) {
			List<RowKey> batch = keys.subList(from, Math.min(from + BATCH, keys.size()));
			int repaired = repair(plan, pass, written, batch);
			if (repaired > 0) {
				Retries.of(plan).invoke(() -> this.store.addRepaired(pass, repaired));
			}
		}
	}

	private int repair(DerivedPlan plan, Pass pass, MigrationSide written, List<RowKey> batch) {
		try {
			OptionalInt repaired = Retries.of(plan).invoke(() -> this.store.repair(plan, pass.epoch(), written, batch));
			return repaired.orElse(0);
		}
		catch (DataAccessException ex) {
			if (batch.size() > 1 && StatementFailure.of(ex).isCuredByFewerRows()) {
				int half = batch.size() / 2;
				return repair(plan, pass, written, batch.subList(0, half))
						+ repair(plan, pass, written, batch.subList(half, batch.size()));
			}
			if (StatementFailure.of(ex).kind() != StatementFailure.Kind.DATA) {
				throw ex;
			}
			this.store.addError(plan, batch.get(0), StatementFailure.of(ex).error());
			return 0;
		}
	}

}
